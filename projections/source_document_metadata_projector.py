"""Retells metadata values: a row for each that is set."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from events._event import Recorded
from events.source_document_metadata_events import (
    VALUE_FIELDS,
    SourceDocumentMetadataCleared,
    SourceDocumentMetadataSet,
    value_id,
)
from projections._write import RECORDED_AT, Create, Delete, Update, Write
from projections.source_document_metadata_orm import SourceDocumentMetadataORM


def project(recorded: Recorded) -> Iterator[Write]:
    match recorded.event:
        case SourceDocumentMetadataSet(sdoc_id=sdoc_id, projmeta_id=projmeta_id, was=was) as said:
            id = value_id(sdoc_id, projmeta_id)
            values = {VALUE_FIELDS[said.metatype]: _stored(said), "version": recorded.version, "updated": RECORDED_AT}
            if was is not None:
                yield Update(SourceDocumentMetadataORM, (id,), values)
                return
            keys = {
                "id": id,
                "project_id": recorded.project_id,
                "source_document_id": sdoc_id,
                "project_metadata_id": projmeta_id,
                "metatype": said.metatype,
            }
            yield Create(SourceDocumentMetadataORM, {**keys, **values, "created": RECORDED_AT})
        case SourceDocumentMetadataCleared(sdoc_id=sdoc_id, projmeta_id=projmeta_id):
            yield Delete(SourceDocumentMetadataORM, (value_id(sdoc_id, projmeta_id),))


def _stored(said: SourceDocumentMetadataSet) -> Any:
    match said.metatype:
        case "DATE":
            return datetime.fromisoformat(str(said.value))
        case "NUMBER":
            # Numbers with and without a point in one command are of one type all the same.
            return float(said.value)  # type: ignore[arg-type]
        case _:
            return said.value
