"""Whether a log is what it promises to be: whole, in order, and as its head says."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Literal

from events._event import SCOPES, Event
from events._tables import EVENT_COLUMNS
from repos.postgres_repo import Connection

Kind = Literal[
    "revision_missing",
    "version_missing",
    "version_misplaced",
    "command_broken",
    "time_reversed",
    "head_wrong",
    "event_unreadable",
    "blob_missing",
    "blob_length",
    "blob_content",
    "row_missing",
    "row_unexpected",
    "value_wrong",
    "entry_missing",
    "entry_unexpected",
    "entry_wrong",
    "entry_stale",
    "entry_unfound",
    "stream_parked",
    "stream_unreadable",
    "checkpoint_ahead",
]
_SENTENCES: dict[Kind, str] = {
    "revision_missing": "revision {key} is missing",
    "version_missing": "before revision {found}, {key} is missing",
    "version_misplaced": "{key} comes before the version that it follows",
    "command_broken": "the events of a command do not stand together at revision {key}",
    "time_reversed": "revision {key} was recorded at {found}, before the one it follows, at {log}",
    "head_wrong": "{column} of the head is {found}, and the log says {log}",
    "event_unreadable": "revision {key} cannot be read: {found}",
    "blob_missing": "the blob {key} that {log} names is missing",
    "blob_length": "the blob {key} has {found} bytes, and the log says {log}",
    "blob_content": "the blob {key} has the content of {found}",
    "row_missing": "{place} {key} is missing",
    "row_unexpected": "{place} {key} is there, and the log does not say so",
    "value_wrong": "{column} of {place} {key} is {found}, and the log says {log}",
    "entry_missing": "{place} does not have {key}",
    "entry_unexpected": "{place} has {key}, and the log does not say so",
    "entry_wrong": "{place} has something else of {key} than the log says",
    "entry_stale": "{place} has {key} as of revision {found}, and the log says {log}",
    "entry_unfound": "{place} has {key}, and readers do not find it",
    "stream_parked": "{place} could not take {key}, which is parked",
    "stream_unreadable": "{place} cannot be compared in {key}, whose history cannot be read: {found}",
    "checkpoint_ahead": "{place} says that it has come to revision {found}, and the log ends at {log}",
}
_SHOWN = 200
_BEGINNING = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Difference:
    """Something that is not as the log says: `log` is what it says, `found` what is there instead."""

    project_id: int
    kind: Kind
    place: str
    key: str
    column: str | None = None
    log: Any = None
    found: Any = None

    def __str__(self) -> str:
        shown = {"log": _shown(self.log), "found": _shown(self.found)}
        sentence = _SENTENCES[self.kind].format(place=self.place, key=self.key, column=self.column, **shown)
        return f"Project {self.project_id}: {sentence}."


def _shown(value: Any) -> str:
    said = "nothing" if value is None else str(value)
    return said if len(said) <= _SHOWN else f"{said[:_SHOWN]}..."


@dataclass(slots=True)
class Places:
    """Takes the rows of a log one after the other, and finds what is wrong with their places."""

    project_id: int
    revision: int = 0
    ended: bool = False
    scopes: dict[str, int] = field(default_factory=lambda: dict.fromkeys(SCOPES, 0))
    _recorded_at: datetime = _BEGINNING
    _command: tuple[Any, int, int] = (None, 0, 0)

    def take(self, row: Sequence[Any]) -> Iterator[Difference]:
        revision, recorded_at = row[_REVISION], row[_RECORDED_AT]
        command_id, index, count = row[_COMMAND]
        if revision != self.revision + 1:
            gap = f"{self.revision + 1}" + (f" to {revision - 1}" if revision > self.revision + 2 else "")
            yield self._difference("revision_missing", gap)
        elif (command_id, index, count) != self._expected(command_id, count) or not 1 <= index <= count:
            yield self._difference("command_broken", revision)
        if recorded_at < self._recorded_at:
            yield self._difference("time_reversed", revision, log=self._recorded_at, found=recorded_at)
        self.revision, self._recorded_at, self._command = revision, recorded_at, (command_id, index, count)

    def marks(self, event: Event, row: Sequence[Any]) -> None:
        """What the head must remember of an event that can be read."""
        _, index, count = row[_COMMAND]
        for scope in event.scopes:
            self.scopes[scope] = row[_REVISION] - index + count
        self.ended = self.ended or event.ends

    def head(self, head: dict[str, Any]) -> Iterator[Difference]:
        """Where the head differs from the log that has been taken, which must not end within a command."""
        _, index, count = self._command
        if index < count:
            yield self._difference("command_broken", self.revision)
        said = {"revision": self.revision, "ended": self.ended}
        said |= {f"{scope}_revision": revision for scope, revision in self.scopes.items()}
        for column, log in said.items():
            if head[column] != log:
                yield Difference(self.project_id, "head_wrong", "head", "", column, log, head[column])

    def _expected(self, command_id: Any, count: int) -> tuple[Any, int, int]:
        before, index, size = self._command
        return (before, index + 1, size) if index < size else (command_id, 1, count)

    def _difference(self, kind: Kind, key: object, **values: Any) -> Difference:
        return Difference(self.project_id, kind, "log", str(key), **values)


def unreadable(project_id: int, revision: int, error: Exception) -> Difference:
    said = " ".join(f"{type(error).__name__}: {error}".split())
    return Difference(project_id, "event_unreadable", "log", str(revision), found=said)


def misplaced_versions(connection: Connection, first: int, last: int) -> Iterator[Difference]:
    """Streams of these logs with a version missing, or with versions in another order than their revisions.

    Only applications of the library, whose logs have ids below zero, may begin with another version than 1.
    """
    with connection.cursor(name="misplaced_versions") as cursor:
        cursor.execute(
            "SELECT project_id, stream_id, stream_version, revision, before, stream_version = before + 1 FROM ("
            " SELECT project_id, stream_id, stream_version, revision, lag(revision) OVER w AS revision_before,"
            " lag(stream_version, 1, CASE WHEN project_id >= 0 THEN 0 END) OVER w AS before"
            " FROM log.events WHERE project_id BETWEEN $1 AND $2"
            " WINDOW w AS (PARTITION BY project_id, stream_id ORDER BY stream_version)"
            ") v WHERE stream_version <> before + 1 OR revision < revision_before",
            (first, last),
        )
        for project_id, stream_id, version, revision, before, follows in cursor:
            kind: Kind = "version_misplaced" if follows else "version_missing"
            key = f"version {version if follows else before + 1} of {stream_id}"
            yield Difference(project_id, kind, "log", key, found=revision)


_REVISION = EVENT_COLUMNS.index("revision")
_RECORDED_AT = EVENT_COLUMNS.index("recorded_at")
_COMMAND = slice(EVENT_COLUMNS.index("command_id"), EVENT_COLUMNS.index("command_count") + 1)
