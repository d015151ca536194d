"""Setting and clearing the metadata of documents."""

from dataclasses import dataclass
from typing import Protocol, assert_never

from commands._decider import Asked, Decider
from commands._metadata_value import recorded
from commands._refusal import Forbidden, Invalid, NotFound
from commands.source_document_metadata_dto import SourceDocumentMetadataBulkUpdate, SourceDocumentMetadataClear
from events._event import Event
from events._words import MetaTypeName
from events.source_document_metadata_events import (
    VALUE_FIELDS,
    MetaValue,
    SourceDocumentMetadataCleared,
    SourceDocumentMetadataEvent,
    SourceDocumentMetadataSet,
)

SourceDocumentMetadataCommand = SourceDocumentMetadataBulkUpdate | SourceDocumentMetadataClear


@dataclass(frozen=True, slots=True)
class Definition:
    key: str
    metatype: MetaTypeName
    read_only: bool


class DefinitionLookup(Protocol):
    """What the rules must know of definitions."""

    def definition_of(self, value_id: int) -> Definition | None:
        """None unless document and definition are in the project and of the same kind."""


class ReadOnlyMetadata(Forbidden):
    """The values of this metadata come from the server alone."""


class WrongMetadataType(Invalid):
    """The value is not of the type of its metadata."""


def decide(
    command: SourceDocumentMetadataCommand, value: MetaValue | None, asked: Asked, definitions: DefinitionLookup
) -> list[Event]:
    definition = definitions.definition_of(command.id)
    if definition is None:
        raise NotFound
    if definition.read_only:
        raise ReadOnlyMetadata
    match command:
        case SourceDocumentMetadataBulkUpdate():
            wanted = _typed(command, definition)
        case SourceDocumentMetadataClear():
            wanted = None
        case _:
            assert_never(command)
    if wanted == value:
        return []
    sdoc_id, projmeta_id = asked.ids
    metatype = definition.metatype
    if wanted is not None:
        return [
            SourceDocumentMetadataSet(
                sdoc_id=sdoc_id, projmeta_id=projmeta_id, metatype=metatype, value=wanted, was=value
            )
        ]
    if value is None:
        return []
    return [SourceDocumentMetadataCleared(sdoc_id=sdoc_id, projmeta_id=projmeta_id, metatype=metatype, was=value)]


def _typed(command: SourceDocumentMetadataBulkUpdate, definition: Definition) -> MetaValue | None:
    given, field = command.given(), VALUE_FIELDS[definition.metatype]
    for name in given:
        if name != field:
            raise WrongMetadataType(
                f"The metadata {definition.key} is of type {definition.metatype}: its value belongs into {field}.",
                loc=("body", name),
            )
    return recorded(given[field]) if given else None


def evolve(value: MetaValue | None, event: SourceDocumentMetadataEvent) -> MetaValue | None:
    match event:
        case SourceDocumentMetadataSet(value=value):
            return value
        case SourceDocumentMetadataCleared():
            return None
        case _:
            assert_never(event)


decider = Decider(area="sdocmeta", initial=None, decide=decide, evolve=evolve)
