"""The rules of memos."""

from dataclasses import dataclass
from uuid import UUID

from commands._refusal import NotFound
from commands.memo_decider import MemoExists, OthersMemo, decider
from commands.memo_dto import MemoAttach, MemoDelete, MemoUpdate
from events.memo_events import (
    MemoCreated,
    MemoDeleted,
    MemoMoved,
    MemoRetitled,
    MemoRewritten,
    MemoStarred,
    MemoUnstarred,
)
from tests.spec import ADA, BOB, Spec


@dataclass(frozen=True)
class FakeMemos:
    """Code 17 exists; `author_id` has a memo on it."""

    author_id: int | None = None

    def exists(self, object_type: str, object_id: int) -> bool:
        return (object_type, object_id) == ("code", 17)

    def memo_of(self, object_type: str, object_id: int, user_id: int) -> int | None:
        return 5 if user_id == self.author_id else None


def attach(object_id: int = 17) -> MemoAttach:
    return MemoAttach(
        title=" Irony? ",
        content="He has not eaten.",
        starred=None,
        uuid=UUID(int=1),
        attached_object_type="code",
        attached_object_id=object_id,
    )


written = MemoCreated(
    uuid=UUID(int=1),
    title="Irony?",
    content="He has not eaten.",
    content_json="",
    starred=False,
    user_id=ADA,
    attached_object_type="code",
    attached_object_id=17,
)
memo = Spec(decider, FakeMemos()).by(ADA)


def test_a_memo_is_written() -> None:
    memo.when(attach()).then(written)


def test_there_must_be_something_to_write_on() -> None:
    memo.when(attach(18)).then_refused(NotFound)


def test_somebody_has_one_memo_on_a_thing() -> None:
    memo.knowing(FakeMemos(author_id=ADA)).when(attach()).then_refused(MemoExists)
    [other] = memo.knowing(FakeMemos(author_id=ADA)).by(BOB).when(attach()).outcome()
    assert isinstance(other, MemoCreated)
    assert other.user_id == BOB


def test_each_change_is_a_fact_of_its_own() -> None:
    memo.given(written).when(MemoUpdate(title="Irony", content="Twice.", starred=True)).then(
        MemoRetitled(title="Irony", was="Irony?"),
        MemoRewritten(content="Twice.", content_json="", was="He has not eaten.", was_json=""),
        MemoStarred(),
    )
    memo.given(written, MemoStarred()).when(MemoUpdate(starred=False)).then(MemoUnstarred())


def test_formatting_alone_is_a_change_of_the_text() -> None:
    memo.given(written).when(MemoUpdate(content_json="{}")).then(
        MemoRewritten(content="He has not eaten.", content_json="{}", was="He has not eaten.", was_json="")
    )


def test_changing_nothing_says_nothing() -> None:
    memo.given(written).when(MemoUpdate(title="Irony?", content="He has not eaten.", starred=False)).then_nothing()


def test_a_memo_belongs_to_its_author() -> None:
    memo.by(BOB).given(written).when(MemoUpdate(title="x")).then_refused(OthersMemo)
    memo.by(BOB).given(written).when(MemoDelete()).then_refused(OthersMemo)


def test_an_editor_may_act_for_the_author() -> None:
    memo.by(BOB, may_edit=True).given(written).when(MemoUpdate(title="x")).then(MemoRetitled(title="x", was="Irony?"))


def test_deleting_says_what_it_was_on() -> None:
    moved = MemoMoved(attached_object_type="code", attached_object_id=18, was=17)
    deleted = MemoDeleted(title="Irony?", user_id=ADA, attached_object_type="code", attached_object_id=18)
    memo.given(written, moved).when(MemoDelete()).then(deleted)
    memo.given(written, moved, deleted).when(MemoDelete()).then_refused(NotFound)
