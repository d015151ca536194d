"""Reading memberships: people as the other members of a project see them."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from projections._crud import CRUDBase, Record, records
from projections.membership_orm import MembershipORM
from projections.user_orm import UserORM
from repos.postgres_repo import Connection

_PERSON = ("id", "email", "first_name", "last_name", "created", "updated")
_MEMBER = ("role", "project_id", "version")


class CRUDMembership(CRUDBase[MembershipORM]):
    ### READ OPERATIONS ###
    def read_by_project(
        self, db: Session, project_id: int, *, after: int = 0, skip: int = 0, limit: int | None = None
    ) -> list[Record]:
        members = self.readable().where(MembershipORM.project_id == project_id, UserORM.id > after)
        return records(db, members.order_by(UserORM.id).offset(skip).limit(limit))

    def read_by_project_and_user(self, db: Session, project_id: int, user_id: int) -> Record | None:
        one = self.readable().where(MembershipORM.project_id == project_id, MembershipORM.user_id == user_id)
        found = records(db, one)
        return found[0] if found else None

    def read_project_ids(self, connection: Connection, user_id: int) -> Sequence[int]:
        """The projects of a user, in ascending order."""
        rows = connection.execute(
            "SELECT project_id FROM inline.membership WHERE user_id = $1 ORDER BY project_id", (user_id,)
        )
        return [row[0] for row in rows]

    ### OTHER OPERATIONS ###
    def readable(self) -> Select[Any]:
        person = [UserORM.__table__.c[name] for name in _PERSON]
        member = [MembershipORM.__table__.c[name] for name in _MEMBER]
        return select(*person, *member).join_from(MembershipORM, UserORM, UserORM.id == MembershipORM.user_id)


crud_membership = CRUDMembership(MembershipORM)
