"""The rules of tags."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from commands._refusal import NotFound
from commands.tag_decider import NoSuchParent, TagCycle, TagNameTaken, decider
from commands.tag_dto import TagCreate, TagDelete, TagUpdate
from events._event import Fact
from events.tag_events import TagCreated, TagDeleted, TagDescribed, TagMoved, TagRecoloured, TagRenamed
from events.tag_link_events import TagUnlinked
from tests.spec import Spec


@dataclass
class FakeTags:
    """The tags of a project as `id: (name_key, parent_id)`, and the documents they are on."""

    tags: dict[int, tuple[str, int | None]] = field(default_factory=dict)
    links: dict[int, int] = field(default_factory=dict)

    def holder(self, name_key: str) -> int | None:
        return next((id for id, (key, _) in self.tags.items() if key == name_key), None)

    def lineage(self, tag_id: int) -> Sequence[int]:
        if tag_id not in self.tags:
            return []
        parent = self.tags[tag_id][1]
        return [tag_id, *(self.lineage(parent) if parent else [])]

    def below(self, tag_id: int) -> Sequence[tuple[int, str]]:
        children = [id for id, (_, parent) in self.tags.items() if parent == tag_id]
        return [*(one for id in children for one in self.below(id)), *((id, self.tags[id][0]) for id in children)]

    def removals(self, tag_ids: Sequence[int]) -> Iterable[Fact]:
        return [unlinked(self.links[id], id) for id in tag_ids if id in self.links]


def created(name: str = "letter", *, parent_id: int | None = None) -> TagCreated:
    return TagCreated(name=name, name_key=name.casefold(), color="#59a14f", description="", parent_id=parent_id)


def unlinked(sdoc_id: int, tag_id: int) -> Fact:
    return Fact(f"tag_link-{sdoc_id}-{tag_id}", TagUnlinked(sdoc_id=sdoc_id, tag_id=tag_id))


letter = created()
tree = FakeTags({1: ("letter", None), 2: ("field post", 1), 3: ("censored", 2)})
tag = Spec(decider, tree)


def test_a_tag_is_created() -> None:
    asked = TagCreate(project_id=1, name=" letter ", color="#59a14f", description=None)
    Spec(decider, FakeTags()).when(asked).then(letter)


def test_a_tag_without_a_colour_gets_the_one_of_its_name() -> None:
    [first] = Spec(decider, FakeTags()).when(TagCreate(project_id=1, name="Letter")).outcome()
    [second] = Spec(decider, FakeTags()).when(TagCreate(project_id=2, name="letter")).outcome()
    assert isinstance(first, TagCreated)
    assert isinstance(second, TagCreated)
    assert first.color == second.color


def test_a_name_is_taken_whatever_its_case() -> None:
    tag.when(TagCreate(project_id=1, name="LETTER")).then_refused(TagNameTaken)
    tag.given(letter).when(TagUpdate(name="Censored")).then_refused(TagNameTaken)


def test_a_parent_must_be_a_tag_of_the_project() -> None:
    tag.when(TagCreate(project_id=1, name="x", parent_id=99)).then_refused(NoSuchParent)
    tag.given(letter).when(TagUpdate(parent_id=99)).then_refused(NoSuchParent)


def test_each_changed_field_is_a_fact_of_its_own() -> None:
    tag.given(letter).when(TagUpdate(name="Post", color="#000000", description="By mail")).then(
        TagRenamed(name="Post", name_key="post", was="letter"),
        TagRecoloured(color="#000000", was="#59a14f"),
        TagDescribed(description="By mail", was=""),
    )


def test_changing_nothing_says_nothing() -> None:
    tag.given(letter).when(TagUpdate(name="letter", color="#59a14f", description="", parent_id=None)).then_nothing()


def test_a_tag_may_change_the_case_of_its_own_name() -> None:
    tag.given(letter).when(TagUpdate(name="Letter")).then(TagRenamed(name="Letter", name_key="letter", was="letter"))


def test_a_tag_cannot_go_below_itself_or_its_own_descendant() -> None:
    tag.given(letter).when(TagUpdate(parent_id=1)).then_refused(TagCycle)
    tag.given(letter).when(TagUpdate(parent_id=3)).then_refused(TagCycle)


def test_null_makes_a_root() -> None:
    tag.given(created(parent_id=2)).when(TagUpdate(parent_id=None)).then(TagMoved(parent_id=None, was=2))


def test_deleting_takes_links_and_the_tags_below_along() -> None:
    linked = FakeTags(tree.tags, links={1: 50, 3: 60})
    tag.knowing(linked).given(letter).when(TagDelete()).then(
        unlinked(60, 3),
        unlinked(50, 1),
        Fact("tag-3", TagDeleted(name="censored")),
        Fact("tag-2", TagDeleted(name="field post")),
        TagDeleted(name="letter"),
    )


def test_a_deleted_tag_cannot_be_renamed() -> None:
    tag.given(letter, TagDeleted(name="letter")).when(TagUpdate(name="x")).then_refused(NotFound)
