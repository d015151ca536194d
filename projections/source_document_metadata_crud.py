"""Reading metadata values: one for every document and definition of its kind, null until it is set."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ARRAY, BigInteger, Select, String, and_, case, func, literal, select
from sqlalchemy.orm import Session

from events._tables import events
from events.source_document_metadata_events import DEFINITION_BITS, VALUE_FIELDS, plain, value_ids
from projections._crud import CRUDBase, Record, records
from projections.project_metadata_orm import ProjectMetadataORM
from projections.source_document_metadata_orm import SourceDocumentMetadataORM
from projections.source_document_orm import SourceDocumentORM

_document, _definition = SourceDocumentORM.__table__.c, ProjectMetadataORM.__table__.c


class CRUDSourceDocumentMetadata(CRUDBase[SourceDocumentMetadataORM]):
    ### READ OPERATIONS ###
    def read(self, db: Session, id: int) -> Record | None:
        found = self.read_by_ids(db, [id])
        return found[0] if found else None

    def read_by_ids(self, db: Session, ids: Sequence[int]) -> list[Record]:
        sdoc_ids, projmeta_ids = zip(*map(value_ids, ids), strict=True) if ids else ((), ())
        asked = (
            func.unnest(literal(list(sdoc_ids), ARRAY(BigInteger)), literal(list(projmeta_ids), ARRAY(BigInteger)))
            .table_valued("sdoc_id", "projmeta_id", name="asked")
            .render_derived()
        )
        rows = self.readable().join(asked, and_(asked.c.sdoc_id == _document.id, asked.c.projmeta_id == _definition.id))
        found = {row["id"]: row for row in _plain(records(db, rows))}
        return [found[id] for id in ids if id in found]

    def read_by_sdoc(self, db: Session, sdoc_id: int) -> list[Record]:
        """All values of a document, by definition."""
        rows = self.readable().where(_document.id == sdoc_id).order_by(_definition.id)
        return _plain(records(db, rows))

    def read_by_key(self, db: Session, sdoc_id: int, name_key: str) -> Record | None:
        rows = self.readable().where(_document.id == sdoc_id, _definition.name_key == name_key)
        found = _plain(records(db, rows))
        return found[0] if found else None

    ### OTHER OPERATIONS ###
    def readable(self) -> Select[Any]:
        value = self.table.c
        mine = and_(value.source_document_id == _document.id, value.project_metadata_id == _definition.id)
        same_kind = and_(_definition.project_id == _document.project_id, _definition.doctype == _document.doctype)
        return (
            select(
                (_document.id * 2**DEFINITION_BITS + _definition.id).label("id"),
                _document.id.label("source_document_id"),
                _definition.id.label("project_metadata_id"),
                *(value[field] for field in VALUE_FIELDS.values()),
                case((value.version.is_not(None), value.version), else_=_unset_version()).label("version"),
            )
            .select_from(SourceDocumentORM.__table__)
            .join(ProjectMetadataORM.__table__, same_kind)
            .outerjoin(self.table, mine)
        )


def _unset_version() -> Any:
    """How often a value that is null has changed: the log knows, and a row for each would be a row for every pair."""
    stream_id = func.concat("sdocmeta-", _document.id, "-", _definition.id).cast(String)
    versions = select(func.coalesce(func.max(events.c.stream_version), 0)).where(
        events.c.project_id == _document.project_id, events.c.stream_id == stream_id
    )
    return versions.scalar_subquery()


def _plain(rows: list[Record]) -> list[Record]:
    for row in rows:
        if row["int_value"] is not None:
            row["int_value"] = plain(row["int_value"])
    return rows


crud_source_document_metadata = CRUDSourceDocumentMetadata(SourceDocumentMetadataORM)
