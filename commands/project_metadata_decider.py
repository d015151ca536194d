"""Defining which metadata documents have."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Protocol, assert_never

from commands._decider import Asked, Decider
from commands._refusal import NotFound, Refused
from commands.dto_base import name_key
from commands.project_metadata_dto import ProjectMetadataCreate, ProjectMetadataDelete, ProjectMetadataUpdate
from events._event import Event, Fact
from events._words import DocTypeName, MetaTypeName
from events.project_metadata_events import (
    ProjectMetadataCreated,
    ProjectMetadataDeleted,
    ProjectMetadataDescribed,
    ProjectMetadataEvent,
    ProjectMetadataRenamed,
    ProjectMetadataRetyped,
)

ProjectMetadataCommand = ProjectMetadataCreate | ProjectMetadataUpdate | ProjectMetadataDelete


@dataclass(frozen=True, slots=True)
class ProjectMetadata:
    key: str
    metatype: MetaTypeName
    doctype: DocTypeName
    description: str


class ProjectMetadataLookup(Protocol):
    """What the rules must know of the other definitions of the project, and of the values."""

    def holder(self, doctype: DocTypeName, name_key: str) -> int | None: ...

    def has_values(self, projmeta_id: int) -> bool: ...

    def removals(self, projmeta_id: int) -> Iterable[Fact]:
        """The end of all its values."""


class MetadataKeyTaken(Refused):
    """Documents of this kind have metadata with this key already."""


class HasValues(Refused):
    """Documents have values of the present type: clear them first, or define another key."""


def decide(
    command: ProjectMetadataCommand,
    definition: ProjectMetadata | None,
    asked: Asked,
    definitions: ProjectMetadataLookup,
) -> Sequence[Event | Fact]:
    if isinstance(command, ProjectMetadataCreate):
        return [_create(command, definitions)]
    if definition is None:
        raise NotFound
    match command:
        case ProjectMetadataUpdate():
            return list(_update(asked.id, command, definition, definitions))
        case ProjectMetadataDelete():
            gone = ProjectMetadataDeleted(key=definition.key, doctype=definition.doctype)
            return [*definitions.removals(asked.id), gone]
        case _:
            assert_never(command)


def _create(command: ProjectMetadataCreate, definitions: ProjectMetadataLookup) -> ProjectMetadataCreated:
    key = name_key(command.key)
    if definitions.holder(command.doctype, key) is not None:
        raise MetadataKeyTaken(loc=("body", "key"))
    return ProjectMetadataCreated(
        key=command.key,
        name_key=key,
        metatype=command.metatype,
        doctype=command.doctype,
        description=command.description,
        read_only=command.read_only,
    )


def _update(
    projmeta_id: int,
    command: ProjectMetadataUpdate,
    definition: ProjectMetadata,
    definitions: ProjectMetadataLookup,
) -> Iterator[Event]:
    if command.key is not None and command.key != definition.key:
        key = name_key(command.key)
        if definitions.holder(definition.doctype, key) not in (None, projmeta_id):
            raise MetadataKeyTaken(loc=("body", "key"))
        yield ProjectMetadataRenamed(key=command.key, name_key=key, was=definition.key)
    if command.metatype is not None and command.metatype != definition.metatype:
        if definitions.has_values(projmeta_id):
            raise HasValues(loc=("body", "metatype"))
        yield ProjectMetadataRetyped(metatype=command.metatype, was=definition.metatype)
    if command.description is not None and command.description != definition.description:
        yield ProjectMetadataDescribed(description=command.description, was=definition.description)


def evolve(definition: ProjectMetadata | None, event: ProjectMetadataEvent) -> ProjectMetadata | None:
    match event:
        case ProjectMetadataCreated():
            return ProjectMetadata(event.key, event.metatype, event.doctype, event.description)
        case ProjectMetadataDeleted():
            return None
    if definition is None:
        return None
    match event:
        case ProjectMetadataRenamed(key=key):
            return replace(definition, key=key)
        case ProjectMetadataRetyped(metatype=metatype):
            return replace(definition, metatype=metatype)
        case ProjectMetadataDescribed(description=description):
            return replace(definition, description=description)
        case _:
            assert_never(event)


decider = Decider(area="projmeta", initial=None, decide=decide, evolve=evolve)
