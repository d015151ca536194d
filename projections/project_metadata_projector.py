"""Retells metadata definitions: one row each."""

from collections.abc import Iterator

from events._event import Recorded
from events.project_metadata_events import (
    ProjectMetadataCreated,
    ProjectMetadataDeleted,
    ProjectMetadataDescribed,
    ProjectMetadataRenamed,
    ProjectMetadataRetyped,
)
from projections._write import Write, changed, created, deleted
from projections.project_metadata_orm import ProjectMetadataORM


def project(recorded: Recorded) -> Iterator[Write]:
    match recorded.event:
        case ProjectMetadataCreated() as definition:
            yield created(
                ProjectMetadataORM,
                recorded,
                key=definition.key,
                name_key=definition.name_key,
                metatype=definition.metatype,
                doctype=definition.doctype,
                description=definition.description,
                read_only=definition.read_only,
            )
        case ProjectMetadataRenamed(key=key, name_key=name_key):
            yield changed(ProjectMetadataORM, recorded, key=key, name_key=name_key)
        case ProjectMetadataRetyped(metatype=metatype):
            yield changed(ProjectMetadataORM, recorded, metatype=metatype)
        case ProjectMetadataDescribed(description=description):
            yield changed(ProjectMetadataORM, recorded, description=description)
        case ProjectMetadataDeleted():
            yield deleted(ProjectMetadataORM, recorded)
