"""Span annotations as they are retold."""

from uuid import UUID

from events._event import Event, Fact
from events.code_events import CodeMerged, CodeRecoloured, CodeRenamed
from events.span_annotation_events import (
    SpanAnnotationCreated,
    SpanAnnotationDeleted,
    SpanAnnotationMoved,
    SpanAnnotationRecoded,
)
from projections._crud import Record
from projections.code_lookup import CodeLookupTables
from projections.span_annotation_crud import crud_span_annotation
from projections.span_annotation_orm import SpanAnnotationORM
from tests.commands.test_code import created as code
from tests.projections.log import ADA, PROJECT, Log
from tests.projections.test_tag_link import document

JOY, DELIGHT = 4, 5


def span(id: int, *, code_id: int = JOY, sdoc_id: int = 1, begin: int = 8) -> Fact:
    made = SpanAnnotationCreated(
        uuid=UUID(int=id),
        sdoc_id=sdoc_id,
        code_id=code_id,
        user_id=ADA,
        begin=begin,
        end=begin + 7,
        begin_token=2,
        end_token=3,
        text_version=1,
        text_sha256="5" * 64,
        codebook_version_id=None,
    )
    return said(id, made)


def said(id: int, event: Event) -> Fact:
    return Fact(f"span_annotation-{id}", event)


def arranged(log: Log) -> None:
    """Two documents, two codes, and two spans in the first document."""
    codes = [Fact(f"code-{id}", code(name)) for id, name in ((JOY, "joy"), (DELIGHT, "delight"))]
    log.record(*document(1), *document(2), *codes)
    log.record(span(17), span(18, begin=20))


def read(log: Log, id: int) -> Record:
    with log.postgres.session() as db:
        found = crud_span_annotation.read(db, id)
    assert found is not None
    return found


def test_a_span_says_what_it_marks_and_where_the_log_stood(log: Log) -> None:
    arranged(log)
    row, other = log.rows(SpanAnnotationORM)
    assert (row["text"], row["begin"], row["user_id"], row["uuid"]) == ("[8, 15)", 8, ADA, UUID(int=17))
    assert (row["coded_revision"], other["coded_revision"]) == (7, 8)
    assert (row["version"], row["created"]) == (1, row["updated"])
    log_read = read(log, 17)
    assert (log_read["is_outdated"], log_read["group_ids"], log_read["memo_ids"]) == (False, [], [])
    assert "coded_revision" not in log_read


def test_a_span_is_re_coded_moved_and_deleted(log: Log) -> None:
    arranged(log)
    other = log.rows(SpanAnnotationORM)[1]
    log.record(said(17, SpanAnnotationRecoded(sdoc_id=1, code_id=DELIGHT, was=JOY)))
    moved = SpanAnnotationMoved(
        sdoc_id=1,
        code_id=DELIGHT,
        begin=5,
        end=15,
        begin_token=1,
        end_token=3,
        text_version=2,
        text_sha256="6" * 64,
        was_begin=8,
        was_end=15,
        was_text_version=1,
    )
    log.record(said(17, moved))
    log.again()
    row = log.rows(SpanAnnotationORM)[0]
    assert (row["code_id"], row["begin"], row["begin_token"], row["text"]) == (DELIGHT, 5, 1, "[5, 15)")
    assert (row["text_version"], row["version"], row["coded_revision"]) == (2, 3, 9)
    assert row["updated"] > row["created"]
    gone = SpanAnnotationDeleted(sdoc_id=1, code_id=DELIGHT, user_id=ADA, begin=5, end=15, text_version=2)
    log.record(said(17, gone))
    log.again()
    assert log.rows(SpanAnnotationORM) == [other]


def test_a_span_is_outdated_once_its_code_means_something_else(log: Log) -> None:
    arranged(log)
    log.record(Fact(f"code-{JOY}", CodeRecoloured(color="#000000", was="#59a14f")))
    assert not read(log, 17)["is_outdated"]
    log.record(Fact(f"code-{JOY}", CodeRenamed(name="Joy!", name_key="joy!", was="joy")))
    assert read(log, 17)["is_outdated"]
    log.record(said(17, SpanAnnotationRecoded(sdoc_id=1, code_id=DELIGHT, was=JOY)))
    log.record(said(17, SpanAnnotationRecoded(sdoc_id=1, code_id=JOY, was=DELIGHT)))
    assert not read(log, 17)["is_outdated"]
    assert read(log, 18)["is_outdated"]


def test_a_merge_leaves_the_spans_of_both_codes_outdated(log: Log) -> None:
    arranged(log)
    log.record(span(19, code_id=DELIGHT))
    with log.postgres.connection() as connection:
        recodings = list(CodeLookupTables(connection, PROJECT).recodings(JOY, DELIGHT))
    assert [fact.stream_id for fact in recodings] == ["span_annotation-17", "span_annotation-18"]
    log.record(*recodings, Fact(f"code-{JOY}", CodeMerged(into_id=DELIGHT, name="joy")))
    assert [(row["code_id"], read(log, row["id"])["is_outdated"]) for row in log.rows(SpanAnnotationORM)] == [
        (DELIGHT, True)
    ] * 3


def test_many_spans_are_written_like_few(log: Log) -> None:
    arranged(log)
    log.record(*(span(id, begin=id) for id in range(1_000, 3_500)))
    rows = log.rows(SpanAnnotationORM)
    assert len(rows) == 2_502
    assert (rows[-1]["text"], rows[-1]["coded_revision"]) == ("[3499, 3506)", 8 + 2_500)
    log.record(*(said(id, SpanAnnotationRecoded(sdoc_id=1, code_id=DELIGHT, was=JOY)) for id in range(1_000, 3_500)))
    rows = log.rows(SpanAnnotationORM)
    assert [row["code_id"] for row in rows] == [JOY, JOY, *[DELIGHT] * 2_500]
    assert (rows[2]["coded_revision"], rows[-1]["coded_revision"]) == (8 + 2_501, 8 + 5_000)
