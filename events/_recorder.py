"""The log as recorders of the `eventsourcing` library, for its applications, projections and tools."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any
from uuid import UUID

import psycopg
from eventsourcing import persistence
from eventsourcing.persistence import (
    AggregateRecorder,
    ApplicationRecorder,
    DataError,
    IntegrityError,
    Notification,
    ProcessRecorder,
    ProgrammingError,
    StoredEvent,
    Tracking,
    TrackingRecorder,
)

from events import REGISTRY
from events._event import Envelope, Event, Fact
from events._store import Append, EventStore
from events._subscription import PollingSubscription
from repos.postgres_repo import Connection, Postgres

SYSTEM_ID = 1
CORRELATION = "eventsourcing"
LAST_VERSION = 2**31 - 1


class Opaque(Event):
    """An event of an application of the library: a topic, and a state that only that application can read."""

    state: bytes

    def encoded(self) -> bytes:
        return self.state


class LogRecorder:
    """Bound to one log. Originator ids are streams, and given back as `id_type` where the caller does not name them."""

    def __init__(self, postgres: Postgres, project_id: int, id_type: type[UUID] | type[str] = str) -> None:
        self._postgres = postgres
        self._project_id = project_id
        self._id_type = id_type

    @contextmanager
    def _connection(self) -> Iterator[Connection]:
        with _library_errors(), self._postgres.connection() as connection:
            yield connection

    @contextmanager
    def _transaction(self) -> Iterator[Connection]:
        with _library_errors(), self._postgres.transaction() as connection:
            yield connection


class LogApplicationRecorder(LogRecorder, ApplicationRecorder):
    """The positions are the log's revisions. A project's own log can only be read: commands alone append to it."""

    def insert_events(self, stored_events: Sequence[StoredEvent], **kwargs: Any) -> Sequence[int] | None:
        with self._transaction() as connection:
            return self._append(connection, stored_events)

    def select_events(
        self,
        originator_id: UUID | str,
        *,
        gt: int | None = None,
        lte: int | None = None,
        desc: bool = False,
        limit: int | None = None,
    ) -> list[StoredEvent]:
        with self._connection() as connection:
            rows = connection.execute(
                "SELECT stream_version, type, data FROM log.events WHERE project_id = $1 AND stream_id = $2 "
                f"{_between(3)} {_ordered(desc)} LIMIT $5",
                (self._project_id, str(originator_id), gt, lte, limit),
            )
            return [StoredEvent(originator_id, *row) for row in rows]

    def select_notifications(
        self,
        start: int | None,
        limit: int,
        stop: int | None = None,
        topics: Sequence[str] = (),
        *,
        inclusive_of_start: bool = True,
    ) -> list[Notification]:
        after = 0 if start is None else start - inclusive_of_start
        with self._connection() as connection:
            rows = connection.execute(
                "SELECT stream_id, stream_version, type, data, revision FROM log.events WHERE project_id = $1 "
                "AND revision > $2 AND ($3::bigint IS NULL OR revision <= $3) "
                "AND ($4::text[] IS NULL OR type = ANY($4)) ORDER BY revision LIMIT $5",
                (self._project_id, after, stop, list(topics) or None, limit),
            )
            return [Notification(self._id_type(stream_id), *row) for stream_id, *row in rows]

    def max_notification_id(self) -> int | None:
        with self._connection() as connection:
            return EventStore(self._postgres).last_revision(connection, self._project_id) or None

    def subscribe(self, gt: int | None = None, topics: Sequence[str] = ()) -> PollingSubscription:
        return PollingSubscription(self, gt, topics)

    def _append(self, connection: Connection, stored_events: Sequence[StoredEvent]) -> list[int]:
        if not stored_events:
            return []
        facts, versions = _facts(stored_events)
        first = connection.execute(
            "SELECT type FROM log.events WHERE project_id = $1 AND revision = 1", (self._project_id,)
        ).fetchone()
        if first is None:
            connection.execute(
                "INSERT INTO log.project_heads (project_id) VALUES ($1) ON CONFLICT DO NOTHING", (self._project_id,)
            )
        elif first[0] in REGISTRY:
            raise ProgrammingError(f"The log of project {self._project_id} is appended to by commands alone.")
        append = Append(self._project_id, facts, Envelope(SYSTEM_ID, CORRELATION), versions)
        last = EventStore(self._postgres).append(connection, append).revision
        return list(range(last - len(facts) + 1, last + 1))


class LogTrackingRecorder(LogRecorder, TrackingRecorder):
    """How far an application has come in the logs that it follows."""

    def insert_tracking(self, tracking: Tracking) -> None:
        with self._transaction() as connection:
            self._insert_tracking(connection, tracking)

    def max_tracking_id(self, application_name: str) -> int | None:
        with self._connection() as connection:
            row = connection.execute(
                "SELECT notification_id FROM log.tracking WHERE project_id = $1 AND application_name = $2",
                (self._project_id, application_name),
            ).fetchone()
        return row[0] if row else None

    def _insert_tracking(self, connection: Connection, tracking: Tracking) -> None:
        moved = connection.execute(
            "INSERT INTO log.tracking AS t (project_id, application_name, notification_id) VALUES ($1, $2, $3) "
            "ON CONFLICT (project_id, application_name) DO UPDATE SET notification_id = excluded.notification_id "
            "WHERE t.notification_id < excluded.notification_id RETURNING 1",
            (self._project_id, tracking.application_name, tracking.notification_id),
        ).fetchone()
        if moved is None:
            raise IntegrityError(f"{tracking.notification_id} of {tracking.application_name} was processed before.")


class LogProcessRecorder(LogTrackingRecorder, LogApplicationRecorder, ProcessRecorder):
    """What an application says in answer to others, and how far it has come: both or neither."""

    def insert_events(self, stored_events: Sequence[StoredEvent], **kwargs: Any) -> Sequence[int] | None:
        with self._transaction() as connection:
            if (tracking := kwargs.get("tracking")) is not None:
                self._insert_tracking(connection, tracking)
            return self._append(connection, stored_events)


class LogAggregateRecorder(LogRecorder, AggregateRecorder):
    """Sequences beside the log, without positions in it, such as snapshots."""

    def __init__(
        self, postgres: Postgres, project_id: int, id_type: type[UUID] | type[str] = str, *, purpose: str = "events"
    ) -> None:
        super().__init__(postgres, project_id, id_type)
        self._purpose = purpose

    def insert_events(self, stored_events: Sequence[StoredEvent], **kwargs: Any) -> None:
        columns = (
            [str(event.originator_id) for event in stored_events],
            [event.originator_version for event in stored_events],
            [event.topic for event in stored_events],
            [event.state for event in stored_events],
        )
        with self._transaction() as connection:
            connection.execute(
                "INSERT INTO log.aggregate_event (project_id, purpose, stream_id, stream_version, type, data) "
                "SELECT $1::bigint, $2::text, * FROM unnest($3::text[], $4::int[], $5::text[], $6::bytea[])",
                (self._project_id, self._purpose, *columns),
            )

    def select_events(
        self,
        originator_id: UUID | str,
        *,
        gt: int | None = None,
        lte: int | None = None,
        desc: bool = False,
        limit: int | None = None,
    ) -> list[StoredEvent]:
        with self._connection() as connection:
            rows = connection.execute(
                "SELECT stream_version, type, data FROM log.aggregate_event WHERE project_id = $1 AND purpose = $2 "
                f"AND stream_id = $3 {_between(4)} {_ordered(desc)} LIMIT $6",
                (self._project_id, self._purpose, str(originator_id), gt, lte, limit),
            )
            return [StoredEvent(originator_id, *row) for row in rows]


def _facts(stored_events: Sequence[StoredEvent]) -> tuple[list[Fact], dict[str, int]]:
    """The facts, and the stream versions that they follow. Raises IntegrityError, DataError."""
    facts: list[Fact] = []
    before: dict[str, int] = {}
    last: dict[str, int] = {}
    for stored in stored_events:
        stream_id, version = str(stored.originator_id), stored.originator_version
        before.setdefault(stream_id, version - 1)
        if version != last.get(stream_id, before[stream_id]) + 1:
            raise IntegrityError(f"Version {version} of {stream_id} does not follow the one before it.")
        if abs(version) > LAST_VERSION:
            raise DataError(f"{version} is too much for a version.")
        last[stream_id] = version
        facts.append(Fact(stream_id, Opaque(type=stored.topic, state=stored.state)))
    return facts, before


def _between(first: int) -> str:
    low, high = f"${first}::bigint", f"${first + 1}::bigint"
    return f"AND ({low} IS NULL OR stream_version > {low}) AND ({high} IS NULL OR stream_version <= {high})"


def _ordered(desc: bool) -> str:
    return f"ORDER BY stream_version {'DESC' if desc else 'ASC'}"


@contextmanager
def _library_errors() -> Iterator[None]:
    """The library's exceptions have the names that DB-API gave them, as the driver's have."""
    try:
        yield
    except psycopg.Error as error:
        names = (kind.__name__ for kind in type(error).__mro__)
        kind = next(getattr(persistence, name) for name in names if hasattr(persistence, name))
        raise kind(str(error)) from error
