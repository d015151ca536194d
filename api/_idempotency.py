"""Requests with an `Idempotency-Key`: done once, answered as often as they are sent."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from threading import Lock
from typing import Annotated

from fastapi import Header, Request

from commands._refusal import InFlight, Invalid
from events._store import Answered
from repos.postgres_repo import Connection


class KeyReused(Invalid):
    """This Idempotency-Key was used for another request body before."""


@dataclass(frozen=True, slots=True)
class Repeat:
    """What is kept of a request that was done before."""

    project_id: int
    status: int
    ids: Sequence[int]


@dataclass(slots=True)
class Repeatable:
    """A key and what it stands for; `body_hash` of an upload is set by its endpoint."""

    route: str
    key: str
    body_hash: bytes

    def answered(self, status: int, ids: Sequence[int]) -> Answered:
        return Answered(self.route, self.key, self.body_hash, status, ids)

    def earlier(self, connection: Connection, actor_id: int) -> Repeat | None:
        """What became of the same request before. Raises KeyReused."""
        row = connection.execute(
            "SELECT project_id, status, ids, body_hash FROM log.idempotency_key "
            "WHERE actor_id = $1 AND route = $2 AND key = $3",
            (actor_id, self.route, self.key),
        ).fetchone()
        if row is None:
            return None
        project_id, status, ids, body_hash = row
        if bytes(body_hash) != self.body_hash:
            raise KeyReused(loc=("header", "Idempotency-Key"))
        return Repeat(project_id, status, ids)


_working: set[tuple[str, str, str]] = set()
_working_lock = Lock()


async def repeatable(
    request: Request,
    idempotency_key: Annotated[
        str | None,
        Header(
            alias="Idempotency-Key",
            min_length=1,
            max_length=200,
            pattern=r"^[\x21-\x7e]+$",
            description="Makes a retry safe",
        ),
    ] = None,
) -> AsyncIterator[Repeatable | None]:
    """The key of a write, held until its answer is made. Raises InFlight."""
    if idempotency_key is None or request.method in ("GET", "HEAD", "OPTIONS"):
        yield None
        return
    form = request.headers.get("content-type", "").startswith("multipart/")
    body = b"" if form else await request.body()
    query = f"?{request.url.query}" if request.url.query else ""
    one = Repeatable(f"{request.method} {request.url.path}{query}", idempotency_key, sha256(body).digest())
    held = (request.headers.get("authorization", ""), one.route, one.key)
    with _working_lock:
        if held in _working:
            raise InFlight
        _working.add(held)
    try:
        yield one
    finally:
        _working.discard(held)
