"""Read models that follow the log at their own pace: what they hold, and the places that can hold it."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Protocol

from projections._write import Values
from repos._obstacle import Unusable
from repos.postgres_repo import Connection

FIRST = -(2**63)
"""Before all ids."""


@dataclass(frozen=True, slots=True)
class Place:
    """One version of a read model; `name` is that of its schema, index or collection."""

    model: str
    version: int

    @property
    def name(self) -> str:
        return f"{self.model}_{self.version}"


class NotMade(Unusable):
    """The place of this read model is not there. If another version has just taken over, this passes in a moment. If
    somebody has removed the place, `palimpsest verify --repair` makes it again where it serves,
    `palimpsest rebuild MODEL --abandon` gives it up where it is being built, and `palimpsest retire MODEL` where it is
    kept."""


def has_schema(connection: Connection, place: Place) -> bool:
    """Whether a place in PostgreSQL is there: somebody may have removed it."""
    return connection.execute("SELECT to_regnamespace($1) IS NOT NULL", (place.name,)).fetchone() == (True,)


def assert_schema(connection: Connection, place: Place) -> None:
    """Raises NotMade."""
    if not has_schema(connection, place):
        raise NotMade


@dataclass(frozen=True, slots=True)
class Entry:
    """Something a model holds, whole, as the log tells it; `revision` is that of the last event that changed it.

    `values` are those of its row, but for what a sink makes of them: dates, passages, what is folded.
    """

    project_id: int
    id: int
    revision: int
    values: Values = field(repr=False)


@dataclass(frozen=True, slots=True)
class Gone:
    """Something a model holds no more since `revision`."""

    project_id: int
    id: int
    revision: int


Change = Entry | Gone


def parted(changes: Iterable[Change], most: int) -> Iterator[tuple[list[Entry], list[Gone]]]:
    """So many at a time; of several changes to one thing among these, the last."""
    left = iter(changes)
    while some := {(one.project_id, one.id): one for one in islice(left, most)}:
        entries = [one for one in some.values() if isinstance(one, Entry)]
        yield entries, [one for one in some.values() if isinstance(one, Gone)]


@dataclass(frozen=True, slots=True)
class Rejected:
    """An entry that a place cannot take, however often it is tried, and why."""

    entry: Entry
    reason: str


@dataclass(frozen=True, slots=True)
class Stored:
    """Something that a place holds: `digest` is that of its content as it lies there."""

    id: int
    revision: int
    digest: bytes


class Index(Protocol):
    """A place on some backend. Whoever writes to it holds the checkpoint of the projects that he writes.

    Everything may be repeated: a write of what is there already, or is older than what is there,
    changes nothing. All raise `Unavailable` if the backend cannot be reached or is too busy.
    """

    place: Place

    def create(self) -> None:
        """Make the place, empty, unless it is there."""

    def drop(self) -> None:
        """Remove the place and all it holds, if it is there."""

    def check(self, connection: Connection) -> None:
        """Raises `Unavailable` where the place is not there, or is not as it must be, or its server does not answer."""

    def prepare(self, entries: Sequence[Entry]) -> int:
        """Do the slow part of writing these ahead, without a transaction: what is kept of it may be kept in pieces.

        Answers how many parts they have, if entries differ much in how long it takes to write them.
        """

    def write(self, connection: Connection, changes: Iterable[Change]) -> Sequence[Rejected]:
        """Hold these entries, each in the place of what had its id, and no more what is gone, one after the other.

        A backend inside the database writes in the connection's transaction; another one has
        acknowledged, durably and visibly to readers, when this returns. Whoever gives the changes
        reads them from the connection as they are taken, so it must be at rest then.
        """

    def overwrite(
        self, connection: Connection, project_id: int, ids: Sequence[int], entries: Sequence[Entry]
    ) -> Sequence[Rejected]:
        """Of these ids hold these entries and nothing else, also if what is there claims to be newer."""

    def forget(self, connection: Connection, project_id: int) -> None:
        """Hold nothing of a project that has ended, in batches."""

    def projects(self, connection: Connection) -> Iterable[int]:
        """Those of which anything may be held, whether there are such or not; none if there is no place."""

    def stored(self, connection: Connection, project_id: int) -> Iterator[Stored]:
        """All that is held of a project, by id, in bounded memory, as it lies there; nothing if there is no place."""

    def digests(self, connection: Connection, entries: Sequence[Entry]) -> list[bytes]:
        """What `stored` should say of these; b"" of what cannot be made, because its source cannot be read."""

    def unfound(self, connection: Connection, entries: Sequence[Entry]) -> Iterator[int]:
        """Ids of those entries that are held and that readers would still not find."""
