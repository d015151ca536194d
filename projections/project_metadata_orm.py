"""The read table of metadata definitions."""

from datetime import datetime

from sqlalchemy import BigInteger, Boolean, DateTime, Index, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from repos.orm_base import INLINE_SCHEMA, InlineORM


class ProjectMetadataORM(InlineORM):
    """Values refer to id and `metatype` together, so that neither changes under the other."""

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    project_id: Mapped[int] = mapped_column(BigInteger, nullable=False)
    key: Mapped[str] = mapped_column(String, nullable=False)
    name_key: Mapped[str] = mapped_column(String(collation="C"), nullable=False)
    metatype: Mapped[str] = mapped_column(String(collation="C"), nullable=False)
    doctype: Mapped[str] = mapped_column(String, nullable=False)
    description: Mapped[str] = mapped_column(String, nullable=False)
    read_only: Mapped[bool] = mapped_column(Boolean, nullable=False)
    version: Mapped[int] = mapped_column(Integer, nullable=False)
    created: Mapped[datetime] = mapped_column(DateTime(timezone=True), nullable=False)
    updated: Mapped[datetime] = mapped_column(DateTime(timezone=True), nullable=False)

    __table_args__ = (
        Index("uq_project_metadata_key", "project_id", "doctype", "name_key", unique=True),
        UniqueConstraint("id", "metatype", name="uq_project_metadata_metatype"),
        {"schema": INLINE_SCHEMA},
    )
