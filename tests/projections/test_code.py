"""Codes as they are retold."""

from events._event import Event, Fact
from events.bbox_annotation_events import BBoxAnnotationRecoded
from events.code_events import (
    CodeCreated,
    CodeDeleted,
    CodeDescribed,
    CodeDisabled,
    CodeEnabled,
    CodeMerged,
    CodeMoved,
    CodeRecoloured,
    CodeRenamed,
)
from projections.bbox_annotation_orm import BBoxAnnotationORM
from projections.code_lookup import CodeLookupTables
from projections.code_orm import CodeORM
from tests.projections.log import PROJECT, Log
from tests.projections.test_bbox_annotation import arranged as boxes_arranged
from tests.projections.test_bbox_annotation import box
from tests.projections.test_span_annotation import DELIGHT, JOY


def created(name: str, parent_id: int | None = None) -> CodeCreated:
    return CodeCreated(
        name=name,
        name_key=name.casefold(),
        color="#59a14f",
        description="",
        parent_id=parent_id,
        enabled=True,
        is_system=False,
    )


def test_a_code_changes_and_the_other_stays(log: Log) -> None:
    log.record(Fact("code-1", created("Joy")), Fact("code-2", created("Grief")))
    other = log.rows(CodeORM)[1]
    log.record(Fact("code-1", CodeRenamed(name="Delight", name_key="delight", was="Joy")))
    log.record(Fact("code-1", CodeRecoloured(color="#000000", was="#59a14f")))
    log.record(
        Fact("code-1", CodeDisabled()), Fact("code-1", CodeMoved(parent_id=2, was=None)), Fact("code-1", CodeEnabled())
    )
    log.record(Fact("code-1", CodeDescribed(description="Gladness", was="")))
    log.record(Fact("code-1", CodeDisabled()))
    log.again()
    joy, untouched = log.rows(CodeORM)
    assert untouched == other
    assert (joy["name"], joy["name_key"], joy["color"]) == ("Delight", "delight", "#000000")
    assert (joy["description"], joy["parent_id"], joy["enabled"], joy["version"]) == ("Gladness", 2, False, 8)


def test_a_code_knows_when_its_meaning_last_changed(log: Log) -> None:
    log.record(Fact("code-1", created("Grief")), Fact("code-2", created("Joy")))
    changes: list[tuple[Event, int]] = [
        (CodeRecoloured(color="#000000", was="#59a14f"), 2),
        (CodeRenamed(name="Delight", name_key="delight", was="Joy"), 4),
        (CodeDisabled(), 4),
        (CodeDescribed(description="Gladness", was=""), 6),
        (CodeMoved(parent_id=1, was=None), 7),
    ]
    for event, revision in changes:
        log.record(Fact("code-2", event))
        assert [row["meaning_revision"] for row in log.rows(CodeORM)] == [1, revision]


def test_a_merged_code_is_gone_and_the_meaning_of_the_other_has_changed(log: Log) -> None:
    log.record(*(Fact(f"code-{id}", created(f"c{id}")) for id in (1, 2, 3)))
    log.record(Fact("code-1", CodeMerged(into_id=3, name="c1")))
    log.again()
    assert [(row["id"], row["meaning_revision"], row["version"]) for row in log.rows(CodeORM)] == [(2, 2, 1), (3, 4, 1)]


def test_a_merge_re_codes_the_boxes_of_one_code_and_no_others(log: Log) -> None:
    boxes_arranged(log)
    log.record(box(5, sdoc_id=2), box(6, code_id=DELIGHT))
    with log.postgres.connection() as connection:
        recodings = list(CodeLookupTables(connection, PROJECT).recodings(JOY, DELIGHT))
        assert list(CodeLookupTables(connection, PROJECT + 1).recodings(JOY, DELIGHT)) == []
    assert recodings == [
        Fact(f"bbox_annotation-{id}", BBoxAnnotationRecoded(sdoc_id=sdoc_id, code_id=DELIGHT, was=JOY))
        for id, sdoc_id in ((3, 1), (4, 1), (5, 2))
    ]
    log.record(*recodings, Fact(f"code-{JOY}", CodeMerged(into_id=DELIGHT, name="joy")))
    log.again()
    rows = log.rows(BBoxAnnotationORM)
    assert [(row["id"], row["code_id"], row["version"]) for row in rows] == [
        (3, DELIGHT, 2),
        (4, DELIGHT, 2),
        (5, DELIGHT, 2),
        (6, DELIGHT, 1),
    ]


def test_a_deleted_code_is_gone(log: Log) -> None:
    log.record(Fact("code-1", created("Joy")), Fact("code-2", created("Grief")))
    log.record(Fact("code-1", CodeDeleted(name="Joy")))
    log.again()
    assert [row["id"] for row in log.rows(CodeORM)] == [2]


def test_the_tree_is_known_upwards_and_downwards(log: Log) -> None:
    tree = {1: None, 2: 1, 3: 2, 4: None}
    log.record(*(Fact(f"code-{id}", created(f"c{id}", parent)) for id, parent in tree.items()))
    with log.postgres.connection() as connection:
        codes = CodeLookupTables(connection, PROJECT)
        assert list(codes.lineage(3)) == [3, 2, 1]
        assert list(codes.below(1)) == [(3, "c3", True), (2, "c2", True)]
        assert list(codes.children(1)) == [2]
        assert codes.holder("c4") == 4
        assert not CodeLookupTables(connection, PROJECT + 1).lineage(3)
