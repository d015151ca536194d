"""The read table of metadata values: a row for each that is set."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Boolean, DateTime, Double, ForeignKey, ForeignKeyConstraint, Index, Integer, String
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from repos.orm_base import INLINE_SCHEMA, InlineORM, folded


class SourceDocumentMetadataORM(InlineORM):
    """`id` is computed from document and definition; of the value columns, the one of `metatype` is filled."""

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    project_id: Mapped[int] = mapped_column(BigInteger, nullable=False)
    source_document_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey(f"{INLINE_SCHEMA}.source_document.id", deferrable=True), nullable=False, index=True
    )
    project_metadata_id: Mapped[int] = mapped_column(BigInteger, nullable=False)
    metatype: Mapped[str] = mapped_column(String(collation="C"), nullable=False)
    str_value: Mapped[str | None] = mapped_column(String)
    str_fold: Mapped[str | None] = folded("str_value", nullable=True)
    int_value: Mapped[float | None] = mapped_column(Double)
    date_value: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    boolean_value: Mapped[bool | None] = mapped_column(Boolean)
    list_value: Mapped[list[Any] | None] = mapped_column(JSONB)
    list_fold: Mapped[list[Any] | None] = folded("list_value", JSONB(), nullable=True)
    version: Mapped[int] = mapped_column(Integer, nullable=False)
    created: Mapped[datetime] = mapped_column(DateTime(timezone=True), nullable=False)
    updated: Mapped[datetime] = mapped_column(DateTime(timezone=True), nullable=False)

    __table_args__ = (
        ForeignKeyConstraint(
            ["project_metadata_id", "metatype"],
            [f"{INLINE_SCHEMA}.project_metadata.id", f"{INLINE_SCHEMA}.project_metadata.metatype"],
            deferrable=True,
        ),
        Index(None, "project_metadata_id"),
        Index(None, "project_id"),
        {"schema": INLINE_SCHEMA},
    )
