"""The rules of bbox annotations."""

import pytest

from commands._annotation import (
    CodeIsDisabled,
    Document,
    NoSuchCode,
    NoSuchDocument,
    NotProcessed,
    NotReadable,
    NotYours,
    OtherKind,
    OutsideDocument,
    SourceImage,
)
from commands._refusal import NotFound, Refused
from commands.bbox_annotation_decider import decider
from commands.bbox_annotation_dto import BBoxAnnotationCreate, BBoxAnnotationDelete, BBoxAnnotationUpdate
from events._event import Fact
from events.bbox_annotation_events import (
    BBoxAnnotationCreated,
    BBoxAnnotationDeleted,
    BBoxAnnotationMoved,
    BBoxAnnotationRecoded,
)
from events.memo_events import MemoDeleted
from tests.commands.annotations import UUID_OF_NEW, FakeAnnotations
from tests.spec import ADA, BOB, Spec

WHALE = {"x_min": 100, "x_max": 300, "y_min": 50, "y_max": 90}

whale = BBoxAnnotationCreated(uuid=UUID_OF_NEW, sdoc_id=9, code_id=4, user_id=ADA, **WHALE, codebook_version_id=9)
recoded = BBoxAnnotationRecoded(sdoc_id=9, code_id=5, was=4)
gone = BBoxAnnotationDeleted(sdoc_id=9, code_id=4, user_id=ADA, **WHALE)
bbox = Spec(decider, FakeAnnotations())
made = bbox.given(whale)


def create(**more: int) -> BBoxAnnotationCreate:
    return BBoxAnnotationCreate(**{"sdoc_id": 9, "code_id": 4, **WHALE, **more})


def moved(code_id: int = 4, **sides: int) -> BBoxAnnotationMoved:
    was = {f"was_{side}": value for side, value in WHALE.items()}
    return BBoxAnnotationMoved(sdoc_id=9, code_id=code_id, **{**WHALE, **sides}, **was)


def test_a_box_gets_a_code() -> None:
    bbox.when(create()).then(whale)


def test_a_box_may_touch_all_borders() -> None:
    borders = {"x_min": 0, "x_max": 640, "y_min": 0, "y_max": 480}
    bbox.when(create(**borders)).then(whale.model_copy(update=borders))


@pytest.mark.parametrize(
    ("sides", "place"),
    [
        ({"x_max": 100}, "x_max"),
        ({"x_max": 99}, "x_max"),
        ({"x_max": 641}, "x_max"),
        ({"x_min": 640, "x_max": 641}, "x_max"),
        ({"y_max": 50}, "y_max"),
        ({"y_max": 49}, "y_max"),
        ({"y_max": 481}, "y_max"),
        ({"y_max": 2**31 - 1}, "y_max"),
    ],
    ids=["no width", "reversed", "too wide", "beside", "no height", "upside down", "too high", "far below"],
)
def test_a_box_is_in_the_image_and_not_empty(sides: dict[str, int], place: str) -> None:
    for spec in (bbox.when(create(**sides)), made.when(BBoxAnnotationUpdate(**sides))):
        with pytest.raises(OutsideDocument, match="which is 640 pixels wide and 480 high") as refused:
            spec.outcome()
        assert refused.value.loc == ("body", place)


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        ({"code_id": 99}, NoSuchCode),
        ({"code_id": 6}, CodeIsDisabled),
        ({"sdoc_id": 99}, NoSuchDocument),
        ({"sdoc_id": 10}, NotProcessed),
        ({"sdoc_id": 11}, NotReadable),
        ({"sdoc_id": 7}, OtherKind),
        ({"sdoc_id": 8}, OtherKind),
    ],
)
def test_document_and_code_can_be_used(more: dict[str, int], reason: type[Refused]) -> None:
    bbox.when(create(**more)).then_refused(reason)


def test_another_code_is_a_fact() -> None:
    made.when(BBoxAnnotationUpdate(code_id=5)).then(recoded)


def test_the_same_says_nothing() -> None:
    made.when(BBoxAnnotationUpdate(code_id=4, **WHALE)).then_nothing()


def test_the_code_that_it_has_may_have_been_disabled_since() -> None:
    made.knowing(FakeAnnotations(codes={4: False})).when(BBoxAnnotationUpdate(code_id=4)).then_nothing()


@pytest.mark.parametrize(("code_id", "reason"), [(99, NoSuchCode), (6, CodeIsDisabled)])
def test_a_box_is_re_coded_to_a_code_in_use(code_id: int, reason: type[Refused]) -> None:
    made.when(BBoxAnnotationUpdate(code_id=code_id)).then_refused(reason)


@pytest.mark.parametrize(("side", "value"), [("x_min", 0), ("x_max", 640), ("y_min", 0), ("y_max", 480)])
def test_a_side_moves_alone(side: str, value: int) -> None:
    made.when(BBoxAnnotationUpdate(**{side: value})).then(moved(**{side: value}))


@pytest.mark.parametrize(
    ("sides", "place"),
    [({"x_min": 300}, "x_min"), ({"y_min": 90}, "y_min"), ({"y_min": 90, "y_max": 80}, "y_max")],
)
def test_a_refusal_names_a_side_that_was_sent(sides: dict[str, int], place: str) -> None:
    with pytest.raises(OutsideDocument) as refused:
        made.when(BBoxAnnotationUpdate(**sides)).outcome()
    assert refused.value.loc == ("body", place)


def test_a_moved_and_re_coded_box_says_both() -> None:
    made.when(BBoxAnnotationUpdate(code_id=5, x_min=7, y_max=91)).then(recoded, moved(5, x_min=7, y_max=91))


def test_only_who_moves_a_box_asks_how_large_the_image_is() -> None:
    small = FakeAnnotations(documents={9: Document("image", SourceImage(200, 100))})
    made.knowing(small).when(BBoxAnnotationUpdate(code_id=5)).then(recoded)
    made.knowing(small).when(BBoxAnnotationUpdate(y_min=51)).then_refused(OutsideDocument)
    made.knowing(small).when(BBoxAnnotationUpdate(x_max=200)).then(moved(x_max=200))


def test_what_hangs_on_a_box_ends_before_it() -> None:
    memo = MemoDeleted(title="?", user_id=BOB, attached_object_type="bbox_annotation", attached_object_id=1)
    hanging = Fact("memo-3", memo)
    made.knowing(FakeAnnotations(hanging=[hanging])).when(BBoxAnnotationDelete()).then(hanging, gone)


def test_others_change_it_as_editors_only() -> None:
    for command in (BBoxAnnotationUpdate(code_id=5), BBoxAnnotationUpdate(x_min=0), BBoxAnnotationDelete()):
        made.by(BOB).when(command).then_refused(NotYours)
        assert made.by(BOB, may_edit=True).when(command).outcome() == made.by(ADA).when(command).outcome() != []


def test_a_deleted_box_stays_deleted() -> None:
    bbox.given(whale, gone).when(BBoxAnnotationUpdate(code_id=5)).then_refused(NotFound)
    bbox.given(whale, gone).when(BBoxAnnotationDelete()).then_refused(NotFound)


def test_a_change_builds_on_the_one_before() -> None:
    bbox.given(whale, recoded, moved(5, x_min=7)).when(BBoxAnnotationDelete()).then(
        gone.model_copy(update={"code_id": 5, "x_min": 7})
    )
