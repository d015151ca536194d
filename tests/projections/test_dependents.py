"""What a removal takes along."""

from events._event import Fact
from events.bbox_annotation_events import BBoxAnnotationDeleted
from events.code_events import CodeDeleted
from events.source_document_events import SourceDocumentDeleted
from events.span_annotation_events import SpanAnnotationDeleted
from events.tag_link_events import TagLinked
from projections._dependents import DEPENDENTS, removals, removals_of_each
from projections.bbox_annotation_orm import BBoxAnnotationORM
from projections.sentence_annotation_orm import SentenceAnnotationORM
from projections.span_annotation_orm import SpanAnnotationORM
from projections.span_group_orm import SpanGroupLinkORM, SpanGroupORM
from projections.tag_link_orm import TagLinkORM
from tests.projections.log import ADA, PROJECT, Log
from tests.projections.test_bbox_annotation import box
from tests.projections.test_sentence_annotation import sentences
from tests.projections.test_span_annotation import DELIGHT, JOY, span
from tests.projections.test_span_group import arranged as groups_arranged
from tests.projections.test_span_group import group
from tests.projections.test_tag import created as tag


def arranged(log: Log) -> None:
    """Two groups that share spans 17 and 18 in document 1, and one of everything in document 2; boxes in both, though
    no document has words and pixels."""
    groups_arranged(log)
    log.record(span(19, sdoc_id=2, code_id=DELIGHT), group(3, sdoc_id=2), sentences(3), sentences(4, sdoc_id=2))
    log.record(box(5), box(6, sdoc_id=2))
    log.record(Fact("tag-7", tag("Letter")), *(Fact(f"tag_link-{i}-7", TagLinked(sdoc_id=i, tag_id=7)) for i in (1, 2)))


def ended(log: Log, area: str, *ids: int) -> list[Fact]:
    with log.postgres.connection() as connection:
        return removals(connection, PROJECT, area, ids)


def test_leaves_end_first_and_each_once(log: Log) -> None:
    arranged(log)
    streams = [fact.stream_id for fact in ended(log, "sdoc", 1)]
    assert streams == [
        "span_group_link-1-17",
        "span_group_link-1-18",
        "span_group_link-2-17",
        "span_annotation-17",
        "span_annotation-18",
        "sentence_annotation-3",
        "bbox_annotation-5",
        "span_group-1",
        "span_group-2",
        "tag_link-1-7",
    ]


def test_a_fact_says_what_is_lost(log: Log) -> None:
    arranged(log)
    *_, last = ended(log, "code", DELIGHT)
    gone = SpanAnnotationDeleted(sdoc_id=2, code_id=DELIGHT, user_id=ADA, begin=8, end=15, text_version=1)
    assert last == Fact("span_annotation-19", gone)
    log.record(box(7, code_id=DELIGHT))
    *_, last = ended(log, "code", DELIGHT)
    lost = BBoxAnnotationDeleted(sdoc_id=1, code_id=DELIGHT, user_id=ADA, x_min=10, x_max=25, y_min=30, y_max=40)
    assert last == Fact("bbox_annotation-7", lost)


def test_the_facts_of_a_removed_document_leave_the_other_alone(log: Log) -> None:
    arranged(log)
    log.record(*ended(log, "sdoc", 1), Fact("sdoc-1", SourceDocumentDeleted(filename="1.txt", name="1.txt")))
    for table in (SpanAnnotationORM, SpanGroupORM, SentenceAnnotationORM, BBoxAnnotationORM, TagLinkORM):
        assert [row["sdoc_id"] for row in log.rows(table)] == [2], table
    assert log.rows(SpanGroupLinkORM) == []


def test_the_facts_of_a_removed_code_leave_the_other_alone(log: Log) -> None:
    arranged(log)
    log.record(box(7, code_id=DELIGHT))
    log.record(*ended(log, "code", JOY), Fact(f"code-{JOY}", CodeDeleted(name="joy")))
    assert [row["code_id"] for row in log.rows(SpanAnnotationORM)] == [DELIGHT]
    assert [row["id"] for row in log.rows(BBoxAnnotationORM)] == [7]
    assert log.rows(SentenceAnnotationORM) == []
    assert [row["id"] for row in log.rows(SpanGroupORM)] == [1, 2, 3]


def test_each_entity_brings_about_its_own(log: Log) -> None:
    arranged(log)
    with log.postgres.connection() as connection:
        each = removals_of_each(connection, PROJECT, "span_annotation", [17, 18, 19])
        both = removals_of_each(connection, PROJECT, "sdoc", [1, 2])
    assert {id: [fact.stream_id for fact in facts] for id, facts in each.items()} == {
        17: ["span_group_link-1-17", "span_group_link-2-17"],
        18: ["span_group_link-1-18"],
    }
    assert len(both[1]) == 10
    assert [fact.stream_id for fact in both[2]] == [
        "span_annotation-19",
        "sentence_annotation-4",
        "bbox_annotation-6",
        "span_group-3",
        "tag_link-2-7",
    ]


def test_other_projects_are_not_asked(log: Log) -> None:
    arranged(log)
    with log.postgres.connection() as connection:
        assert all(removals(connection, PROJECT + 1, area, [1, 2, 7, 17]) == [] for area in DEPENDENTS)
