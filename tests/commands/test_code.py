"""The rules of codes."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from commands._annotation import CodeIsDisabled
from commands._refusal import NotFound
from commands.code_decider import (
    CodeCycle,
    CodeNamedTwice,
    CodeNameTaken,
    NoSuchParent,
    OtherProject,
    SystemCode,
    decider,
)
from commands.code_dto import CodeCreate, CodeDelete, CodeMerge, CodeUpdate
from events._event import Fact
from events.code_events import (
    CodeCreated,
    CodeDeleted,
    CodeDescribed,
    CodeDisabled,
    CodeMerged,
    CodeMoved,
    CodeRecoloured,
    CodeRenamed,
)
from tests.spec import Spec


@dataclass
class FakeCodes:
    """A codebook of `id: (name_key, parent_id)`."""

    codes: dict[int, tuple[str, int | None]] = field(default_factory=dict)
    system: frozenset[int] = frozenset()
    disabled: frozenset[int] = frozenset()
    twice: str = ""
    project_id: int = 1

    def holder(self, name_key: str) -> int | None:
        return next((id for id, (key, _) in self.codes.items() if key == name_key), None)

    def is_asked_once(self, name_key: str) -> bool:
        return name_key != self.twice

    def exists(self, code_id: int) -> bool:
        return code_id in self.codes

    def lineage(self, code_id: int) -> Sequence[int]:
        if code_id not in self.codes:
            return []
        parent = self.codes[code_id][1]
        return [code_id, *(self.lineage(parent) if parent else [])]

    def children(self, code_id: int) -> Sequence[int]:
        return [id for id, (_, parent) in self.codes.items() if parent == code_id]

    def below(self, code_id: int) -> Sequence[tuple[int, str, bool]]:
        found = [one for child in self.children(code_id) for one in self.below(child)]
        return [*found, *((child, self.codes[child][0], True) for child in self.children(code_id))]

    def removals(self, code_ids: Sequence[int]) -> Iterable[Fact]:
        return []

    def recodings(self, code_id: int, into_id: int) -> Iterable[Fact]:
        return []

    def is_system(self, code_id: int) -> bool:
        return code_id in self.system

    def is_enabled(self, code_id: int) -> bool:
        return code_id not in self.disabled


def created(name: str = "joy", *, parent_id: int | None = None, is_system: bool = False) -> CodeCreated:
    return CodeCreated(
        name=name,
        name_key=name.casefold(),
        color="#59a14f",
        description="",
        parent_id=parent_id,
        enabled=True,
        is_system=is_system,
    )


joy = created()
code = Spec(decider, FakeCodes({1: ("joy", None)}))


def test_a_code_is_created() -> None:
    asked = CodeCreate(project_id=1, name=" joy ", color="#59a14f")
    Spec(decider, FakeCodes()).when(asked).then(joy)


def test_a_name_is_taken_whatever_its_case() -> None:
    code.when(CodeCreate(project_id=1, name="JOY")).then_refused(CodeNameTaken)


def test_a_name_is_asked_for_only_once_in_a_request() -> None:
    code.knowing(FakeCodes(twice="joy")).when(CodeCreate(project_id=1, name="JOY")).then_refused(CodeNamedTwice)


def test_the_codes_of_a_request_are_of_one_project() -> None:
    code.when(CodeCreate(project_id=2, name="x")).then_refused(OtherProject)


def test_a_parent_must_be_a_code_of_the_project() -> None:
    code.when(CodeCreate(project_id=1, name="x", parent_id=99)).then_refused(NoSuchParent)


def test_nobody_makes_a_system_code() -> None:
    code.when(CodeCreate(project_id=1, name="x", is_system=True)).then_refused(SystemCode)


def test_a_system_code_does_not_change() -> None:
    code.given(created(is_system=True)).when(CodeUpdate(name="x")).then_refused(SystemCode)


def test_each_changed_field_is_a_fact_of_its_own() -> None:
    code.given(joy).when(CodeUpdate(name="delight", color="#000000", description="gladness")).then(
        CodeRenamed(name="delight", name_key="delight", was="joy"),
        CodeRecoloured(color="#000000", was="#59a14f"),
        CodeDescribed(description="gladness", was=""),
    )


def test_renaming_to_the_same_name_says_nothing() -> None:
    code.given(joy).when(CodeUpdate(name="joy")).then_nothing()


def test_a_code_may_change_the_case_of_its_own_name() -> None:
    code.given(joy).when(CodeUpdate(name="Joy")).then(CodeRenamed(name="Joy", name_key="joy", was="joy"))


def test_a_code_cannot_go_below_its_own_descendant() -> None:
    tree = FakeCodes({1: ("joy", None), 2: ("bliss", 1), 3: ("rapture", 2)})
    code.knowing(tree).given(joy).when(CodeUpdate(parent_id=3)).then_refused(CodeCycle)


def test_null_makes_a_root() -> None:
    code.given(created(parent_id=2)).when(CodeUpdate(parent_id=None)).then(CodeMoved(parent_id=None, was=2))


def test_disabling_reaches_the_codes_below() -> None:
    tree = FakeCodes({1: ("joy", None), 2: ("bliss", 1)})
    code.knowing(tree).given(joy).when(CodeUpdate(enabled=False)).then(CodeDisabled(), Fact("code-2", CodeDisabled()))


def test_deleting_removes_the_codes_below_first() -> None:
    tree = FakeCodes({1: ("joy", None), 2: ("bliss", 1)})
    code.knowing(tree).given(joy).when(CodeDelete()).then(
        Fact("code-2", CodeDeleted(name="bliss")), CodeDeleted(name="joy")
    )


def test_a_deleted_code_cannot_be_renamed() -> None:
    code.given(joy, CodeDeleted(name="joy")).when(CodeUpdate(name="x")).then_refused(NotFound)


def test_merging_moves_the_children() -> None:
    tree = FakeCodes({1: ("joy", None), 2: ("bliss", 1), 3: ("delight", None)})
    code.knowing(tree).given(joy).when(CodeMerge(into_id=3)).then(
        Fact("code-2", CodeMoved(parent_id=3, was=1)), CodeMerged(into_id=3, name="joy")
    )


def test_a_code_is_not_merged_into_itself_or_below() -> None:
    tree = FakeCodes({1: ("joy", None), 2: ("bliss", 1)})
    code.knowing(tree).given(joy).when(CodeMerge(into_id=1)).then_refused(CodeCycle)
    code.knowing(tree).given(joy).when(CodeMerge(into_id=2)).then_refused(CodeCycle)


def test_a_code_is_not_merged_into_one_that_new_annotations_could_not_use() -> None:
    tree = FakeCodes({1: ("joy", None), 3: ("delight", None)}, disabled=frozenset({3}))
    code.knowing(tree).given(joy).when(CodeMerge(into_id=3)).then_refused(CodeIsDisabled)


def test_a_disabled_code_is_merged_into_another() -> None:
    tree = FakeCodes({1: ("joy", None), 3: ("delight", None)}, disabled=frozenset({1}))
    code.knowing(tree).given(joy, CodeDisabled()).when(CodeMerge(into_id=3)).then(CodeMerged(into_id=3, name="joy"))
