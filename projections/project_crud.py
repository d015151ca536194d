"""Reading projects."""

from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from events._tables import project_heads
from projections._crud import CRUDBase, Record, records
from projections.membership_orm import MembershipORM
from projections.project_orm import ProjectORM


class CRUDProject(CRUDBase[ProjectORM]):
    hidden = frozenset({"project_id"})

    ### READ OPERATIONS ###
    def read_by_member(self, db: Session, user_id: int) -> list[Record]:
        mine = self.readable().join(MembershipORM, MembershipORM.project_id == ProjectORM.id)
        return records(db, mine.where(MembershipORM.user_id == user_id).order_by(ProjectORM.id))

    ### OTHER OPERATIONS ###
    def readable(self) -> Select[Any]:
        head = select(project_heads.c.revision).where(project_heads.c.project_id == self.table.c.id)
        return super().readable().add_columns(head.scalar_subquery().label("revision"))


crud_project = CRUDProject(ProjectORM)
