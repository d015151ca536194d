"""Putting spans into groups, and taking them out."""

from dataclasses import dataclass
from typing import Protocol, assert_never

from commands._annotation import NotYours
from commands._decider import Asked, Decider
from commands._refusal import Invalid, NotFound
from commands.span_group_dto import SpanGroupAdd, SpanGroupRemove
from events._event import Event
from events.span_group_events import SpanGrouped, SpanGroupLinkEvent, SpanUngrouped

SpanGroupLinkCommand = SpanGroupAdd | SpanGroupRemove


@dataclass(frozen=True, slots=True)
class Owned:
    """What is needed of a span or of a group: its document and its author."""

    sdoc_id: int
    user_id: int


class SpanGroupLinkLookup(Protocol):
    """What the rules must know of groups and spans of the project; None if there is no such thing."""

    def group(self, group_id: int) -> Owned | None: ...

    def span(self, span_id: int) -> Owned | None: ...


class OtherDocument(Invalid):
    """A group holds spans of one document; this span is in another one."""


def decide(command: SpanGroupLinkCommand, linked: bool, asked: Asked, lookup: SpanGroupLinkLookup) -> list[Event]:
    """A group is its maker's; who made a span may take it out of any."""
    group_id, span_id = asked.ids
    group, span = lookup.group(group_id), lookup.span(span_id)
    if group is None or span is None:
        raise NotFound
    match command:
        case SpanGroupAdd():
            if not asked.may_edit and asked.actor_id != group.user_id:
                raise NotYours
            if group.sdoc_id != span.sdoc_id:
                raise OtherDocument
            return [] if linked else [SpanGrouped(sdoc_id=group.sdoc_id)]
        case SpanGroupRemove():
            if not asked.may_edit and asked.actor_id not in (group.user_id, span.user_id):
                raise NotYours
            return [SpanUngrouped(sdoc_id=group.sdoc_id)] if linked else []
        case _:
            assert_never(command)


def evolve(_: bool, event: SpanGroupLinkEvent) -> bool:
    return isinstance(event, SpanGrouped)


decider = Decider(area="span_group_link", initial=False, decide=decide, evolve=evolve)
