"""The rules of span annotations."""

from typing import Any

import pytest

from commands._annotation import (
    CodeIsDisabled,
    Contradiction,
    NoSuchCode,
    NoSuchDocument,
    NotProcessed,
    NotYours,
    OtherKind,
    OutsideDocument,
    TooMuchText,
)
from commands._refusal import NotFound, Refused
from commands.span_annotation_decider import decider
from commands.span_annotation_dto import SpanAnnotationCreate, SpanAnnotationDelete, SpanAnnotationUpdate
from events._event import Fact
from events.span_annotation_events import (
    SpanAnnotationCreated,
    SpanAnnotationDeleted,
    SpanAnnotationMoved,
    SpanAnnotationRecoded,
)
from events.span_group_events import SpanUngrouped
from tests.commands.annotations import SHA256, TEXT, UUID_OF_NEW, FakeAnnotations
from tests.spec import ADA, BOB, Spec

ishmael = SpanAnnotationCreated(
    uuid=UUID_OF_NEW,
    sdoc_id=7,
    code_id=4,
    user_id=ADA,
    begin=8,
    end=15,
    begin_token=2,
    end_token=3,
    text_version=3,
    text_sha256=SHA256,
    codebook_version_id=9,
)
gone = SpanAnnotationDeleted(sdoc_id=7, code_id=4, user_id=ADA, begin=8, end=15, text_version=3)
span = Spec(decider, FakeAnnotations())
made = span.given(ishmael)


def create(**more: Any) -> SpanAnnotationCreate:
    return SpanAnnotationCreate(**{"sdoc_id": 7, "code_id": 4, "begin": 8, "end": 15, **more})


def test_a_passage_gets_a_code() -> None:
    span.when(create()).then(ishmael)


def test_what_the_client_says_of_the_place_may_be_said() -> None:
    span.when(create(begin_token=2, end_token=3, span_text="Ishmael")).then(ishmael)


def test_blanks_between_words_do_not_count() -> None:
    span.when(create(begin=0, span_text="Call me  Ish mael")).outcome()


@pytest.mark.parametrize("said", [{"begin_token": 1}, {"end_token": 2}, {"span_text": "Ahab"}])
def test_what_the_client_says_of_the_place_must_be_true(said: dict[str, Any]) -> None:
    span.when(create(**said)).then_refused(Contradiction)


@pytest.mark.parametrize(("begin", "end"), [(8, 8), (9, 8), (0, len(TEXT) + 1), (2**31 - 2, 2**31 - 1)])
def test_a_passage_is_in_the_document_and_not_empty(begin: int, end: int) -> None:
    with pytest.raises(OutsideDocument, match=f"which has {len(TEXT)} characters"):
        span.when(create(begin=begin, end=end)).outcome()


def test_the_whole_document_is_a_passage() -> None:
    span.when(create(begin=0, end=len(TEXT))).outcome()


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        ({"code_id": 99}, NoSuchCode),
        ({"code_id": 6}, CodeIsDisabled),
        ({"sdoc_id": 99}, NoSuchDocument),
        ({"sdoc_id": 8}, NotProcessed),
    ],
)
def test_document_and_code_can_be_used(more: dict[str, int], reason: type[Refused]) -> None:
    span.when(create(**more)).then_refused(reason)


def test_an_image_has_no_passages() -> None:
    span.when(create(sdoc_id=9)).then_refused(OtherKind)
    span.when(create(sdoc_id=10)).then_refused(OtherKind)


def test_the_passages_of_a_request_have_a_bound() -> None:
    full = span.knowing(FakeAnnotations(room=8))
    full.when(create(begin=0, end=9)).then_refused(TooMuchText)


def test_another_code_is_a_fact() -> None:
    made.when(SpanAnnotationUpdate(code_id=5)).then(SpanAnnotationRecoded(sdoc_id=7, code_id=5, was=4))


def test_the_same_code_says_nothing() -> None:
    made.when(SpanAnnotationUpdate(code_id=4, begin=8, end=15)).then_nothing()


def test_the_code_that_it_has_may_have_been_disabled_since() -> None:
    made.knowing(FakeAnnotations(codes={4: False})).when(SpanAnnotationUpdate(code_id=4)).then_nothing()


@pytest.mark.parametrize(("code_id", "reason"), [(99, NoSuchCode), (6, CodeIsDisabled)])
def test_a_span_is_re_coded_to_a_code_in_use(code_id: int, reason: type[Refused]) -> None:
    made.when(SpanAnnotationUpdate(code_id=code_id)).then_refused(reason)


def moved(begin: int, end: int, tokens: tuple[int, int], **more: Any) -> SpanAnnotationMoved:
    return SpanAnnotationMoved(
        **{
            "sdoc_id": 7,
            "code_id": 4,
            "begin": begin,
            "end": end,
            "begin_token": tokens[0],
            "end_token": tokens[1],
            "text_version": 3,
            "text_sha256": SHA256,
            "was_begin": 8,
            "was_end": 15,
            "was_text_version": 3,
            **more,
        }
    )


def test_a_boundary_moves_alone() -> None:
    made.when(SpanAnnotationUpdate(begin=5)).then(moved(5, 15, (1, 3)))
    made.when(SpanAnnotationUpdate(end=16)).then(moved(8, 16, (2, 3)))


def test_a_moved_and_re_coded_span_says_both() -> None:
    made.when(SpanAnnotationUpdate(code_id=5, begin=0, end=4)).then(
        SpanAnnotationRecoded(sdoc_id=7, code_id=5, was=4), moved(0, 4, (0, 1), code_id=5)
    )


def test_a_span_moves_from_an_earlier_text_into_the_present_one() -> None:
    early = ishmael.model_copy(update={"text_version": 1})
    span.given(early).when(SpanAnnotationUpdate(begin=5)).then(moved(5, 15, (1, 3), was_text_version=1))


def test_a_boundary_does_not_leave_the_document() -> None:
    made.when(SpanAnnotationUpdate(end=99)).then_refused(OutsideDocument)
    made.when(SpanAnnotationUpdate(begin=15)).then_refused(OutsideDocument)


def test_what_hangs_on_a_span_ends_before_it() -> None:
    link = Fact("span_group_link-3-1", SpanUngrouped(sdoc_id=7))
    made.knowing(FakeAnnotations(hanging=[link])).when(SpanAnnotationDelete()).then(link, gone)


def test_others_change_it_as_editors_only() -> None:
    for command in (SpanAnnotationUpdate(code_id=5), SpanAnnotationDelete()):
        made.by(BOB).when(command).then_refused(NotYours)
        made.by(BOB, may_edit=True).when(command).outcome()
        made.by(ADA).when(command).outcome()


def test_a_deleted_span_stays_deleted() -> None:
    span.given(ishmael, gone).when(SpanAnnotationUpdate(code_id=5)).then_refused(NotFound)
    span.given(ishmael, gone).when(SpanAnnotationDelete()).then_refused(NotFound)


def test_a_change_builds_on_the_one_before() -> None:
    recoded = SpanAnnotationRecoded(sdoc_id=7, code_id=5, was=4)
    wider = moved(5, 15, (1, 3))
    span.given(ishmael, recoded, wider).when(SpanAnnotationDelete()).then(
        gone.model_copy(update={"code_id": 5, "begin": 5})
    )
