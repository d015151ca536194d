"""What the rules of accounts ask of their rows."""

from repos.postgres_repo import Connection


class UserLookupTables:
    def __init__(self, connection: Connection, _: int, __: object = ()) -> None:
        self._connection = connection

    def holder(self, email_key: str) -> int | None:
        row = self._connection.execute("SELECT id FROM account.user WHERE email_key = $1", (email_key,)).fetchone()
        return row[0] if row else None

    def profile(self, user_id: int) -> tuple[str, str, str]:
        row = self._connection.execute(
            "SELECT email, first_name, last_name FROM account.user WHERE id = $1", (user_id,)
        ).fetchone()
        return (row[0], row[1], row[2]) if row else ("", "", "")
