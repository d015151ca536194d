"""Accounts, their tokens and failed logins: operational rows that are no retelling of the log."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    Boolean,
    DateTime,
    Double,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Uuid,
    func,
)
from sqlalchemy.orm import Mapped, mapped_column

from repos.orm_base import ACCOUNT_SCHEMA, AccountORM


class UserORM(AccountORM):
    """`token_epoch` is in every access token; raising it revokes them all. `version` is that of the stream."""

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    email: Mapped[str] = mapped_column(String, nullable=False)
    email_key: Mapped[str] = mapped_column(String(collation="C"), nullable=False, unique=True)
    first_name: Mapped[str] = mapped_column(String, nullable=False)
    last_name: Mapped[str] = mapped_column(String, nullable=False)
    password_hash: Mapped[str | None] = mapped_column(String)
    token_epoch: Mapped[int] = mapped_column(Integer, nullable=False, server_default="0")
    is_operator: Mapped[bool] = mapped_column(Boolean, nullable=False, server_default="false")
    version: Mapped[int] = mapped_column(Integer, nullable=False, server_default="0")
    created: Mapped[datetime] = mapped_column(DateTime(timezone=True), nullable=False, server_default=func.now())
    updated: Mapped[datetime] = mapped_column(DateTime(timezone=True), nullable=False, server_default=func.now())


class RefreshTokenORM(AccountORM):
    """Only the SHA-256 of a refresh token is kept; all that descend from one login are a family."""

    token_hash: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    family_id: Mapped[UUID] = mapped_column(Uuid, nullable=False, index=True)
    user_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey(f"{ACCOUNT_SCHEMA}.user.id", ondelete="CASCADE"), nullable=False, index=True
    )
    issued: Mapped[datetime] = mapped_column(DateTime(timezone=True), nullable=False)
    expires: Mapped[datetime] = mapped_column(DateTime(timezone=True), nullable=False, index=True)
    used: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    revoked: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


class AttemptORM(AccountORM):
    """Failed logins and registrations, for throttling; `key` is the hash of an account's name or of an address."""

    key: Mapped[str] = mapped_column(String(collation="C"), primary_key=True)
    level: Mapped[float] = mapped_column(Double, nullable=False)
    last: Mapped[datetime] = mapped_column(DateTime(timezone=True), nullable=False)

    __table_args__ = (Index(None, "last"), {"schema": ACCOUNT_SCHEMA})
