"""Reading which document carries which tag."""

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from projections._crud import CRUDBase, among
from projections.tag_link_orm import TagLinkORM
from projections.tag_orm import TagORM


class CRUDTagLink(CRUDBase[TagLinkORM]):
    ### READ OPERATIONS ###
    def read_tag_ids(self, db: Session, sdoc_id: int) -> list[int]:
        link = self.table.c
        return list(db.scalars(select(link.tag_id).where(link.sdoc_id == sdoc_id).order_by(link.tag_id)))

    def read_tag_ids_by_sdocs(self, db: Session, sdoc_ids: Sequence[int]) -> dict[int, list[int]]:
        """The tags of each of these documents."""
        link = self.table.c
        rows = select(link.sdoc_id, link.tag_id).where(among(link.sdoc_id, sdoc_ids)).order_by(link.tag_id)
        found: dict[int, list[int]] = {sdoc_id: [] for sdoc_id in sdoc_ids}
        for sdoc_id, tag_id in db.execute(rows):
            found[sdoc_id].append(tag_id)
        return found

    def read_sdoc_ids(self, db: Session, tag_id: int) -> list[int]:
        link = self.table.c
        return list(db.scalars(select(link.sdoc_id).where(link.tag_id == tag_id).order_by(link.sdoc_id)))

    ### OTHER OPERATIONS ###
    def count_by_tag(self, db: Session, project_id: int, sdoc_ids: Sequence[int]) -> dict[int, int]:
        """Of these documents, how many carry each tag of the project."""
        link = self.table.c
        linked = (link.tag_id == TagORM.id) & among(link.sdoc_id, sdoc_ids)
        counts = select(TagORM.id, func.count(link.sdoc_id)).outerjoin(self.table, linked)
        rows = db.execute(counts.where(TagORM.project_id == project_id).group_by(TagORM.id).order_by(TagORM.id))
        return dict(rows.all())

    def count_by_user(
        self, db: Session, project_id: int, user_id: int, sdoc_ids: Sequence[int], tag_ids: Sequence[int]
    ) -> dict[int, int]:
        """On how many of these documents the user has put each of these tags."""
        link = self.table.c
        rows = db.execute(
            select(link.tag_id, func.count())
            .where(link.project_id == project_id, link.user_id == user_id)
            .where(among(link.sdoc_id, sdoc_ids), among(link.tag_id, tag_ids))
            .group_by(link.tag_id)
        )
        return dict.fromkeys(tag_ids, 0) | dict(rows.all())


crud_tag_link = CRUDTagLink(TagLinkORM)
