"""The facts of a span group: spans of one document that belong together, such as all mentions of a person."""

from typing import ClassVar, Literal

from events._event import Event


class SpanGroupCreated(Event):
    begins: ClassVar[bool] = True
    type: Literal["span_group.created"] = "span_group.created"
    name: str
    sdoc_id: int
    user_id: int


class SpanGroupRenamed(Event):
    type: Literal["span_group.renamed"] = "span_group.renamed"
    sdoc_id: int
    name: str
    was: str


class SpanGroupDeleted(Event):
    type: Literal["span_group.deleted"] = "span_group.deleted"
    sdoc_id: int
    name: str


class SpanGrouped(Event):
    """A span was put into a group; the stream names both: `span_group_link-<group>-<span>`."""

    type: Literal["span_group_link.added"] = "span_group_link.added"
    sdoc_id: int


class SpanUngrouped(Event):
    type: Literal["span_group_link.removed"] = "span_group_link.removed"
    sdoc_id: int


SpanGroupEvent = SpanGroupCreated | SpanGroupRenamed | SpanGroupDeleted
SpanGroupLinkEvent = SpanGrouped | SpanUngrouped
