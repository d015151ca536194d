"""Signals between processes over PostgreSQL: which logs have grown. Whoever relies on one also asks now and then."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from threading import Condition, Thread
from typing import Final

import psycopg

from repos._connection import Connection

CHANNEL: Final = "palimpsest_log"
_LONGEST: Final = 7_000
_PAUSE: Final = 0.01
_EVERYTHING: Final = "*"

Grown = Mapping[int, frozenset[str]]
"""By project, the parts of it that changed."""


class Announcer:
    """Sends signals from a thread of its own after commits, at most one in ten milliseconds; a lost one is no harm."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._waiting: dict[int, set[str]] = {}
        self._changed = Condition()
        self._closed = False
        self._thread: Thread | None = None

    def announce(self, project_id: int, parts: Iterable[str]) -> None:
        """The log of this project has grown; does not wait."""
        with self._changed:
            self._waiting.setdefault(project_id, set()).update(parts)
            if self._thread is None and not self._closed:
                self._thread = Thread(target=self._run, name="announcer", daemon=True)
                self._thread.start()
            self._changed.notify()

    def close(self) -> None:
        with self._changed:
            self._closed = True
            self._changed.notify()
        if self._thread is not None:
            self._thread.join()

    def _run(self) -> None:
        connection: Connection | None = None
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._waiting or self._closed)
                waiting, self._waiting = self._waiting, {}
                if not waiting:
                    break
            try:
                if connection is None or connection.closed:
                    connection = Connection.connect(self._url, autocommit=True)
                connection.execute("SELECT pg_notify(%s, %s)", (CHANNEL, _written(waiting)))
            except psycopg.OperationalError:
                if connection is not None:
                    connection.close()
            with self._changed:
                self._changed.wait_for(lambda: self._closed, _PAUSE)
        if connection is not None:
            connection.close()


def signals(url: str, pause: float) -> Iterator[Grown | None]:
    """What others announce, as it comes; an empty one after each `pause` seconds of silence; None: anything may have
    grown. Ends when the connection does."""
    with Connection.connect(url, autocommit=True) as connection:
        connection.execute(f"LISTEN {CHANNEL}")
        yield None
        while True:
            with suppress(StopIteration):
                for one in connection.notifies(timeout=pause, stop_after=1):
                    yield _read(one.payload)
            yield {}


def _written(grown: Mapping[int, Iterable[str]]) -> str:
    text = ";".join(f"{project_id}:{','.join(sorted(parts))}" for project_id, parts in grown.items())
    return text if len(text) <= _LONGEST else _EVERYTHING


def _read(payload: str) -> Grown | None:
    """None if it cannot be read: then anything may have happened."""
    grown: dict[int, frozenset[str]] = {}
    try:
        for one in payload.split(";"):
            project_id, _, parts = one.partition(":")
            grown[int(project_id)] = frozenset(filter(None, parts.split(",")))
    except ValueError:
        return None
    return grown
