"""Accounts: rows of their own right, written together with the facts of the house log."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, exists, or_, select
from sqlalchemy.orm import Session, aliased

from events._tables import events
from projections._crud import CRUDBase, Record, records
from projections.membership_orm import MembershipORM
from projections.user_orm import UserORM
from repos.postgres_repo import Connection

_CREDENTIALS = "SELECT id, email_key, token_epoch, password_hash FROM account.user"
_FORMER = {"first_name": "A former", "last_name": "member"}


@dataclass(frozen=True, slots=True)
class Credentials:
    """What logging in is checked against; it holds as long as the epoch is the same."""

    user_id: int
    email_key: str
    epoch: int
    password_hash: str | None


class CRUDUser(CRUDBase[UserORM]):
    hidden = frozenset({"email_key", "password_hash", "token_epoch"})

    ### CREATE OPERATIONS ###
    def create(self, connection: Connection, user_id: int, values: Mapping[str, Any]) -> None:
        columns = ", ".join(["id", *values])
        places = ", ".join(f"${place}" for place in range(1, len(values) + 2))
        connection.execute(f"INSERT INTO account.user ({columns}) VALUES ({places})", [user_id, *values.values()])

    ### READ OPERATIONS ###
    def read_credentials(self, connection: Connection, user_id: int) -> Credentials | None:
        row = connection.execute(f"{_CREDENTIALS} WHERE id = $1", (user_id,)).fetchone()
        return Credentials(*row) if row else None

    def read_credentials_by_email(self, connection: Connection, email_key: str) -> Credentials | None:
        row = connection.execute(f"{_CREDENTIALS} WHERE email_key = $1", (email_key,)).fetchone()
        return Credentials(*row) if row else None

    def read_epoch(self, connection: Connection, user_id: int) -> int | None:
        """The epoch, which stays what it is until the connection's transaction ends; so do the user's sessions."""
        row = connection.execute(
            "SELECT token_epoch FROM account.user WHERE id = $1 FOR NO KEY UPDATE", (user_id,)
        ).fetchone()
        return row[0] if row else None

    def read_acquainted(self, db: Session, of_id: int, *, after: int, skip: int, limit: int | None) -> list[Record]:
        """This user and all who share a project with them, by id, as everybody may see them."""
        users = _public().where(or_(UserORM.id == of_id, _shares_project(of_id)), UserORM.id > after)
        return records(db, users.order_by(UserORM.id).offset(skip).limit(limit))

    def read_known_to(self, db: Session, of_id: int, user_id: int) -> Record | None:
        """Somebody who is or was with `of_id` in one of their projects, even if the account is erased by now."""
        found = records(db, _public().where(UserORM.id == user_id))
        technical = bool(found) and user_id < FIRST_PERSONAL_ID
        if not technical and user_id != of_id and not db.scalar(select(_was_with(of_id, user_id))):
            return None
        return {**found[0], "is_erased": False} if found else {"id": user_id, **_FORMER, "is_erased": True}

    ### UPDATE OPERATIONS ###
    def update(self, connection: Connection, user_id: int, values: Mapping[str, Any]) -> None:
        sets = ", ".join(f"{name} = ${place}" for place, name in enumerate(values, start=2))
        connection.execute(
            f"UPDATE account.user SET {sets}, updated = clock_timestamp() WHERE id = $1", [user_id, *values.values()]
        )

    def update_hash(self, connection: Connection, user_id: int, was: str, password_hash: str) -> None:
        """The same password, hashed with other parameters."""
        connection.execute(
            "UPDATE account.user SET password_hash = $3 WHERE id = $1 AND password_hash = $2",
            (user_id, was, password_hash),
        )

    def update_epoch(self, connection: Connection, user_id: int) -> None:
        """Revoke every access token."""
        connection.execute("UPDATE account.user SET token_epoch = token_epoch + 1 WHERE id = $1", (user_id,))

    ### DELETE OPERATIONS ###
    def delete(self, connection: Connection, user_id: int) -> None:
        connection.execute("DELETE FROM account.user WHERE id = $1", (user_id,))

    ### OTHER OPERATIONS ###
    def lock(self, connection: Connection, user_id: int) -> None:
        """Nobody makes the account a member of anything, or uses it, until the connection's transaction ends."""
        connection.execute("SELECT 1 FROM account.user WHERE id = $1 FOR UPDATE", (user_id,))

    def keep(self, connection: Connection, user_id: int) -> bool:
        """Whether there is such an account; if so, it is not erased before the connection's transaction ends."""
        row = connection.execute("SELECT 1 FROM account.user WHERE id = $1 FOR KEY SHARE", (user_id,)).fetchone()
        return row is not None


def _public() -> Select[Any]:
    return select(*[UserORM.__table__.c[name] for name in ("id", "first_name", "last_name")])


def _shares_project(of_id: int) -> Any:
    mine, theirs = aliased(MembershipORM), aliased(MembershipORM)
    shared = exists().where(mine.user_id == of_id, theirs.project_id == mine.project_id)
    return shared.where(theirs.user_id == UserORM.id)


def _was_with(of_id: int, user_id: int) -> Any:
    joined = exists().where(MembershipORM.user_id == of_id, events.c.project_id == MembershipORM.project_id)
    return joined.where(events.c.stream_id == f"member-{user_id}")


crud_user = CRUDUser(UserORM)
FIRST_PERSONAL_ID = 10_000
