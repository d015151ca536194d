"""Span groups and their spans as they are retold."""

from events._event import Event, Fact
from events.span_group_events import SpanGroupCreated, SpanGroupDeleted, SpanGrouped, SpanGroupRenamed, SpanUngrouped
from projections.span_annotation_crud import crud_span_annotation
from projections.span_group_orm import SpanGroupLinkORM, SpanGroupORM
from tests.projections.log import ADA, Log
from tests.projections.test_span_annotation import arranged as spans_arranged
from tests.projections.test_span_annotation import read


def group(id: int, event: Event | None = None, *, sdoc_id: int = 1) -> Fact:
    return Fact(f"span_group-{id}", event or SpanGroupCreated(name=f"Ahab {id}", sdoc_id=sdoc_id, user_id=ADA))


def link(group_id: int, span_id: int, event: Event | None = None) -> Fact:
    return Fact(f"span_group_link-{group_id}-{span_id}", event or SpanGrouped(sdoc_id=1))


def arranged(log: Log) -> None:
    spans_arranged(log)
    log.record(group(1), group(2), link(1, 17), link(1, 18), link(2, 17))


def links(log: Log) -> list[tuple[int, int]]:
    return [(row["group_id"], row["span_id"]) for row in log.rows(SpanGroupLinkORM)]


def test_spans_know_their_groups_and_groups_their_spans(log: Log) -> None:
    arranged(log)
    assert links(log) == [(1, 17), (1, 18), (2, 17)]
    assert (read(log, 17)["group_ids"], read(log, 18)["group_ids"]) == ([1, 2], [1])
    with log.postgres.session() as db:
        assert [span["id"] for span in crud_span_annotation.read_by_group(db, 1)] == [17, 18]


def test_a_span_leaves_one_group_and_may_come_back(log: Log) -> None:
    arranged(log)
    log.record(link(1, 17, SpanUngrouped(sdoc_id=1)))
    log.again()
    assert links(log) == [(1, 18), (2, 17)]
    log.record(link(1, 17))
    assert links(log) == [(1, 17), (1, 18), (2, 17)]


def test_a_group_is_renamed_and_dissolved(log: Log) -> None:
    arranged(log)
    log.record(group(2, SpanGroupRenamed(sdoc_id=1, name="Captain", was="Ahab 2")))
    log.again()
    assert [(row["name"], row["version"]) for row in log.rows(SpanGroupORM)] == [("Ahab 1", 1), ("Captain", 2)]
    log.record(link(2, 17, SpanUngrouped(sdoc_id=1)), group(2, SpanGroupDeleted(sdoc_id=1, name="Captain")))
    log.again()
    assert [row["id"] for row in log.rows(SpanGroupORM)] == [1]
    assert links(log) == [(1, 17), (1, 18)]
