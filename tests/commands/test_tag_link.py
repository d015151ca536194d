"""The rules of tags on documents."""

from dataclasses import dataclass, field, replace

import pytest
from pydantic import ValidationError

from commands._decider import Asked
from commands.tag_link_decider import DocumentNamedTwice, NoSuchDocument, NoSuchTag, decider
from commands.tag_link_dto import (
    SourceDocumentTagLinks,
    SourceDocumentTagMultiLink,
    SourceDocumentTagUpdate,
    TagLink,
    TagUnlink,
)
from events._event import Event, Fact
from events.tag_link_events import TagLinked, TagUnlinked
from tests.spec import ADA, Spec


@dataclass(frozen=True)
class FakeLinks:
    """Documents 1 and 2, tags 7, 8 and 9."""

    tags: dict[int, frozenset[int]] = field(default_factory=dict)
    asked: tuple[int, ...] = ()

    def has_document(self, sdoc_id: int) -> bool:
        return sdoc_id in (1, 2)

    def has_tag(self, tag_id: int) -> bool:
        return tag_id in (7, 8, 9)

    def is_asked_once(self, sdoc_id: int) -> bool:
        return self.asked.count(sdoc_id) <= 1

    def tags_of(self, sdoc_id: int) -> frozenset[int]:
        return self.tags.get(sdoc_id, frozenset())


linked = TagLinked(sdoc_id=1, tag_id=7)
unlinked = TagUnlinked(sdoc_id=1, tag_id=7)
link = Spec(decider, FakeLinks(), Asked((1, 7), ADA))


def fact(event: Event, tag_id: int) -> Fact:
    return Fact(f"tag_link-1-{tag_id}", event)


def test_a_tag_is_put_on_and_taken_off() -> None:
    link.when(TagLink(source_document_id=1, tag_id=7)).then(linked)
    link.given(linked).when(TagUnlink(source_document_id=1, tag_id=7)).then(unlinked)
    link.given(linked, unlinked).when(TagLink(source_document_id=1, tag_id=7)).then(linked)


def test_what_is_so_already_says_nothing() -> None:
    link.given(linked).when(TagLink(source_document_id=1, tag_id=7)).then_nothing()
    link.when(TagUnlink(source_document_id=1, tag_id=7)).then_nothing()
    link.given(linked, unlinked).when(TagUnlink(source_document_id=1, tag_id=7)).then_nothing()


def test_document_and_tag_must_be_there() -> None:
    for command in (TagLink, TagUnlink):
        link.when(command(source_document_id=3, tag_id=7)).then_refused(NoSuchDocument)
        link.when(command(source_document_id=1, tag_id=1)).then_refused(NoSuchTag)


def test_setting_takes_off_the_others() -> None:
    tagged = link.knowing(FakeLinks({1: frozenset({7, 8})}))
    tagged.when(SourceDocumentTagLinks(source_document_id=1, tag_ids=[9, 8])).then(
        fact(unlinked, 7), fact(TagLinked(sdoc_id=1, tag_id=9), 9)
    )
    tagged.when(SourceDocumentTagLinks(source_document_id=1, tag_ids=[8, 7, 7])).then_nothing()


def test_the_tags_of_a_document_are_set_once() -> None:
    twice = link.knowing(replace(FakeLinks(), asked=(1, 2, 1)))
    twice.when(SourceDocumentTagLinks(source_document_id=1, tag_ids=[])).then_refused(DocumentNamedTwice)


def test_a_request_has_a_limit() -> None:
    few, many = list(range(1, 11)), list(range(1, 10_002))
    with pytest.raises(ValidationError, match="At most 100000 changes"):
        SourceDocumentTagMultiLink(source_document_ids=many, tag_ids=few)
    with pytest.raises(ValidationError, match="At most 100000 changes"):
        SourceDocumentTagUpdate(sdoc_ids=many, unlink_tag_ids=few[:5], link_tag_ids=few[5:])


def test_a_tag_is_not_put_on_and_taken_off_at_once() -> None:
    with pytest.raises(ValidationError, match="at once"):
        SourceDocumentTagUpdate(sdoc_ids=[1], unlink_tag_ids=[7], link_tag_ids=[8, 7])
