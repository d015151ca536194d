"""The facts of a tag on a document: linked or unlinked, in the stream `tag_link-<document>-<tag>`."""

from typing import Literal

from events._event import Event


class TagLinked(Event):
    type: Literal["tag_link.linked"] = "tag_link.linked"
    sdoc_id: int
    tag_id: int


class TagUnlinked(Event):
    type: Literal["tag_link.unlinked"] = "tag_link.unlinked"
    sdoc_id: int
    tag_id: int


TagLinkEvent = TagLinked | TagUnlinked
