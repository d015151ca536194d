"""What the rules of memberships ask of the read tables."""

from projections.user_crud import crud_user
from repos.postgres_repo import Connection


class MemberLookupTables:
    def __init__(self, connection: Connection, project_id: int, _: object = ()) -> None:
        self._connection = connection
        self._project_id = project_id

    def owners(self) -> int:
        row = self._connection.execute(
            "SELECT count(*) FROM inline.membership WHERE project_id = $1 AND role = 'owner'", (self._project_id,)
        ).fetchone()
        return int(row[0]) if row else 0

    def has_account(self, user_id: int) -> bool:
        return crud_user.keep(self._connection, user_id)
