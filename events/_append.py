"""Appending to a log: a few events in one statement, many by COPY in one transaction."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from itertools import islice
from types import MappingProxyType
from typing import Any, NamedTuple, Protocol
from uuid import UUID

from psycopg import errors
from uuid_utils.compat import uuid7

from events._event import Envelope, Event, Fact, Recorded, Scope
from events._tables import EVENT_COLUMNS
from repos.postgres_repo import Connection

FEW = 1_000
BATCH = 10_000
UNDECIDED = datetime.max.replace(tzinfo=UTC)


class LostRace(Exception):
    """Somebody else appended what this append did not know of."""


class KeyTaken(Exception):
    """The same request was recorded a moment ago."""


# What a lost race can look like until the transaction has ended.
LOST_RACES = (LostRace, errors.UniqueViolation, errors.ForeignKeyViolation, errors.DeadlockDetected)


@dataclass(frozen=True, slots=True)
class Answered:
    """What makes a request repeatable: its key, and the ids from which its answer is built again."""

    route: str
    key: str
    body_hash: bytes
    status: int
    ids: Sequence[int]


class Append(NamedTuple):
    """All that one command adds to one log.

    `versions` are the stream versions that its events follow (0 for a new stream); `unchanged` are
    the revisions after which nothing may have happened in these scopes.
    """

    project_id: int
    facts: Sequence[Fact]
    envelope: Envelope
    versions: Mapping[str, int] = MappingProxyType({})
    unchanged: Mapping[Scope, int] = MappingProxyType({})
    answered: Answered | None = None


class Appended(NamedTuple):
    """Where a log stands after a command, and which command it was."""

    revision: int
    recorded_at: datetime
    command_id: UUID
    command: Append

    def recorded(self) -> Iterator[Recorded]:
        """The events in their places."""
        return _recorded(self.command, self.command_id, self.revision - len(self.command.facts), self.recorded_at)


class Inline(Protocol):
    """Read tables that are written with the events, or not at all."""

    def fragments(self, pending: Sequence[Recorded], first: int) -> tuple[list[str], list[Any]]: ...

    def write(self, connection: Connection, recorded: Iterable[Recorded]) -> None: ...


class NoReadTables:
    """A log by itself."""

    def fragments(self, pending: Sequence[Recorded], first: int) -> tuple[list[str], list[Any]]:
        return [], []

    def write(self, connection: Connection, recorded: Iterable[Recorded]) -> None:
        pass


def append(connection: Connection, command: Append, inline: Inline) -> Appended:
    """Append in the connection's transaction, or in one of its own. Raises one of LOST_RACES, KeyTaken."""
    command_id = uuid7()
    try:
        if len(command.facts) <= FEW:
            return _append_few(connection, command, command_id, inline)
        with connection.transaction():
            return _append_many(connection, command, command_id, inline)
    except errors.UniqueViolation as violation:
        if violation.diag.constraint_name == "pk_idempotency_key":
            raise KeyTaken from None
        raise


def _append_few(connection: Connection, command: Append, command_id: UUID, inline: Inline) -> Appended:
    pending = list(_recorded(command, command_id, 0, UNDECIDED))
    n = len(pending)
    arguments: list[Any] = [
        command.project_id,
        n,
        command.envelope.actor_id,
        command_id,
        command.envelope.correlation_id,
        command.envelope.causation_id,
        *command.unchanged.values(),
    ]
    first = len(arguments) + 1
    rows = [
        (r.event_id, r.stream_id, r.version, r.event.type, r.event.schema_version, r.event.encoded()) for r in pending
    ]
    arguments += rows[0] if n == 1 else map(list, zip(*rows, strict=True))
    keyed = command.answered is not None
    if command.answered is not None:
        a = command.answered
        arguments += [a.route, a.key, a.body_hash, a.status, list(a.ids)]
    fragments, more = inline.fragments(pending, len(arguments) + 1)
    row = connection.first(
        _statement(n == 1, _marks(command), tuple(command.unchanged), first, keyed, tuple(fragments)),
        arguments + more,
    )
    if row is None:
        raise LostRace
    return Appended(row[0] + n, row[1], command_id, command)


@lru_cache(maxsize=2048)
def _statement(
    single: bool,
    marks: frozenset[str],
    unchanged: tuple[Scope, ...],
    first: int,
    keyed: bool,
    inline: tuple[str, ...],
) -> str:
    types = ("uuid", "text", "int", "text", "smallint", "bytea")
    if single:
        given = ", ".join(f"${first + i}::{kind}" for i, kind in enumerate(types))
        facts = f"(VALUES ({given}, 1))"
    else:
        given = ", ".join(f"${first + i}::{kind}[]" for i, kind in enumerate(types))
        facts = f"unnest({given}) WITH ORDINALITY"
    parts = [f"head AS ({_head(marks, unchanged, 7)})", f"facts AS ({_INSERT_EVENTS} {facts} {_AS_FACT})"]
    if keyed:
        k = first + len(types)
        parts.append(
            f"answered AS ({_INSERT_ANSWER}"
            f"SELECT $3::bigint, ${k}::text, ${k + 1}::text, ${k + 2}::bytea, $1::bigint, $4::uuid, "
            f"${k + 3}::smallint, ${k + 4}::bigint[], head.recorded_at FROM head)"
        )
    parts += [f"write_{i} AS ({sql})" for i, sql in enumerate(inline)]
    return f"WITH {', '.join(parts)} SELECT base, recorded_at FROM head"


def _head(marks: frozenset[str], unchanged: Iterable[Scope], first_check: int) -> str:
    marked = "".join(f", {mark}" for mark in sorted(marks))
    checks = "".join(f" AND {scope}_revision <= ${first_check + i}::bigint" for i, scope in enumerate(unchanged))
    return (
        "UPDATE log.project_heads SET revision = revision + $2::int, "
        f"recorded_at = greatest(recorded_at, clock_timestamp()){marked} "
        f"WHERE project_id = $1::bigint AND NOT ended{checks} RETURNING revision - $2::int AS base, recorded_at"
    )


_INSERT_EVENTS = (
    f"INSERT INTO log.events ({', '.join(EVENT_COLUMNS)}) "
    "SELECT f.event_id, $1::bigint, head.base + f.i, f.stream_id, f.stream_version, f.type, f.schema_version, f.data, "
    "$3::bigint, $4::uuid, f.i, $2::int, $5::text, $6::uuid, head.recorded_at FROM head,"
)
_AS_FACT = "AS f(event_id, stream_id, stream_version, type, schema_version, data, i)"
_INSERT_ANSWER = (
    "INSERT INTO log.idempotency_key "
    "(actor_id, route, key, body_hash, project_id, command_id, status, ids, recorded_at) "
)
_COPY_EVENTS = f"COPY log.events ({', '.join(EVENT_COLUMNS)}) FROM STDIN (FORMAT BINARY)"
_COPY_TYPES = ["uuid", "int8", "int8", "text", "int4", "text", "int2", "bytea"]  # as EVENT_COLUMNS
_COPY_TYPES += ["int8", "uuid", "int4", "int4", "text", "uuid", "timestamptz"]


def _append_many(connection: Connection, command: Append, command_id: UUID, inline: Inline) -> Appended:
    n = len(command.facts)
    head = connection.execute(
        _head(_marks(command), command.unchanged, 3), [command.project_id, n, *command.unchanged.values()]
    ).fetchone()
    if head is None:
        raise LostRace
    base, recorded_at = head
    connection.execute("SET CONSTRAINTS ALL DEFERRED")
    recorded = _recorded(command, command_id, base, recorded_at)
    while batch := list(islice(recorded, BATCH)):
        _copy(connection, batch)
        inline.write(connection, batch)
    if a := command.answered:
        connection.execute(
            f"{_INSERT_ANSWER} VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
            [
                command.envelope.actor_id,
                a.route,
                a.key,
                a.body_hash,
                command.project_id,
                command_id,
                a.status,
                list(a.ids),
                recorded_at,
            ],
        )
    return Appended(base + n, recorded_at, command_id, command)


def _copy(connection: Connection, batch: Iterable[Recorded]) -> None:
    with connection.cursor() as cursor, cursor.copy(_COPY_EVENTS) as copy:
        copy.set_types(_COPY_TYPES)
        for r in batch:
            copy.write_row(
                (
                    r.event_id,
                    r.project_id,
                    r.revision,
                    r.stream_id,
                    r.version,
                    r.event.type,
                    r.event.schema_version,
                    r.event.encoded(),
                    r.actor_id,
                    r.command_id,
                    r.command_index,
                    r.command_count,
                    r.correlation_id,
                    r.causation_id,
                    r.recorded_at,
                )
            )


def _recorded(command: Append, command_id: UUID, base: int, recorded_at: datetime) -> Iterator[Recorded]:
    """The ids of a command's events count on from its own."""
    versions = dict(command.versions)
    count = len(command.facts)
    envelope = command.envelope
    for index, fact in enumerate(command.facts, start=1):
        version = versions.get(fact.stream_id, 0) + 1
        versions[fact.stream_id] = version
        yield Recorded(
            project_id=command.project_id,
            revision=base + index,
            stream_id=fact.stream_id,
            version=version,
            event=fact.event,
            event_id=UUID(int=command_id.int + index),
            actor_id=envelope.actor_id,
            command_id=command_id,
            command_index=index,
            command_count=count,
            correlation_id=envelope.correlation_id,
            causation_id=envelope.causation_id,
            recorded_at=recorded_at,
        )


def _marks(command: Append) -> frozenset[str]:
    """What the head remembers of these events besides their number."""
    return _marks_of(frozenset({type(fact.event) for fact in command.facts}))


@lru_cache(maxsize=2048)
def _marks_of(kinds: frozenset[type[Event]]) -> frozenset[str]:
    scopes = {f"{scope}_revision = revision + $2::int" for kind in kinds for scope in kind.scopes}
    return frozenset(scopes | {"ended = true" for kind in kinds if kind.ends})
