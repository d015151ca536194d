"""Requests with an `Idempotency-Key`: done once, answered as often as they are sent."""

import hmac
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from threading import Lock
from typing import Annotated

from fastapi import Header, Request
from uuid_utils.compat import uuid7

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
    """A key and what it stands for; of an upload, whose body is `awaited`, the hash is set once it has come."""

    route: str
    key: str
    body_hash: bytes
    awaited: bool = False

    def answered(self, status: int, ids: Sequence[int]) -> Answered:
        return Answered(self.route, self.key, self.body_hash, status, ids)

    def seal(self, key: bytes) -> None:
        """Keep so little of a body with a password in it that nobody can try passwords on what is kept."""
        self.body_hash = hmac.digest(key, self.body_hash, "sha256")

    def earlier(self, connection: Connection, actor_id: int) -> Repeat | None:
        """What became of the same request before. Raises KeyReused."""
        if self.awaited:
            return None
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

    def keep(self, connection: Connection, actor_id: int, project_id: int, status: int, ids: Sequence[int]) -> None:
        """The answer of a request that appends nothing; where something is appended, the append keeps it."""
        connection.execute(
            "INSERT INTO log.idempotency_key (actor_id, route, key, body_hash, project_id, command_id, status, ids) "
            "VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT DO NOTHING",
            (actor_id, self.route, self.key, self.body_hash, project_id, uuid7(), status, list(ids)),
        )


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
