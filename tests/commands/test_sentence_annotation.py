"""The rules of sentence annotations."""

from typing import Any

import pytest

from commands._annotation import (
    CodeIsDisabled,
    NoSuchCode,
    NoSuchDocument,
    NotProcessed,
    NotYours,
    OtherKind,
    OutsideDocument,
    TooMuchText,
)
from commands._refusal import NotFound, Refused
from commands.sentence_annotation_decider import decider
from commands.sentence_annotation_dto import (
    SentenceAnnotationCreate,
    SentenceAnnotationDelete,
    SentenceAnnotationUpdate,
)
from events.sentence_annotation_events import (
    SentenceAnnotationCreated,
    SentenceAnnotationDeleted,
    SentenceAnnotationMoved,
    SentenceAnnotationRecoded,
)
from tests.commands.annotations import SHA256, TEXT, UUID_OF_NEW, FakeAnnotations
from tests.spec import ADA, BOB, Spec

opening = SentenceAnnotationCreated(
    uuid=UUID_OF_NEW,
    sdoc_id=7,
    code_id=4,
    user_id=ADA,
    sentence_id_start=0,
    sentence_id_end=0,
    begin=0,
    end=16,
    text_version=3,
    text_sha256=SHA256,
    codebook_version_id=9,
)
gone = SentenceAnnotationDeleted(
    sdoc_id=7, code_id=4, user_id=ADA, sentence_id_start=0, sentence_id_end=0, begin=0, end=16, text_version=3
)
moved = SentenceAnnotationMoved(
    sdoc_id=7,
    code_id=4,
    sentence_id_start=0,
    sentence_id_end=1,
    begin=0,
    end=32,
    text_version=3,
    text_sha256=SHA256,
    was_sentence_id_start=0,
    was_sentence_id_end=0,
    was_text_version=3,
)
sentence = Spec(decider, FakeAnnotations())
made = sentence.given(opening)


def create(**more: int) -> SentenceAnnotationCreate:
    return SentenceAnnotationCreate(
        **{"sdoc_id": 7, "code_id": 4, "sentence_id_start": 0, "sentence_id_end": 0, **more}
    )


def test_a_sentence_gets_a_code() -> None:
    sentence.when(create()).then(opening)


def test_the_last_sentence_is_included() -> None:
    (said,) = sentence.when(create(sentence_id_end=1)).outcome()
    assert isinstance(said, SentenceAnnotationCreated)
    assert (said.begin, said.end) == (0, len(TEXT))


@pytest.mark.parametrize(("start", "end"), [(1, 0), (0, 2), (2, 2)])
def test_sentences_are_in_the_document_and_in_order(start: int, end: int) -> None:
    with pytest.raises(OutsideDocument, match=f"which has 2 sentences and {len(TEXT)} characters"):
        sentence.when(create(sentence_id_start=start, sentence_id_end=end)).outcome()


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
    sentence.when(create(**more)).then_refused(reason)


def test_an_image_has_no_sentences() -> None:
    sentence.when(create(sdoc_id=9)).then_refused(OtherKind)
    sentence.when(create(sdoc_id=10)).then_refused(OtherKind)


def test_the_passages_of_a_request_have_a_bound() -> None:
    full = sentence.knowing(FakeAnnotations(room=8))
    full.when(create()).then_refused(TooMuchText)


def test_another_code_is_a_fact() -> None:
    made.when(SentenceAnnotationUpdate(code_id=5)).then(SentenceAnnotationRecoded(sdoc_id=7, code_id=5, was=4))


def test_the_same_says_nothing() -> None:
    same: dict[str, Any] = {"code_id": 4, "sentence_id_start": 0, "sentence_id_end": 0}
    made.when(SentenceAnnotationUpdate(**same)).then_nothing()


def test_a_boundary_moves_alone() -> None:
    made.when(SentenceAnnotationUpdate(sentence_id_end=1)).then(moved)


def test_a_boundary_does_not_leave_the_document() -> None:
    made.when(SentenceAnnotationUpdate(sentence_id_end=2)).then_refused(OutsideDocument)
    made.when(SentenceAnnotationUpdate(sentence_id_start=1)).then_refused(OutsideDocument)


def test_a_deletion_says_what_was_marked() -> None:
    made.when(SentenceAnnotationDelete()).then(gone)
    sentence.given(opening, moved).when(SentenceAnnotationDelete()).then(
        gone.model_copy(update={"sentence_id_end": 1, "end": 32})
    )


def test_others_change_it_as_editors_only() -> None:
    for command in (SentenceAnnotationUpdate(code_id=5), SentenceAnnotationDelete()):
        made.by(BOB).when(command).then_refused(NotYours)
        made.by(BOB, may_edit=True).when(command).outcome()


def test_a_deleted_annotation_stays_deleted() -> None:
    sentence.given(opening, gone).when(SentenceAnnotationUpdate(code_id=5)).then_refused(NotFound)
