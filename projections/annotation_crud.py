"""Reading annotations by document, by code and by author."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from projections._crud import ORM, CRUDBase, Record, among, records
from projections.code_orm import CodeORM
from projections.memo_orm import memo_ids
from projections.source_document_orm import SourceDocumentORM


class CRUDAnnotation(CRUDBase[ORM]):
    """Outdated is an annotation whose code has changed its meaning since it was used."""

    hidden = frozenset({"coded_revision"})
    derived: ClassVar[Mapping[str, Any]] = {"is_outdated": False, "memo_ids": []}

    ### READ OPERATIONS ###
    def read_by_sdoc(
        self,
        db: Session,
        sdoc_id: int,
        user_id: int | None = None,
        *,
        after: int = 0,
        skip: int = 0,
        limit: int | None = None,
    ) -> list[Record]:
        """The annotations of a document by id, of one user or all; paged as `read_by_project`."""
        t = self.table.c
        rows = self.readable().where(t.sdoc_id == sdoc_id, t.id > after)
        if user_id is not None:
            rows = rows.where(t.user_id == user_id)
        return records(db, rows.order_by(t.id).offset(skip).limit(limit))

    def read_by_code(
        self, db: Session, code_id: int, user_id: int, *, after: int = 0, skip: int = 0, limit: int | None = None
    ) -> list[Record]:
        """What a user has annotated with a code."""
        t = self.table.c
        rows = self.readable().where(t.code_id == code_id, t.user_id == user_id, t.id > after)
        return records(db, rows.order_by(t.id).offset(skip).limit(limit))

    ### OTHER OPERATIONS ###
    def count_by_code(
        self, db: Session, project_id: int, user_id: int, sdoc_ids: Sequence[int], code_ids: Sequence[int]
    ) -> dict[int, int]:
        """How often a user has used each of these codes in these documents."""
        t = self.table.c
        counts = db.execute(
            select(t.code_id, func.count())
            .where(t.project_id == project_id, t.user_id == user_id, among(t.sdoc_id, sdoc_ids))
            .where(among(t.code_id, code_ids))
            .group_by(t.code_id)
        )
        found = dict.fromkeys(code_ids, 0)
        found.update((code_id, count) for code_id, count in counts)
        return found

    def readable(self) -> Select[Any]:
        t = self.table.c
        return (
            super()
            .readable()
            .join(CodeORM, CodeORM.id == t.code_id)
            .add_columns(
                (CodeORM.meaning_revision > t.coded_revision).label("is_outdated"),
                memo_ids(self.model.__tablename__, t.id),
            )
        )


class CRUDTextAnnotation(CRUDAnnotation[ORM]):
    """Orphaned is an annotation whose words are not found in the present text of the document."""

    derived: ClassVar[Mapping[str, Any]] = {**CRUDAnnotation.derived, "is_orphaned": False}

    ### OTHER OPERATIONS ###
    def readable(self) -> Select[Any]:
        t = self.table.c
        return (
            super()
            .readable()
            .join(SourceDocumentORM, SourceDocumentORM.id == t.sdoc_id)
            .add_columns((SourceDocumentORM.text_version > t.text_version).label("is_orphaned"))
        )
