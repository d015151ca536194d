"""Retells which document carries which tag, since when and by whom."""

from collections.abc import Iterator

from events._event import Recorded
from events.tag_link_events import TagLinked, TagUnlinked
from projections._write import RECORDED_AT, Create, Delete, Write
from projections.tag_link_orm import TagLinkORM


def project(recorded: Recorded) -> Iterator[Write]:
    match recorded.event:
        case TagLinked(sdoc_id=sdoc_id, tag_id=tag_id):
            yield Create(
                TagLinkORM,
                {
                    "sdoc_id": sdoc_id,
                    "tag_id": tag_id,
                    "project_id": recorded.project_id,
                    "user_id": recorded.actor_id,
                    "created": RECORDED_AT,
                },
            )
        case TagUnlinked(sdoc_id=sdoc_id, tag_id=tag_id):
            yield Delete(TagLinkORM, (sdoc_id, tag_id))
