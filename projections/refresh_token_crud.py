"""Refresh tokens: rows that say which sessions go on; only the hash of a token is in them."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from repos.postgres_repo import Connection


@dataclass(frozen=True, slots=True)
class RefreshToken:
    family_id: UUID
    user_id: int
    is_spent: bool
    is_expired: bool


class CRUDRefreshToken:
    ### CREATE OPERATIONS ###
    def create(
        self, connection: Connection, token_hash: bytes, family_id: UUID, user_id: int, lifetime: timedelta
    ) -> datetime:
        """When it expires."""
        row = connection.execute(
            "INSERT INTO account.refresh_token (token_hash, family_id, user_id, issued, expires) "
            "VALUES ($1, $2, $3, clock_timestamp(), clock_timestamp() + $4) RETURNING expires",
            (token_hash, family_id, user_id, lifetime),
        ).fetchone()
        assert row is not None
        expires: datetime = row[0]
        return expires

    ### READ OPERATIONS ###
    def read_owner(self, connection: Connection, token_hash: bytes) -> int | None:
        row = connection.execute(
            "SELECT user_id FROM account.refresh_token WHERE token_hash = $1", (token_hash,)
        ).fetchone()
        return row[0] if row else None

    def read_locked(self, connection: Connection, token_hash: bytes) -> RefreshToken | None:
        """The token, which nobody else uses until the connection's transaction ends."""
        row = connection.execute(
            "SELECT family_id, user_id, used IS NOT NULL OR revoked IS NOT NULL, expires <= clock_timestamp() "
            "FROM account.refresh_token WHERE token_hash = $1 FOR UPDATE",
            (token_hash,),
        ).fetchone()
        return RefreshToken(*row) if row else None

    ### UPDATE OPERATIONS ###
    def update_used(self, connection: Connection, token_hash: bytes) -> None:
        connection.execute(
            "UPDATE account.refresh_token SET used = clock_timestamp() WHERE token_hash = $1", (token_hash,)
        )

    def update_family_revoked(self, connection: Connection, family_id: UUID) -> None:
        connection.execute(
            "UPDATE account.refresh_token SET revoked = clock_timestamp() WHERE family_id = $1 AND revoked IS NULL",
            (family_id,),
        )

    def update_user_revoked(self, connection: Connection, user_id: int) -> None:
        connection.execute(
            "UPDATE account.refresh_token SET revoked = clock_timestamp() WHERE user_id = $1 AND revoked IS NULL",
            (user_id,),
        )


crud_refresh_token = CRUDRefreshToken()
