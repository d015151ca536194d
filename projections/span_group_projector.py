"""Retells span groups, and which spans are in them."""

from collections.abc import Iterator

from events._event import Recorded
from events.span_group_events import SpanGroupCreated, SpanGroupDeleted, SpanGrouped, SpanGroupRenamed, SpanUngrouped
from projections._write import RECORDED_AT, Create, Delete, Write, changed, created, deleted
from projections.span_group_orm import SpanGroupLinkORM, SpanGroupORM


def project(recorded: Recorded) -> Iterator[Write]:
    match recorded.event:
        case SpanGroupCreated() as group:
            yield created(SpanGroupORM, recorded, name=group.name, sdoc_id=group.sdoc_id, user_id=group.user_id)
        case SpanGroupRenamed(name=name):
            yield changed(SpanGroupORM, recorded, name=name)
        case SpanGroupDeleted():
            yield deleted(SpanGroupORM, recorded)
        case SpanGrouped(sdoc_id=sdoc_id):
            group_id, span_id = recorded.ids
            yield Create(
                SpanGroupLinkORM,
                {
                    "group_id": group_id,
                    "span_id": span_id,
                    "project_id": recorded.project_id,
                    "sdoc_id": sdoc_id,
                    "created": RECORDED_AT,
                },
            )
        case SpanUngrouped():
            yield Delete(SpanGroupLinkORM, recorded.ids)
