"""A read model that follows the log: what it is about, and how it is retold."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Protocol

from events import REGISTRY
from events._event import Recorded, Scope
from projections._behind import Place
from projections._write import Delete, Projectors
from repos.postgres_repo import Connection


class Backend(str, Enum):
    """What can hold a version of a read model."""

    POSTGRES = "postgres"
    ELASTICSEARCH = "elasticsearch"
    WEAVIATE = "weaviate"


@dataclass(frozen=True, slots=True)
class Poison:
    """What a target cannot take, however often it is tried: the stream it is about, and why."""

    project_id: int
    stream_id: str
    reason: str


class Target(Protocol):
    """A version of a read model, as whoever follows the log sees it. Raises `Unavailable`, as an `Index` does."""

    place: Place
    slow: bool
    """Whether `prepare` has anything to do."""
    batch: int
    """Events that it takes at once."""
    batches: int
    """So many of these it takes in one write: only at its end must it hold them, which costs as much as for one."""

    def create(self) -> None: ...

    def complete(self) -> None:
        """Make what is better made once most of it is written; nothing if that was done."""

    def drop(self) -> None: ...

    def check(self, connection: Connection) -> None:
        """As an `Index` does."""

    def prepare(self, connection: Connection, recorded: Sequence[Recorded]) -> int:
        """As an `Index` does."""

    def write(self, connection: Connection, batches: Iterable[Sequence[Recorded]]) -> Sequence[Poison]:
        """Retell these events, which follow on what was retold before; what comes next is read when it is taken."""

    def replay(self, connection: Connection, stream: Sequence[Recorded]) -> Sequence[Poison]:
        """Retell the whole history of one stream, whatever there is of it."""

    def forget(self, connection: Connection, project_id: int) -> None: ...


@dataclass(frozen=True)
class Model:
    """`scope` names the part of the project that it retells, if the head remembers that one's last revision."""

    name: str
    projectors: Projectors
    backends: tuple[Backend, ...] = (Backend.POSTGRES,)
    scope: Scope | None = None
    batch: int = 2_000
    """Events that a target takes at once, unless its backend is better off with more."""
    inline: bool = False
    """Whether the version that serves is written by the append itself."""

    @property
    def types(self) -> list[str]:
        """The types of events that it is interested in."""
        return [type_ for type_, kind in REGISTRY.items() if type_.partition(".")[0] in self.projectors]

    def ends(self, recorded: Recorded) -> bool:
        """Whether nothing is left to hold of whatever the stream is about."""
        writes = self.projectors[recorded.event.area](recorded)
        return any(isinstance(write, Delete) and write.key == (recorded.entity_id,) for write in writes)


Models = Mapping[str, Model]
