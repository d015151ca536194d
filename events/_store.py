"""The log of every project: appended to here, read here, never changed."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from events import REGISTRY
from events._append import (
    LOST_RACES,
    UNDECIDED,
    Answered,
    Append,
    Appended,
    Inline,
    KeyTaken,
    LostRace,
    NoReadTables,
    append,
)
from events._event import SCOPES, Event, Recorded, Scope
from events._integrity import unreadable
from events._tables import EVENT_COLUMNS
from repos._obstacle import Obstacle
from repos.postgres_repo import Connection, Postgres

READ_BATCH = 2_000
READ_BYTES = 8_000_000
"""What the events of a batch have together, but for the last of them: some are very large."""


class NoSuchLog(Obstacle):
    """There is no such project:"""


class Unreadable(Exception):
    """An event cannot be read."""


def assert_log(connection: Connection, project_id: int) -> None:
    """Raises NoSuchLog, also of a number that no id can be; a log that has ended is one."""
    if not connection.execute("SELECT 1 FROM log.project_heads WHERE project_id = $1", (project_id,)).fetchone():
        raise NoSuchLog(project_id)


@dataclass(frozen=True, slots=True)
class Head:
    """Where a log stands, and the last revision that changed each scope of its project."""

    project_id: int
    revision: int
    scopes: Mapping[Scope, int]


def head_columns(alias: str) -> str:
    """For a query that reads a head with something else: `revision` and then each scope's."""
    return ", ".join([f"{alias}.revision", *(f"{alias}.{scope}_revision" for scope in SCOPES)])


def head_from(project_id: int, columns: Sequence[int]) -> Head:
    revision, *scopes = columns
    return Head(project_id, revision, dict(zip(SCOPES, scopes, strict=True)))


class EventStore:
    """All logs of one database, together with the read tables that are written inline."""

    def __init__(
        self,
        postgres: Postgres,
        inline: Inline | None = None,
        announce: Callable[[int, set[Scope]], None] | None = None,
    ) -> None:
        self.postgres = postgres
        self._inline = inline or NoReadTables()
        self._announce = announce

    def begin(self, connection: Connection, project_id: int) -> None:
        """Begin the log of a new project, in the transaction of its first append."""
        connection.execute("INSERT INTO log.project_heads (project_id) VALUES ($1)", (project_id,))

    def append(self, connection: Connection, command: Append) -> Appended:
        """Append the events of one command and write the inline tables, or do neither.

        Raises one of LOST_RACES, KeyTaken.
        """
        return append(connection, command, self._inline)

    def announce(self, appended: Appended | None) -> None:
        """Tell those who follow the log, once the append is committed."""
        if appended is not None and self._announce is not None:
            facts = appended.command.facts
            scopes = {scope for kind in {type(fact.event) for fact in facts} for scope in kind.scopes}
            self._announce(appended.command.project_id, scopes)

    def head(self, connection: Connection, project_id: int, *, lock: bool = False) -> Head | None:
        """The head of a log that has not ended; with `lock`, nobody appends to it until the transaction ends."""
        row = connection.execute(
            f"SELECT {head_columns('h')} FROM log.project_heads h WHERE project_id = $1 AND NOT ended"
            f"{' FOR UPDATE' if lock else ''}",
            (project_id,),
        ).fetchone()
        return head_from(project_id, row) if row else None

    def last_revision(self, connection: Connection, project_id: int) -> int:
        """Where the log stands, ended or not; 0 if it never began."""
        row = connection.execute(
            "SELECT revision FROM log.project_heads WHERE project_id = $1", (project_id,)
        ).fetchone()
        return row[0] if row else 0

    def streams(self, connection: Connection, project_id: int, stream_ids: Sequence[str]) -> dict[str, list[Recorded]]:
        """The whole history of these streams, oldest first; a stream that never was is an empty list."""
        found: dict[str, list[Recorded]] = {stream_id: [] for stream_id in stream_ids}
        rows = connection.execute(
            f"SELECT {_COLUMNS} FROM log.events WHERE project_id = $1 AND stream_id = ANY($2::text[]) "
            "ORDER BY stream_id, stream_version",
            (project_id, list(found)),
        )
        for row in rows.fetchall():
            recorded = load(row)
            found[recorded.stream_id].append(recorded)
        return found

    def told(
        self, connection: Connection, project_id: int, stream_ids: Sequence[str]
    ) -> Iterator[tuple[str, int, Event]]:
        """Stream, version and event of each, oldest first, for those who fold many streams."""
        rows = connection.execute(
            "SELECT stream_id, stream_version, type, data FROM log.events "
            "WHERE project_id = $1 AND stream_id = ANY($2::text[]) ORDER BY stream_id, stream_version",
            (project_id, list(stream_ids)),
            binary=True,
        )
        for stream_id, version, type_, data in rows:
            yield stream_id, version, REGISTRY[type_].model_validate_json(data)

    def versions(self, connection: Connection, project_id: int, stream_ids: Sequence[str]) -> dict[str, int]:
        rows = connection.execute(
            "SELECT stream_id, max(stream_version) FROM log.events "
            "WHERE project_id = $1 AND stream_id = ANY($2::text[]) GROUP BY stream_id",
            (project_id, list(stream_ids)),
        )
        return {row[0]: row[1] for row in rows}

    def read(
        self,
        connection: Connection,
        project_id: int,
        *,
        after: int = 0,
        until: int | None = None,
        backwards: bool = False,
        batch: int = READ_BATCH,
    ) -> Iterator[Recorded]:
        """Events with a revision in (after, until], holding no more than a batch in memory. Raises Unreadable."""
        for rows in rows_of(connection, project_id, after=after, until=until, backwards=backwards, batch=batch):
            for row in rows:
                try:
                    recorded = load(row)
                except Exception as error:
                    raise Unreadable(unreadable(project_id, row[_REVISION], error)) from error
                yield recorded

    def revision_at(self, connection: Connection, project_id: int, moment: datetime) -> int:
        """The last revision recorded at or before this time (0: none); times never decrease within a log."""
        low, high = 0, self.last_revision(connection, project_id)
        while low < high:
            middle = (low + high + 1) // 2
            row = connection.execute(
                "SELECT recorded_at <= $3 FROM log.events WHERE project_id = $1 AND revision = $2",
                (project_id, middle, moment),
            ).fetchone()
            low, high = (middle, high) if row and row[0] else (low, middle - 1)
        return low


def rows_of(
    connection: Connection,
    project_id: int,
    *,
    after: int = 0,
    until: int | None = None,
    backwards: bool = False,
    stream_id: str | None = None,
    batch: int = READ_BATCH,
) -> Iterator[Sequence[Sequence[Any]]]:
    """What `EventStore.read` makes events of: rows of `EVENT_COLUMNS`, a batch at a time."""
    low, high = after, until
    query = batch_query(EVENT_COLUMNS, backwards=backwards, of_stream=stream_id is not None)
    stream = () if stream_id is None else (stream_id,)
    while True:
        rows = connection.execute(query, (project_id, low, high, batch, *stream), binary=True).fetchall()
        if rows:
            yield rows
        if len(rows) < batch and sum(len(row[_DATA]) for row in rows) < READ_BYTES:
            return
        edge = rows[-1][_REVISION]
        low, high = (low, edge - 1) if backwards else (edge, high)


def batch_query(columns: Sequence[str], *, backwards: bool = False, of_stream: bool = False) -> str:
    """Of project $1, revisions in ($2, $3], $4 events (of stream $5) or READ_BYTES at most, and one in any case."""
    # Within a stream, versions have the order of revisions, and an index.
    only, order = ("AND stream_id = $5 ", "stream_version") if of_stream else ("", "revision")
    direction = "DESC" if backwards else "ASC"
    wanted = ", ".join(columns)
    return (
        f"SELECT {wanted} FROM ("
        f" SELECT {wanted}, sum(octet_length(data)) OVER (ORDER BY {order} {direction}) - octet_length(data) AS before"
        f" FROM (SELECT {wanted} FROM log.events WHERE project_id = $1 AND revision > $2"
        f" AND ($3::bigint IS NULL OR revision <= $3) {only}ORDER BY {order} {direction} LIMIT $4) e"
        f") e WHERE before < {READ_BYTES} ORDER BY {order} {direction}"
    )


def load(row: Sequence[Any]) -> Recorded:
    """An event from a row of `EVENT_COLUMNS`."""
    (
        event_id,
        project_id,
        revision,
        stream_id,
        version,
        type_,
        _,
        data,
        actor_id,
        command_id,
        command_index,
        command_count,
        correlation_id,
        causation_id,
        recorded_at,
    ) = row
    return Recorded(
        project_id=project_id,
        revision=revision,
        stream_id=stream_id,
        version=version,
        event=REGISTRY[type_].__pydantic_validator__.validate_json(data),
        event_id=event_id,
        actor_id=actor_id,
        command_id=command_id,
        command_index=command_index,
        command_count=command_count,
        correlation_id=correlation_id,
        causation_id=causation_id,
        recorded_at=recorded_at,
    )


_COLUMNS = ", ".join(EVENT_COLUMNS)
_REVISION = EVENT_COLUMNS.index("revision")
_DATA = EVENT_COLUMNS.index("data")

__all__ = [
    "LOST_RACES",
    "UNDECIDED",
    "Answered",
    "Append",
    "Appended",
    "Connection",
    "EventStore",
    "Head",
    "Inline",
    "KeyTaken",
    "LostRace",
    "NoSuchLog",
    "Unreadable",
    "assert_log",
    "batch_query",
    "head_columns",
    "head_from",
    "load",
    "rows_of",
]
