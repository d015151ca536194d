"""The read table of source documents."""

from datetime import datetime

from sqlalchemy import BigInteger, DateTime, ForeignKey, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from repos.orm_base import INLINE_SCHEMA, InlineORM, folded


class SourceDocumentORM(InlineORM):
    """`status` is what the log knows (uploaded, done, failed); what waits or runs is known to the to-do list."""

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    project_id: Mapped[int] = mapped_column(BigInteger, nullable=False)
    filename: Mapped[str] = mapped_column(String, nullable=False)
    name_key: Mapped[str] = mapped_column(String(collation="C"), nullable=False)
    name: Mapped[str] = mapped_column(String, nullable=False)
    name_fold: Mapped[str] = folded("name")
    doctype: Mapped[str] = mapped_column(String, nullable=False)
    folder_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey(f"{INLINE_SCHEMA}.folder.id", deferrable=True), nullable=False, index=True
    )
    status: Mapped[str] = mapped_column(String, nullable=False)
    failed_step: Mapped[str | None] = mapped_column(String)
    error: Mapped[str | None] = mapped_column(String)
    media_type: Mapped[str] = mapped_column(String, nullable=False)
    source_sha256: Mapped[str] = mapped_column(String(collation="C"), nullable=False)
    source_length: Mapped[int] = mapped_column(BigInteger, nullable=False)
    text_version: Mapped[int] = mapped_column(Integer, nullable=False)
    text_sha256: Mapped[str | None] = mapped_column(String(collation="C"))
    text_length: Mapped[int | None] = mapped_column(BigInteger)
    html_sha256: Mapped[str | None] = mapped_column(String(collation="C"))
    sentences_sha256: Mapped[str | None] = mapped_column(String(collation="C"))
    sentence_count: Mapped[int | None] = mapped_column(Integer)
    tokens_sha256: Mapped[str | None] = mapped_column(String(collation="C"))
    token_count: Mapped[int | None] = mapped_column(Integer)
    language: Mapped[str | None] = mapped_column(String)
    image_width: Mapped[int | None] = mapped_column(Integer)
    image_height: Mapped[int | None] = mapped_column(Integer)
    version: Mapped[int] = mapped_column(Integer, nullable=False)
    created: Mapped[datetime] = mapped_column(DateTime(timezone=True), nullable=False)
    updated: Mapped[datetime] = mapped_column(DateTime(timezone=True), nullable=False)

    __table_args__ = (
        Index("uq_source_document_filename", "project_id", "name_key", unique=True),
        Index(None, "project_id", "id"),
        Index("ix_source_document_unprocessed", "id", postgresql_where="status = 'uploaded'"),
        {"schema": INLINE_SCHEMA},
    )
