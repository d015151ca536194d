"""Retells folders: one row each."""

from collections.abc import Iterator

from events._event import Recorded
from events.folder_events import FolderCreated, FolderDeleted, FolderMoved, FolderRenamed
from projections._write import Write, changed, created, deleted
from projections.folder_orm import FolderORM


def project(recorded: Recorded) -> Iterator[Write]:
    match recorded.event:
        case FolderCreated() as folder:
            yield created(
                FolderORM,
                recorded,
                name=folder.name,
                name_key=folder.name_key,
                folder_type=folder.folder_type,
                parent_id=folder.parent_id,
            )
        case FolderRenamed(name=name, name_key=name_key):
            yield changed(FolderORM, recorded, name=name, name_key=name_key)
        case FolderMoved(parent_id=parent_id):
            yield changed(FolderORM, recorded, parent_id=parent_id)
        case FolderDeleted():
            yield deleted(FolderORM, recorded)
