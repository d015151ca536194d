"""Memos as they are retold."""

from uuid import UUID

import pytest
from psycopg.errors import ForeignKeyViolation, UniqueViolation

from events._event import Fact
from events.bbox_annotation_events import BBoxAnnotationDeleted
from events.memo_events import (
    AttachedObjectTypeName,
    MemoCreated,
    MemoDeleted,
    MemoMoved,
    MemoRetitled,
    MemoRewritten,
    MemoStarred,
    MemoUnstarred,
)
from events.tag_events import TagDeleted
from projections._dependents import removals
from projections.bbox_annotation_crud import crud_bbox_annotation
from projections.memo_crud import crud_memo
from projections.memo_lookup import MemoLookupTables, merged
from projections.memo_orm import MemoORM
from projections.tag_crud import crud_tag
from tests.projections.log import ADA, PROJECT, Log
from tests.projections.test_bbox_annotation import arranged as boxes_arranged
from tests.projections.test_bbox_annotation import said
from tests.projections.test_span_annotation import JOY
from tests.projections.test_tag import created as tag

BOB = ADA + 1


def written(on: int, user_id: int = ADA, object_type: AttachedObjectTypeName = "tag") -> MemoCreated:
    return MemoCreated(
        uuid=UUID(int=on),
        title="Irony?",
        content="He has not eaten.",
        content_json="",
        starred=False,
        user_id=user_id,
        attached_object_type=object_type,
        attached_object_id=on,
    )


def ended(on: int, user_id: int = ADA) -> MemoDeleted:
    return MemoDeleted(title="Irony?", user_id=user_id, attached_object_type="tag", attached_object_id=on)


def arranged(log: Log) -> None:
    log.record(Fact("tag-1", tag("Letter")), Fact("tag-2", tag("Diary")))
    log.record(Fact("memo-1", written(1)), Fact("memo-2", written(2)))


def test_a_memo_changes_and_the_other_stays(log: Log) -> None:
    arranged(log)
    other = log.rows(MemoORM)[1]
    log.record(Fact("memo-1", MemoRetitled(title="Irony", was="Irony?")), Fact("memo-1", MemoStarred()))
    log.record(Fact("memo-1", MemoRewritten(content="Twice.", content_json="{}", was="", was_json="")))
    log.again()
    memo, untouched = log.rows(MemoORM)
    assert untouched == other
    assert (memo["title"], memo["content"], memo["content_json"], memo["starred"]) == ("Irony", "Twice.", "{}", True)
    assert (memo["version"], memo["user_id"], memo["tag_id"], memo["code_id"]) == (4, ADA, 1, None)
    log.record(Fact("memo-1", MemoUnstarred()))
    assert not log.rows(MemoORM)[0]["starred"]


def test_readers_see_the_object_once(log: Log) -> None:
    arranged(log)
    with log.postgres.session() as db:
        memo = crud_memo.read(db, 1)
        assert memo is not None
        assert (memo["attached_object_type"], memo["attached_object_id"]) == ("tag", 1)
        assert "tag_id" not in memo
        assert crud_memo.read_by_object(db, "tag", 1) == [memo]
        assert crud_memo.read_by_object(db, "tag", 1, BOB) == []
        found = crud_tag.read(db, 1)
        assert found is not None
        assert found["memo_ids"] == [1]


def test_a_deleted_memo_is_gone(log: Log) -> None:
    arranged(log)
    log.record(Fact("memo-1", ended(1)))
    log.again()
    assert [row["id"] for row in log.rows(MemoORM)] == [2]


def test_somebody_has_one_memo_on_a_thing(log: Log) -> None:
    arranged(log)
    log.record(Fact("memo-3", written(1, BOB)))
    with pytest.raises(UniqueViolation, match="uq_memo_of_user"):
        log.record(Fact("memo-4", written(1, BOB)))


def test_no_memo_outlives_its_object(log: Log) -> None:
    arranged(log)
    with pytest.raises(ForeignKeyViolation):
        log.record(Fact("tag-1", TagDeleted(name="Letter")))
    with log.postgres.connection() as connection:
        taken_along = removals(connection, PROJECT, "tag", [1])
    assert taken_along == [Fact("memo-1", ended(1))]
    log.record(*taken_along, Fact("tag-1", TagDeleted(name="Letter")))
    assert [row["id"] for row in log.rows(MemoORM)] == [2]


def test_a_memo_on_a_box_is_read_with_it_and_does_not_outlive_it(log: Log) -> None:
    boxes_arranged(log)
    log.record(*(Fact(f"memo-{id}", written(id, object_type="bbox_annotation")) for id in (3, 4)))
    first, other = log.rows(MemoORM)
    assert (first["bbox_annotation_id"], other["bbox_annotation_id"], first["tag_id"]) == (3, 4, None)
    with log.postgres.session() as db:
        memo = crud_memo.read(db, 3)
        box = crud_bbox_annotation.read(db, 3)
    assert memo is not None
    assert box is not None
    assert box["memo_ids"] == [3]
    assert "bbox_annotation_id" not in memo
    gone = BBoxAnnotationDeleted(sdoc_id=1, code_id=JOY, user_id=ADA, x_min=10, x_max=25, y_min=30, y_max=40)
    with pytest.raises(ForeignKeyViolation):
        log.record(said(3, gone))
    with log.postgres.connection() as connection:
        assert MemoLookupTables(connection, PROJECT).exists("bbox_annotation", 3)
        assert not MemoLookupTables(connection, PROJECT).exists("bbox_annotation", 5)
        taken_along = removals(connection, PROJECT, "bbox_annotation", [3])
    log.record(*taken_along, said(3, gone))
    assert log.rows(MemoORM) == [other]


def test_memos_move_when_things_become_one_unless_their_author_has_one_there(log: Log) -> None:
    arranged(log)
    log.record(Fact("memo-3", written(1, BOB)))
    with log.postgres.connection() as connection:
        facts = list(merged(connection, "tag", 1, 2))
    moved = MemoMoved(attached_object_type="tag", attached_object_id=2, was=1)
    assert facts == [Fact("memo-1", ended(1)), Fact("memo-3", moved)]
    log.record(*facts)
    assert [(row["id"], row["attached_object_id"], row["tag_id"]) for row in log.rows(MemoORM)] == [
        (2, 2, 2),
        (3, 2, 2),
    ]


def test_what_memos_can_be_on_is_looked_up_in_the_project(log: Log) -> None:
    arranged(log)
    with log.postgres.connection() as connection:
        memos = MemoLookupTables(connection, PROJECT)
        assert memos.exists("tag", 1)
        assert not memos.exists("tag", 3)
        assert not memos.exists("code", 1)
        assert not MemoLookupTables(connection, PROJECT + 1).exists("tag", 1)
        assert memos.memo_of("tag", 1, ADA) == 1
        assert memos.memo_of("tag", 1, BOB) is None
