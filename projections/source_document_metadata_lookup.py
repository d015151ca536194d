"""What the rules of metadata values ask of the read tables, and how a value that a row holds ends."""

from collections.abc import Sequence
from datetime import datetime
from functools import cached_property
from typing import Any

from commands.source_document_metadata_decider import Definition, SourceDocumentMetadataCommand
from events._words import MetaTypeName
from events.source_document_metadata_events import (
    VALUE_FIELDS,
    MetaValue,
    SourceDocumentMetadataCleared,
    iso,
    plain,
    value_id,
    value_ids,
)
from repos.postgres_repo import Connection


class DefinitionLookupTables:
    """One query for all commands of a request, however many they are."""

    def __init__(
        self, connection: Connection, project_id: int, commands: Sequence[SourceDocumentMetadataCommand]
    ) -> None:
        self._connection = connection
        self._project_id = project_id
        self._asked = [value_ids(command.id) for command in commands]

    def definition_of(self, value_id: int) -> Definition | None:
        return self._definitions.get(value_id)

    @cached_property
    def _definitions(self) -> dict[int, Definition]:
        rows = self._connection.execute(
            "SELECT s.id, d.id, d.key, d.metatype, d.read_only"
            " FROM unnest($2::bigint[], $3::bigint[]) AS asked(sdoc_id, projmeta_id)"
            " JOIN inline.source_document s ON s.id = asked.sdoc_id AND s.project_id = $1"
            " JOIN inline.project_metadata d ON d.id = asked.projmeta_id AND d.project_id = $1"
            " AND d.doctype = s.doctype",
            (
                self._project_id,
                [sdoc_id for sdoc_id, _ in self._asked],
                [projmeta_id for _, projmeta_id in self._asked],
            ),
        )
        known: dict[int, Definition] = {}
        return {
            value_id(sdoc_id, projmeta_id): known.setdefault(projmeta_id, Definition(key, metatype, read_only))
            for sdoc_id, projmeta_id, key, metatype, read_only in rows
        }


def cleared(
    source_document_id: int, project_metadata_id: int, metatype: MetaTypeName, **columns: Any
) -> SourceDocumentMetadataCleared:
    """The end of the value in a row of the read table."""
    return SourceDocumentMetadataCleared(
        sdoc_id=source_document_id,
        projmeta_id=project_metadata_id,
        metatype=metatype,
        was=_recorded(columns[VALUE_FIELDS[metatype]]),
    )


def _recorded(value: Any) -> MetaValue:
    if isinstance(value, datetime):
        return iso(value)
    return plain(value) if isinstance(value, float) else value
