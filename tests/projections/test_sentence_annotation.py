"""Sentence annotations as they are retold."""

from uuid import UUID

from events._event import Event, Fact
from events.sentence_annotation_events import (
    SentenceAnnotationCreated,
    SentenceAnnotationDeleted,
    SentenceAnnotationMoved,
    SentenceAnnotationRecoded,
)
from projections.sentence_annotation_crud import crud_sentence_annotation
from projections.sentence_annotation_orm import SentenceAnnotationORM
from tests.projections.log import ADA, PROJECT, Log
from tests.projections.test_span_annotation import DELIGHT, JOY
from tests.projections.test_span_annotation import arranged as spans_arranged


def sentences(id: int, *, sdoc_id: int = 1, code_id: int = JOY, user_id: int = ADA) -> Fact:
    made = SentenceAnnotationCreated(
        uuid=UUID(int=id),
        sdoc_id=sdoc_id,
        code_id=code_id,
        user_id=user_id,
        sentence_id_start=1,
        sentence_id_end=2,
        begin=10,
        end=40,
        text_version=1,
        text_sha256="5" * 64,
        codebook_version_id=None,
    )
    return said(id, made)


def said(id: int, event: Event) -> Fact:
    return Fact(f"sentence_annotation-{id}", event)


def arranged(log: Log) -> None:
    spans_arranged(log)
    log.record(sentences(3), sentences(4))


def test_sentences_are_coded_re_coded_moved_and_deleted(log: Log) -> None:
    arranged(log)
    row, other = log.rows(SentenceAnnotationORM)
    assert (row["text"], row["sentence_id_start"], row["sentence_id_end"]) == ("[10, 40)", 1, 2)
    log.record(said(3, SentenceAnnotationRecoded(sdoc_id=1, code_id=DELIGHT, was=JOY)))
    moved = SentenceAnnotationMoved(
        sdoc_id=1,
        code_id=DELIGHT,
        sentence_id_start=0,
        sentence_id_end=2,
        begin=0,
        end=40,
        text_version=1,
        text_sha256="5" * 64,
        was_sentence_id_start=1,
        was_sentence_id_end=2,
        was_text_version=1,
    )
    log.record(said(3, moved))
    log.again()
    row = log.rows(SentenceAnnotationORM)[0]
    assert (row["code_id"], row["sentence_id_start"], row["text"], row["version"]) == (DELIGHT, 0, "[0, 40)", 3)
    gone = SentenceAnnotationDeleted(
        sdoc_id=1,
        code_id=DELIGHT,
        user_id=ADA,
        sentence_id_start=0,
        sentence_id_end=2,
        begin=0,
        end=40,
        text_version=1,
    )
    log.record(said(3, gone))
    log.again()
    assert log.rows(SentenceAnnotationORM) == [other]


def test_uses_of_a_code_are_counted_by_author_and_document(log: Log) -> None:
    arranged(log)
    log.record(sentences(5, sdoc_id=2), sentences(6, code_id=DELIGHT), sentences(7, user_id=ADA + 1))
    with log.postgres.session() as db:
        count = crud_sentence_annotation.count_by_code
        assert count(db, PROJECT, ADA, [1], [JOY, DELIGHT, 99]) == {JOY: 2, DELIGHT: 1, 99: 0}
        assert count(db, PROJECT, ADA, [1, 2], [JOY]) == {JOY: 3}
        assert count(db, PROJECT + 1, ADA, [1, 2], [JOY]) == {JOY: 0}
