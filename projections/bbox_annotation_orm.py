"""The read table of bbox annotations."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, DateTime, Index, Integer, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from repos.orm_base import INLINE_SCHEMA, InlineORM


class BBoxAnnotationORM(InlineORM):
    """`[x_min, x_max)` by `[y_min, y_max)` in pixels; `coded_revision` is the revision at which it got its code."""

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    uuid: Mapped[UUID] = mapped_column(Uuid, nullable=False)
    project_id: Mapped[int] = mapped_column(BigInteger, nullable=False)
    sdoc_id: Mapped[int] = mapped_column(BigInteger, nullable=False)
    code_id: Mapped[int] = mapped_column(BigInteger, nullable=False)
    user_id: Mapped[int] = mapped_column(BigInteger, nullable=False)
    x_min: Mapped[int] = mapped_column(Integer, nullable=False)
    x_max: Mapped[int] = mapped_column(Integer, nullable=False)
    y_min: Mapped[int] = mapped_column(Integer, nullable=False)
    y_max: Mapped[int] = mapped_column(Integer, nullable=False)
    codebook_version_id: Mapped[int | None] = mapped_column(BigInteger)
    coded_revision: Mapped[int] = mapped_column(BigInteger, nullable=False)
    version: Mapped[int] = mapped_column(Integer, nullable=False)
    created: Mapped[datetime] = mapped_column(DateTime(timezone=True), nullable=False)
    updated: Mapped[datetime] = mapped_column(DateTime(timezone=True), nullable=False)

    __table_args__ = (
        Index(None, "sdoc_id", "user_id"),
        Index(None, "code_id", "user_id"),
        Index(None, "project_id", "id"),
        {"schema": INLINE_SCHEMA},
    )
