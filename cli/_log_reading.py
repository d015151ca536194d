"""Reading a log to its end, and beyond it as it grows."""

import time
from collections.abc import Iterator, Sequence
from typing import Any

import psycopg
import typer

from events._store import assert_log, rows_of
from events._tables import EVENT_COLUMNS
from repos._connection import Connection

_PAUSE = 0.2  # seconds between looking for more
_FIRST_DELAY, _LONGEST_DELAY = 0.2, 5.0  # seconds before asking a lost database again
_REVISION = EVENT_COLUMNS.index("revision")

Row = Sequence[Any]


class Reading:
    """The rows of a log; with `follow` it never ends, and outlives the database. Raises NoSuchLog."""

    def __init__(
        self,
        url: str,
        project_id: int,
        *,
        after: int = 0,
        stream_id: str | None = None,
        backwards: bool = False,
        follow: bool = False,
    ) -> None:
        self._url = url
        self._project_id = project_id
        self._after = after
        self._stream_id = stream_id
        self._backwards = backwards
        self._follow = follow

    def __iter__(self) -> Iterator[Row]:
        delay = 0.0
        while True:
            try:
                with Connection.connect(self._url, autocommit=True, cursor_factory=psycopg.RawCursor) as connection:
                    assert_log(connection, self._project_id)
                    delay = 0.0
                    yield from self._rows(connection)
                    return
            except psycopg.OperationalError as error:
                if not self._follow:
                    raise
                if not delay:
                    typer.echo(f"palimpsest: the database went away, waiting for it: {error}".strip(), err=True)
                delay = min(2 * delay or _FIRST_DELAY, _LONGEST_DELAY)
                time.sleep(delay)

    def _rows(self, connection: Connection) -> Iterator[Row]:
        while True:
            for rows in rows_of(
                connection,
                self._project_id,
                after=self._after,
                backwards=self._backwards,
                stream_id=self._stream_id,
            ):
                for row in rows:
                    yield row
                    if self._follow:
                        self._after = row[_REVISION]
            if not self._follow:
                return
            time.sleep(_PAUSE)
