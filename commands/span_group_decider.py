"""Making, renaming and dissolving span groups."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Protocol, assert_never

from commands._annotation import check_own
from commands._decider import Asked, Decider
from commands._refusal import NotFound
from commands.span_group_dto import SpanGroupCreate, SpanGroupDelete, SpanGroupUpdate
from events._event import Event, Fact
from events.span_group_events import SpanGroupCreated, SpanGroupDeleted, SpanGroupEvent, SpanGroupRenamed

SpanGroupCommand = SpanGroupCreate | SpanGroupUpdate | SpanGroupDelete


@dataclass(frozen=True, slots=True)
class SpanGroup:
    name: str
    sdoc_id: int
    user_id: int


class SpanGroupLookup(Protocol):
    """What the rules must know of the document, and of what hangs on the group."""

    def is_document(self, sdoc_id: int) -> bool: ...

    def removals(self, group_id: int) -> Sequence[Fact]:
        """The end of the links of its spans, and of its memos."""


def decide(
    command: SpanGroupCommand, group: SpanGroup | None, asked: Asked, groups: SpanGroupLookup
) -> Sequence[Event | Fact]:
    if isinstance(command, SpanGroupCreate):
        if not groups.is_document(command.sdoc_id):
            raise NotFound
        return [SpanGroupCreated(name=command.name, sdoc_id=command.sdoc_id, user_id=asked.actor_id)]
    if group is None:
        raise NotFound
    check_own(asked, group.user_id)
    match command:
        case SpanGroupUpdate(name=name):
            if name is None or name == group.name:
                return []
            return [SpanGroupRenamed(sdoc_id=group.sdoc_id, name=name, was=group.name)]
        case SpanGroupDelete():
            gone = SpanGroupDeleted(sdoc_id=group.sdoc_id, name=group.name)
            return [*groups.removals(asked.id), gone]
        case _:
            assert_never(command)


def evolve(group: SpanGroup | None, event: SpanGroupEvent) -> SpanGroup | None:
    match event:
        case SpanGroupCreated(name=name, sdoc_id=sdoc_id, user_id=user_id):
            return SpanGroup(name, sdoc_id, user_id)
        case SpanGroupRenamed(name=name):
            return replace(group, name=name) if group else None
        case SpanGroupDeleted():
            return None
        case _:
            assert_never(event)


decider = Decider(area="span_group", initial=None, decide=decide, evolve=evolve)
