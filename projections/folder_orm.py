"""The read table of folders."""

from datetime import datetime

from sqlalchemy import BigInteger, DateTime, ForeignKey, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from repos.orm_base import INLINE_SCHEMA, InlineORM


class FolderORM(InlineORM):
    """Names are unique among siblings, and the root's children are siblings too."""

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    project_id: Mapped[int] = mapped_column(BigInteger, nullable=False)
    name: Mapped[str] = mapped_column(String, nullable=False)
    name_key: Mapped[str] = mapped_column(String(collation="C"), nullable=False)
    folder_type: Mapped[str] = mapped_column(String, nullable=False)
    parent_id: Mapped[int | None] = mapped_column(
        BigInteger, ForeignKey(f"{INLINE_SCHEMA}.folder.id", deferrable=True), index=True
    )
    version: Mapped[int] = mapped_column(Integer, nullable=False)
    created: Mapped[datetime] = mapped_column(DateTime(timezone=True), nullable=False)
    updated: Mapped[datetime] = mapped_column(DateTime(timezone=True), nullable=False)

    __table_args__ = (
        Index(None, "project_id", "id"),
        Index("uq_folder_name", "project_id", "parent_id", "name_key", unique=True, postgresql_nulls_not_distinct=True),
        {"schema": INLINE_SCHEMA},
    )
