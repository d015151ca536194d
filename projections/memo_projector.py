"""Retells memos: one row each."""

from collections.abc import Iterator
from typing import Any

from events._event import Recorded
from events.memo_events import (
    MemoCreated,
    MemoDeleted,
    MemoMoved,
    MemoRetitled,
    MemoRewritten,
    MemoStarred,
    MemoUnstarred,
)
from projections._write import Write, changed, created, deleted
from projections.memo_orm import ATTACHABLE, MemoORM


def project(recorded: Recorded) -> Iterator[Write]:
    match recorded.event:
        case MemoCreated() as memo:
            yield created(
                MemoORM,
                recorded,
                uuid=memo.uuid,
                title=memo.title,
                content=memo.content,
                content_json=memo.content_json,
                starred=memo.starred,
                user_id=memo.user_id,
                **_attached(memo),
            )
        case MemoRetitled(title=title):
            yield changed(MemoORM, recorded, title=title)
        case MemoRewritten(content=content, content_json=content_json):
            yield changed(MemoORM, recorded, content=content, content_json=content_json)
        case MemoStarred():
            yield changed(MemoORM, recorded, starred=True)
        case MemoUnstarred():
            yield changed(MemoORM, recorded, starred=False)
        case MemoMoved() as moved:
            yield changed(MemoORM, recorded, **_attached(moved))
        case MemoDeleted():
            yield deleted(MemoORM, recorded)


def _attached(memo: MemoCreated | MemoMoved) -> dict[str, Any]:
    table, id = memo.attached_object_type, memo.attached_object_id
    named = {"attached_object_type": table, "attached_object_id": id}
    return {**named, f"{table}_id": id} if table in ATTACHABLE else named
