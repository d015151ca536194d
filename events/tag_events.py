"""The facts of a tag: a named label that researchers put on whole documents."""

from typing import ClassVar, Literal

from events._event import Event


class TagCreated(Event):
    begins: ClassVar[bool] = True
    type: Literal["tag.created"] = "tag.created"
    name: str
    name_key: str
    color: str
    description: str
    parent_id: int | None


class TagRenamed(Event):
    type: Literal["tag.renamed"] = "tag.renamed"
    name: str
    name_key: str
    was: str


class TagRecoloured(Event):
    type: Literal["tag.recoloured"] = "tag.recoloured"
    color: str
    was: str


class TagDescribed(Event):
    type: Literal["tag.described"] = "tag.described"
    description: str
    was: str


class TagMoved(Event):
    type: Literal["tag.moved"] = "tag.moved"
    parent_id: int | None
    was: int | None


class TagDeleted(Event):
    type: Literal["tag.deleted"] = "tag.deleted"
    name: str


TagEvent = TagCreated | TagRenamed | TagRecoloured | TagDescribed | TagMoved | TagDeleted
