"""Reading folders."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from projections._crud import CRUDBase, Record, records
from projections.folder_orm import FolderORM
from projections.source_document_orm import SourceDocumentORM


class CRUDFolder(CRUDBase[FolderORM]):
    ### READ OPERATIONS ###
    def read_by_type(
        self, db: Session, project_id: int, folder_type: str, *, after: int = 0, skip: int = 0, limit: int | None = None
    ) -> list[Record]:
        rows = self.readable().where(
            self.table.c.project_id == project_id,
            self.table.c.folder_type == folder_type,
            self.table.c.id > after,
        )
        return records(db, rows.order_by(self.table.c.id).offset(skip).limit(limit))

    def read_sdoc_ids(self, db: Session, folder_id: int) -> dict[str, list[int]]:
        """The documents in the folder and in those inside it, by the folder they lie in."""
        inside = select(FolderORM.id).where(FolderORM.id == folder_id).cte("inside", recursive=True)
        inside = inside.union_all(select(FolderORM.id).join(inside, FolderORM.parent_id == inside.c.id))
        document = SourceDocumentORM
        rows = db.execute(
            select(inside.c.id, document.id)
            .outerjoin(document, document.folder_id == inside.c.id)
            .order_by(inside.c.id, document.id)
        )
        found: dict[str, list[int]] = {}
        for folder, sdoc_id in rows:
            found.setdefault(str(folder), [])
            if sdoc_id is not None:
                found[str(folder)].append(sdoc_id)
        return found


crud_folder = CRUDFolder(FolderORM)
