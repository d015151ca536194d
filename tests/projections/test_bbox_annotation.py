"""Bbox annotations as they are retold."""

from uuid import UUID

from events._event import Event, Fact
from events.bbox_annotation_events import (
    BBoxAnnotationCreated,
    BBoxAnnotationDeleted,
    BBoxAnnotationMoved,
    BBoxAnnotationRecoded,
)
from events.code_events import CodeRecoloured, CodeRenamed
from events.source_document_events import SourceDocumentImageMeasured
from projections.bbox_annotation_crud import crud_bbox_annotation
from projections.bbox_annotation_orm import BBoxAnnotationORM
from tests.commands.test_code import created as code
from tests.projections.log import ADA, PROJECT, Log
from tests.projections.test_span_annotation import DELIGHT, JOY
from tests.projections.test_tag_link import document

BOB = ADA + 1


def box(id: int, *, sdoc_id: int = 1, code_id: int = JOY, user_id: int = ADA) -> Fact:
    made = BBoxAnnotationCreated(
        uuid=UUID(int=id),
        sdoc_id=sdoc_id,
        code_id=code_id,
        user_id=user_id,
        x_min=10,
        x_max=25,
        y_min=30,
        y_max=40,
        codebook_version_id=None,
    )
    return said(id, made)


def said(id: int, event: Event) -> Fact:
    return Fact(f"bbox_annotation-{id}", event)


def arranged(log: Log) -> None:
    """Two images, two codes, and two boxes in the first image."""
    codes = [Fact(f"code-{id}", code(name)) for id, name in ((JOY, "joy"), (DELIGHT, "delight"))]
    log.record(*document(1, "image"), *document(2, "image"), *codes)
    log.record(box(3), box(4))


def sides(log: Log, id: int) -> tuple[int, int, int, int]:
    (row,) = (row for row in log.rows(BBoxAnnotationORM) if row["id"] == id)
    return row["x_min"], row["x_max"], row["y_min"], row["y_max"]


def outdated(log: Log) -> list[int]:
    with log.postgres.session() as db:
        return [row["id"] for row in crud_bbox_annotation.read_by_sdoc(db, 1) if row["is_outdated"]]


def test_a_box_says_where_it_is_and_where_the_log_stood(log: Log) -> None:
    arranged(log)
    row, other = log.rows(BBoxAnnotationORM)
    assert (row["uuid"], row["sdoc_id"], row["code_id"], row["user_id"]) == (UUID(int=3), 1, JOY, ADA)
    assert (row["coded_revision"], other["coded_revision"]) == (7, 8)
    assert sides(log, 3) == (10, 25, 30, 40)
    with log.postgres.session() as db:
        found = crud_bbox_annotation.read(db, 3)
    assert found is not None
    assert (found["is_outdated"], found["memo_ids"], found["version"]) == (False, [], 1)
    assert found.keys().isdisjoint({"coded_revision", "text"})


def test_boxes_are_re_coded_moved_and_deleted(log: Log) -> None:
    arranged(log)
    other = log.rows(BBoxAnnotationORM)[1]
    log.record(said(3, BBoxAnnotationRecoded(sdoc_id=1, code_id=DELIGHT, was=JOY)))
    moved = BBoxAnnotationMoved(
        sdoc_id=1,
        code_id=DELIGHT,
        x_min=0,
        x_max=26,
        y_min=31,
        y_max=50,
        was_x_min=10,
        was_x_max=25,
        was_y_min=30,
        was_y_max=40,
    )
    log.record(said(3, moved))
    log.again()
    row = log.rows(BBoxAnnotationORM)[0]
    assert sides(log, 3) == (0, 26, 31, 50)
    assert (row["code_id"], row["coded_revision"], row["version"]) == (DELIGHT, 9, 3)
    assert row["updated"] > row["created"]
    gone = BBoxAnnotationDeleted(sdoc_id=1, code_id=DELIGHT, user_id=ADA, x_min=0, x_max=26, y_min=31, y_max=50)
    log.record(said(3, gone))
    log.again()
    assert log.rows(BBoxAnnotationORM) == [other]


def test_a_box_is_outdated_until_it_is_coded_anew(log: Log) -> None:
    arranged(log)
    log.record(Fact(f"code-{JOY}", CodeRecoloured(color="#000000", was="#59a14f")))
    assert outdated(log) == []
    log.record(Fact(f"code-{JOY}", CodeRenamed(name="Joy!", name_key="joy!", was="joy")))
    assert outdated(log) == [3, 4]
    log.record(said(3, BBoxAnnotationRecoded(sdoc_id=1, code_id=DELIGHT, was=JOY)))
    assert outdated(log) == [4]


def test_a_box_is_orphaned_while_it_is_not_inside_its_image(log: Log) -> None:
    arranged(log)
    log.record(box(5, sdoc_id=2))
    for width, height, expected in ((25, 40, []), (24, 40, [3, 4]), (25, 39, [3, 4]), (100, 100, [])):
        log.record(Fact("sdoc-1", SourceDocumentImageMeasured(width=width, height=height, producer="v1")))
        with log.postgres.session() as db:
            rows = crud_bbox_annotation.read_by_project(db, PROJECT)
        assert [row["id"] for row in rows if row["is_orphaned"]] == expected
        assert len(rows) == 3


def test_boxes_are_found_by_image_code_and_author(log: Log) -> None:
    arranged(log)
    log.record(box(5, sdoc_id=2), box(6, code_id=DELIGHT), box(7, user_id=BOB))
    with log.postgres.session() as db:
        by_sdoc, by_code = crud_bbox_annotation.read_by_sdoc, crud_bbox_annotation.read_by_code
        assert [row["id"] for row in by_sdoc(db, 1)] == [3, 4, 6, 7]
        assert [row["id"] for row in by_sdoc(db, 1, BOB)] == [7]
        assert [row["id"] for row in by_sdoc(db, 1, after=3, limit=2)] == [4, 6]
        assert [row["id"] for row in by_code(db, JOY, ADA)] == [3, 4, 5]
        count = crud_bbox_annotation.count_by_code
        assert count(db, PROJECT, ADA, [1], [JOY, DELIGHT, 99]) == {JOY: 2, DELIGHT: 1, 99: 0}
        assert count(db, PROJECT + 1, ADA, [1, 2], [JOY]) == {JOY: 0}
