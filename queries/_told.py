"""A fact as history tells it, and what the telling needs to know beside it."""

from dataclasses import dataclass
from typing import Any, Protocol

from events._event import Event, stream_ids

SHORT = 80


@dataclass(frozen=True, slots=True)
class Told:
    """A fact in its place in a log."""

    revision: int
    stream_id: str
    event: Event

    def get(self, field: str) -> Any:
        """A field of the fact; `0` and `1` are the ids in its stream."""
        return stream_ids(self.stream_id)[int(field)] if field.isdigit() else getattr(self.event, field)


class Names(Protocol):
    """What things were called at a revision, people are called now, and annotations mark."""

    def of(self, stream_id: str, revision: int) -> str | None: ...

    def passage(self, event: Any) -> str | None: ...


@dataclass(frozen=True, slots=True)
class Saying:
    """`n`: of how many facts this is said (None: they were not counted); `again`: their subject was named before.

    `limit`: how many characters a text may have on one line (None: it is said as it is).
    """

    names: Names
    n: int | None = 1
    again: bool = False
    limit: int | None = SHORT
