"""Span groups together with their spans."""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from projections._crud import Record
from projections.span_annotation_crud import crud_span_annotation
from projections.span_group_crud import crud_span_group


def groups_with_annotations(db: Session, groups: Sequence[Record]) -> list[Record]:
    """The groups, each with its `span_annotations` in the order of the text."""
    members = crud_span_group.read_members(db, [group["id"] for group in groups])
    spans = crud_span_annotation.read_by_ids(db, list({span_id for _, span_id in members}))
    by_id = {span["id"]: span for span in spans}
    inside: dict[int, list[Record]] = {group["id"]: [] for group in groups}
    for group_id, span_id in members:
        if span_id in by_id:
            inside[group_id].append(by_id[span_id])
    for found in inside.values():
        found.sort(key=lambda span: (span["begin"], span["id"]))
    return [{**group, "span_annotations": inside[group["id"]]} for group in groups]
