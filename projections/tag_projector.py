"""Retells tags: one row each."""

from collections.abc import Iterator

from events._event import Recorded
from events.tag_events import TagCreated, TagDeleted, TagDescribed, TagMoved, TagRecoloured, TagRenamed
from projections._write import Write, changed, created, deleted
from projections.tag_orm import TagORM


def project(recorded: Recorded) -> Iterator[Write]:
    match recorded.event:
        case TagCreated() as tag:
            yield created(
                TagORM,
                recorded,
                name=tag.name,
                name_key=tag.name_key,
                color=tag.color,
                description=tag.description,
                parent_id=tag.parent_id,
            )
        case TagRenamed(name=name, name_key=name_key):
            yield changed(TagORM, recorded, name=name, name_key=name_key)
        case TagRecoloured(color=color):
            yield changed(TagORM, recorded, color=color)
        case TagDescribed(description=description):
            yield changed(TagORM, recorded, description=description)
        case TagMoved(parent_id=parent_id):
            yield changed(TagORM, recorded, parent_id=parent_id)
        case TagDeleted():
            yield deleted(TagORM, recorded)
