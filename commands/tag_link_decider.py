"""Putting tags on documents and taking them off."""

from collections.abc import Iterator
from typing import Protocol, assert_never

from commands._decider import Asked, Decider
from commands._refusal import Invalid, NotFound
from commands.tag_link_dto import SourceDocumentTagLinks, TagLink, TagLinkCommand, TagUnlink
from events._event import Event, Fact, stream
from events.tag_link_events import TagLinked, TagLinkEvent, TagUnlinked


class TagLinkLookup(Protocol):
    """What the rules must know of the documents and tags of the project."""

    def has_document(self, sdoc_id: int) -> bool: ...

    def has_tag(self, tag_id: int) -> bool: ...

    def is_asked_once(self, sdoc_id: int) -> bool:
        """The request names this document no more than once."""

    def tags_of(self, sdoc_id: int) -> frozenset[int]: ...


class NoSuchDocument(NotFound):
    """There is no such document in the project."""


class NoSuchTag(NotFound):
    """There is no such tag in the project."""


class DocumentNamedTwice(Invalid):
    """The tags of one document can be set only once in a request."""


def decide(command: TagLinkCommand, linked: bool, asked: Asked, links: TagLinkLookup) -> list[Event | Fact]:
    sdoc_id = command.source_document_id
    if not links.has_document(sdoc_id):
        raise NoSuchDocument(f"There is no document {sdoc_id} in the project.")
    for tag_id in command.tag_ids:
        if not links.has_tag(tag_id):
            raise NoSuchTag(f"There is no tag {tag_id} in the project.")
    match command:
        case SourceDocumentTagLinks():
            if not links.is_asked_once(sdoc_id):
                raise DocumentNamedTwice
            return list(_set(command, links.tags_of(sdoc_id)))
        case TagUnlink(tag_id=tag_id):
            return [TagUnlinked(sdoc_id=sdoc_id, tag_id=tag_id)] if linked else []
        case TagLink(tag_id=tag_id):
            return [] if linked else [TagLinked(sdoc_id=sdoc_id, tag_id=tag_id)]
        case _:
            assert_never(command)


def _set(command: SourceDocumentTagLinks, had: frozenset[int]) -> Iterator[Fact]:
    sdoc_id, wanted = command.source_document_id, frozenset(command.tag_ids)
    for tag_id in sorted(had - wanted):
        yield Fact(stream("tag_link", sdoc_id, tag_id), TagUnlinked(sdoc_id=sdoc_id, tag_id=tag_id))
    for tag_id in sorted(wanted - had):
        yield Fact(stream("tag_link", sdoc_id, tag_id), TagLinked(sdoc_id=sdoc_id, tag_id=tag_id))


def evolve(linked: bool, event: TagLinkEvent) -> bool:
    return isinstance(event, TagLinked)


decider = Decider(area="tag_link", initial=False, decide=decide, evolve=evolve)
