"""The rules of span groups, and of the links between spans and groups."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from commands._annotation import NotYours
from commands._decider import Asked
from commands._refusal import NotFound
from commands.span_group_decider import decider
from commands.span_group_dto import SpanGroupAdd, SpanGroupCreate, SpanGroupDelete, SpanGroupRemove, SpanGroupUpdate
from commands.span_group_link_decider import OtherDocument, Owned
from commands.span_group_link_decider import decider as linking
from events._event import Fact
from events.span_group_events import SpanGroupCreated, SpanGroupDeleted, SpanGrouped, SpanGroupRenamed, SpanUngrouped
from tests.spec import ADA, BOB, Spec

CLEO = 10_002
link_gone = Fact("span_group_link-1-5", SpanUngrouped(sdoc_id=7))


class FakeGroups:
    """Document 7 is the only one, and a span is in the group."""

    def is_document(self, sdoc_id: int) -> bool:
        return sdoc_id == 7

    def removals(self, group_id: int) -> Sequence[Fact]:
        return [link_gone]


@dataclass
class FakeLinks:
    groups: dict[int, Owned] = field(default_factory=lambda: {1: Owned(7, ADA)})
    spans: dict[int, Owned] = field(default_factory=lambda: {5: Owned(7, BOB), 6: Owned(8, ADA)})

    def group(self, group_id: int) -> Owned | None:
        return self.groups.get(group_id)

    def span(self, span_id: int) -> Owned | None:
        return self.spans.get(span_id)


created = SpanGroupCreated(name="Ahab", sdoc_id=7, user_id=ADA)
group = Spec(decider, FakeGroups())
made = group.given(created)
link = replace(Spec(linking, FakeLinks()), asked=Asked((1, 5), ADA, may_edit=False))
linked = link.given(SpanGrouped(sdoc_id=7))


def test_a_group_is_made_in_a_document() -> None:
    group.when(SpanGroupCreate(name=" Ahab ", sdoc_id=7)).then(created)
    group.when(SpanGroupCreate(name="Ahab", sdoc_id=8)).then_refused(NotFound)


def test_a_new_name_is_a_fact_and_the_same_is_none() -> None:
    made.when(SpanGroupUpdate(name="Captain")).then(SpanGroupRenamed(sdoc_id=7, name="Captain", was="Ahab"))
    made.when(SpanGroupUpdate(name="Ahab")).then_nothing()


def test_links_end_with_the_group() -> None:
    made.when(SpanGroupDelete()).then(link_gone, SpanGroupDeleted(sdoc_id=7, name="Ahab"))


def test_others_change_a_group_as_editors_only() -> None:
    for command in (SpanGroupUpdate(name="x"), SpanGroupDelete()):
        made.by(BOB).when(command).then_refused(NotYours)
        made.by(BOB, may_edit=True).when(command).outcome()


def test_a_dissolved_group_stays_dissolved() -> None:
    after = group.given(created, SpanGroupDeleted(sdoc_id=7, name="Ahab"))
    after.when(SpanGroupUpdate(name="x")).then_refused(NotFound)


def test_a_span_joins_once_and_leaves_once() -> None:
    link.when(SpanGroupAdd()).then(SpanGrouped(sdoc_id=7))
    linked.when(SpanGroupAdd()).then_nothing()
    linked.when(SpanGroupRemove()).then(SpanUngrouped(sdoc_id=7))
    link.when(SpanGroupRemove()).then_nothing()
    linked.given(SpanGrouped(sdoc_id=7), SpanUngrouped(sdoc_id=7)).when(SpanGroupAdd()).then(SpanGrouped(sdoc_id=7))


def test_a_group_holds_spans_of_one_document() -> None:
    replace(link, asked=Asked((1, 6), ADA)).when(SpanGroupAdd()).then_refused(OtherDocument)


def test_group_and_span_are_of_the_project() -> None:
    for ids in ((2, 5), (1, 9)):
        replace(link, asked=Asked(ids, ADA)).when(SpanGroupAdd()).then_refused(NotFound)


def test_the_maker_of_the_group_fills_it_and_the_maker_of_a_span_may_take_it_out() -> None:
    link.by(BOB).when(SpanGroupAdd()).then_refused(NotYours)
    linked.by(BOB).when(SpanGroupRemove()).then(SpanUngrouped(sdoc_id=7))
    linked.by(CLEO).when(SpanGroupRemove()).then_refused(NotYours)
    linked.by(CLEO, may_edit=True).when(SpanGroupRemove()).outcome()
