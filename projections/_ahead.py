"""The slow part of retelling a log, done ahead of the rest and outside of its transaction."""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import psycopg
from loguru import logger
from psycopg_pool import PoolTimeout

from events._event import Recorded
from events._store import load
from projections._checkpoint import peek, rows_in
from projections._model import Target
from repos._unavailable import Unavailable
from repos.postgres_repo import Connection, Postgres

TRANSIENT = (Unavailable, psycopg.OperationalError, PoolTimeout, OSError)
"""What is tried again later, because it says nothing about any event."""

_AT_ONCE = 100  # events
_ENOUGH = 20_000  # parts of entries
_PATIENCE = 2.0  # seconds: where it really is slow, readers find what is ready while the rest is being made


class Ahead:
    def __init__(
        self, postgres: Postgres, target: Target, types: Sequence[str], size: int, *, patience: float = _PATIENCE
    ) -> None:
        self._postgres = postgres
        self._target = target
        self._types = types
        self._size = size
        self._patience = patience

    @contextmanager
    def alone(self, project_id: int) -> Iterator[bool]:
        """Whether nobody else prepares the same; two would do the same slow work twice."""
        key = f"{self._target.place.name}.{project_id}"
        with self._postgres.connection() as connection:
            row = connection.execute("SELECT pg_try_advisory_lock(hashtextextended($1, 0))", (key,)).fetchone()
            mine = bool(row and row[0])
            try:
                yield mine
            finally:
                if mine:
                    connection.execute("SELECT pg_advisory_unlock(hashtextextended($1, 0))", (key,))

    def prepared(self, project_id: int) -> int:
        """How many of the next events can be written fast by now; 0 if there are none. Raises one of TRANSIENT."""
        with self._postgres.connection() as connection:
            left = peek(connection, self._target.place, project_id)
            deadline = time.monotonic() + self._patience
            events = parts = 0
            while left and not left.ended and left.after < left.until:
                rows, reached = rows_in(connection, left, self._types, _AT_ONCE, self._size)
                try:
                    parts += self._prepare(connection, project_id, rows)
                except TRANSIENT:
                    if events:
                        break
                    raise
                events += len(rows)
                if events >= self._target.batch or parts >= _ENOUGH or time.monotonic() > deadline:
                    break
                left = left._replace(after=reached)
        return events

    def _prepare(self, connection: Connection, project_id: int, rows: Sequence[Sequence[Any]]) -> int:
        """What cannot be prepared is parked when it is to be written."""
        try:
            return self._target.prepare(connection, list(_loaded(rows)))
        except TRANSIENT:
            raise
        except Exception as error:
            logger.warning("{} of project {} is not prepared: {!r}", self._target.place.name, project_id, error)
            return 0


def _loaded(rows: Sequence[Sequence[Any]]) -> Iterator[Recorded]:
    for row in rows:
        try:
            yield load(row)
        except ValueError:
            continue
