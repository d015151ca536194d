"""The read table of span annotations."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, DateTime, Index, Integer, String, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from repos.orm_base import INLINE_SCHEMA, InlineORM, folded


class SpanAnnotationORM(InlineORM):
    """`coded_revision` is the revision at which the span got its code; `text` is what it marks, word for word."""

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    uuid: Mapped[UUID] = mapped_column(Uuid, nullable=False)
    project_id: Mapped[int] = mapped_column(BigInteger, nullable=False)
    sdoc_id: Mapped[int] = mapped_column(BigInteger, nullable=False)
    code_id: Mapped[int] = mapped_column(BigInteger, nullable=False)
    user_id: Mapped[int] = mapped_column(BigInteger, nullable=False)
    begin: Mapped[int] = mapped_column(Integer, nullable=False)
    end: Mapped[int] = mapped_column(Integer, nullable=False)
    begin_token: Mapped[int] = mapped_column(Integer, nullable=False)
    end_token: Mapped[int] = mapped_column(Integer, nullable=False)
    text: Mapped[str] = mapped_column(String, nullable=False)
    text_fold: Mapped[str] = folded("text")
    text_version: Mapped[int] = mapped_column(Integer, nullable=False)
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
