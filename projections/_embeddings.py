"""Vectors of texts: remembered by model and hash of the text, and asked for only once."""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from hashlib import sha256
from itertools import islice
from threading import Condition, Lock
from typing import Any

from repos.embedder_model import EmbedderModel, Embedding, Embeds
from repos.postgres_repo import Connection, Postgres

PIECE = 1_000
"""Texts that are looked up, embedded and remembered together."""
REMEMBERED_DAYS = 365

_TOUCHED_DAYS = 30


class Embeddings:
    """The embedder behind its cache; who only reads what is remembered never connects to it."""

    def __init__(self, postgres: Postgres, model: EmbedderModel, connect: Callable[[], Embeds]) -> None:
        self.model = model
        self._postgres = postgres
        self._connect = connect
        self._connected: Embeds | None = None
        self._lock = Lock()
        self._making: set[bytes] = set()
        self._changed = Condition()

    def fill(self, texts: Iterable[str]) -> int:
        """Make what is not remembered yet, a piece at a time, each of which stays; how many texts there are. Raises
        Unavailable."""
        count = 0
        for piece in _pieces(texts):
            count += len(piece)
            missing = {_hash(text): text for text in piece}
            while missing:
                with self._claimed(missing.keys()) as mine:
                    with self._postgres.connection() as connection:
                        known = self._touch(connection, mine)
                    # A refused text is not remembered, and need not be asked about again here.
                    self._make([missing[digest] for digest in mine if digest not in known])
                    for digest in mine:
                        del missing[digest]
        return count

    def of(self, connection: Connection, texts: Sequence[str]) -> list[Embedding]:
        """The vectors of a piece of texts, in their order; what is not remembered is made now. Raises Unavailable."""
        hashes = [_hash(text) for text in texts]
        found: dict[bytes, Embedding] = dict(self._read(connection, hashes))
        if missing := {digest: text for digest, text in zip(hashes, texts, strict=True) if digest not in found}:
            found |= zip(missing, self._make(list(missing.values())), strict=True)
        return [found[digest] for digest in hashes]

    def of_question(self, texts: Sequence[str]) -> list[Embedding]:
        """The same for somebody who waits; it is not remembered. Raises Unavailable."""
        hashes = [_hash(text) for text in texts]
        with self._postgres.connection() as connection:
            found: dict[bytes, Embedding] = dict(self._read(connection, hashes))
        if missing := {digest: text for digest, text in zip(hashes, texts, strict=True) if digest not in found}:
            found |= zip(missing, self._embedder().embed_now(list(missing.values())), strict=True)
        return [found[digest] for digest in hashes]

    def collect(self, days: int = REMEMBERED_DAYS, *, batch: int = 5_000) -> int:
        """Forget what has not been needed for so long; how much that was."""
        collected = 0
        while True:
            with self._postgres.connection() as connection:
                deleted = connection.execute(
                    "DELETE FROM cache.embedding WHERE ctid = ANY(ARRAY("
                    "SELECT ctid FROM cache.embedding WHERE used < current_date - $1::int LIMIT $2))",
                    (days, batch),
                ).rowcount
            collected += deleted
            if deleted < batch:
                return collected

    def close(self) -> None:
        with self._lock:
            if self._connected is not None:
                self._connected.close()
            self._connected = None

    @contextmanager
    def _claimed(self, hashes: Collection[bytes]) -> Iterator[list[bytes]]:
        """Those that nobody else in this process is making; if there are none, once somebody has made some."""
        with self._changed:
            if hashes and self._making.issuperset(hashes):
                self._changed.wait()
            mine = [digest for digest in hashes if digest not in self._making]
            self._making.update(mine)
        try:
            yield mine
        finally:
            with self._changed:
                self._making.difference_update(mine)
                self._changed.notify_all()

    def _make(self, texts: Sequence[str]) -> list[Embedding]:
        if not texts:
            return []
        embeddings = self._embedder().embed(texts)
        made = [(_hash(text), one) for text, one in zip(texts, embeddings, strict=True) if isinstance(one, bytes)]
        with self._postgres.connection() as connection:
            connection.execute(
                "INSERT INTO cache.embedding (model, sha256, vector) "
                "SELECT $1, * FROM unnest($2::bytea[], $3::bytea[]) ON CONFLICT DO NOTHING",
                (self.model.name, [digest for digest, _ in made], [vector for _, vector in made]),
            )
        return embeddings

    def _touch(self, connection: Connection, hashes: Sequence[bytes]) -> set[bytes]:
        """Which of these are remembered; now they are again for a while."""
        rows = connection.execute(
            "SELECT sha256, used < current_date - $3::int FROM cache.embedding "
            "WHERE model = $1 AND sha256 = ANY($2::bytea[])",
            (self.model.name, list(hashes), _TOUCHED_DAYS),
            binary=True,
        ).fetchall()
        if long_ago := sorted(digest for digest, is_long_ago in rows if is_long_ago):
            connection.execute(
                "UPDATE cache.embedding SET used = current_date WHERE model = $1 AND sha256 = ANY($2::bytea[])",
                (self.model.name, long_ago),
            )
        return {digest for digest, _ in rows}

    def _read(self, connection: Connection, hashes: Sequence[bytes]) -> Iterable[tuple[Any, ...]]:
        return connection.execute(
            "SELECT sha256, vector FROM cache.embedding WHERE model = $1 AND sha256 = ANY($2::bytea[])",
            (self.model.name, list(set(hashes))),
            binary=True,
        )

    def _embedder(self) -> Embeds:
        with self._lock:
            if self._connected is None:
                self._connected = self._connect()
            return self._connected


def _hash(text: str) -> bytes:
    return sha256(text.encode()).digest()


def _pieces(texts: Iterable[str]) -> Iterator[list[str]]:
    rest = iter(texts)
    while piece := list(islice(rest, PIECE)):
        yield piece
