"""Reading source documents."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from sqlalchemy import Select, select, union
from sqlalchemy.orm import Session

from projections._crud import CRUDBase, Record, among, records
from projections.bbox_annotation_orm import BBoxAnnotationORM
from projections.memo_orm import memo_ids
from projections.sentence_annotation_orm import SentenceAnnotationORM
from projections.source_document_orm import SourceDocumentORM
from projections.span_annotation_orm import SpanAnnotationORM

_BLOBS = {"source_sha256", "text_sha256", "html_sha256", "sentences_sha256", "tokens_sha256"}


class CRUDSourceDocument(CRUDBase[SourceDocumentORM]):
    hidden = frozenset({"name_key", *_BLOBS})
    derived: ClassVar[Mapping[str, Any]] = {"memo_ids": []}

    ### READ OPERATIONS ###
    def read_sources(self, db: Session, project_id: int, ids: Sequence[int]) -> list[Record]:
        """What processing needs to know of these documents of a project."""
        columns = (self.table.c.id, self.table.c.doctype, self.table.c.status, self.table.c.source_length)
        mine = select(*columns).where(self.table.c.project_id == project_id, among(self.table.c.id, ids))
        return records(db, mine.order_by(self.table.c.id))

    def read_contents(self, db: Session, id: int) -> Record | None:
        """All columns, the hashes of the blobs too."""
        found = records(db, select(self.table).where(self.table.c.id == id))
        return found[0] if found else None

    def read_contents_by_ids(self, db: Session, ids: Sequence[int]) -> list[Record]:
        """The same of several, in no order."""
        return records(db, select(self.table).where(among(self.table.c.id, ids)))

    def read_by_filename(self, db: Session, project_id: int, name_key: str) -> Record | None:
        mine = self.readable().where(self.table.c.project_id == project_id, self.table.c.name_key == name_key)
        found = records(db, mine)
        return found[0] if found else None

    def read_ids_by_folder(self, db: Session, folder_id: int) -> list[int]:
        ids = select(self.table.c.id).where(self.table.c.folder_id == folder_id).order_by(self.table.c.id)
        return list(db.scalars(ids))

    def read_annotators(self, db: Session, id: int) -> list[int]:
        """Who has annotated the document."""
        annotations = (SpanAnnotationORM, SentenceAnnotationORM, BBoxAnnotationORM)
        users = [select(orm.user_id).where(orm.sdoc_id == id) for orm in annotations]
        return sorted(db.scalars(union(*users)))

    ### OTHER OPERATIONS ###
    def readable(self) -> Select[Any]:
        return super().readable().add_columns(memo_ids("source_document", self.table.c.id))


crud_source_document = CRUDSourceDocument(SourceDocumentORM)
