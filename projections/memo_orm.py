"""The read table of memos, and the memos of whatever they are attached to."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Boolean, ColumnElement, DateTime, ForeignKey, Index, Integer, String, func, select
from sqlalchemy import Uuid as UuidType
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from repos.orm_base import INLINE_SCHEMA, InlineORM, folded

ATTACHABLE = (
    "source_document",
    "code",
    "tag",
    "span_annotation",
    "sentence_annotation",
    "bbox_annotation",
    "span_group",
)
"""The tables whose rows can have memos, beside the project itself."""


def _attached(table: str) -> Mapped[int | None]:
    return mapped_column(BigInteger, ForeignKey(f"{INLINE_SCHEMA}.{table}.id", deferrable=True))


class MemoORM(InlineORM):
    """The object is named twice: by type and id for readers, and by a foreign key, so that no memo outlives it."""

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    project_id: Mapped[int] = mapped_column(BigInteger, nullable=False)
    uuid: Mapped[UUID] = mapped_column(UuidType, nullable=False)
    title: Mapped[str] = mapped_column(String, nullable=False)
    title_fold: Mapped[str] = folded("title")
    content: Mapped[str] = mapped_column(String, nullable=False)
    content_fold: Mapped[str] = folded("content")
    content_json: Mapped[str] = mapped_column(String, nullable=False)
    starred: Mapped[bool] = mapped_column(Boolean, nullable=False)
    user_id: Mapped[int] = mapped_column(BigInteger, nullable=False)
    attached_object_type: Mapped[str] = mapped_column(String(collation="C"), nullable=False)
    attached_object_id: Mapped[int] = mapped_column(BigInteger, nullable=False)
    source_document_id: Mapped[int | None] = _attached("source_document")
    code_id: Mapped[int | None] = _attached("code")
    tag_id: Mapped[int | None] = _attached("tag")
    span_annotation_id: Mapped[int | None] = _attached("span_annotation")
    sentence_annotation_id: Mapped[int | None] = _attached("sentence_annotation")
    bbox_annotation_id: Mapped[int | None] = _attached("bbox_annotation")
    span_group_id: Mapped[int | None] = _attached("span_group")
    version: Mapped[int] = mapped_column(Integer, nullable=False)
    created: Mapped[datetime] = mapped_column(DateTime(timezone=True), nullable=False)
    updated: Mapped[datetime] = mapped_column(DateTime(timezone=True), nullable=False)

    __table_args__ = (
        Index("uq_memo_of_user", "attached_object_type", "attached_object_id", "user_id", unique=True),
        Index(None, "project_id"),
        *(Index(None, f"{table}_id", postgresql_where=f"{table}_id IS NOT NULL") for table in ATTACHABLE),
        {"schema": INLINE_SCHEMA},
    )


def memo_ids(object_type: str, column: ColumnElement[Any]) -> ColumnElement[Sequence[int]]:
    """The ids of all memos on the object of this type whose id is in `column`, labelled `memo_ids`."""
    memo = MemoORM.__table__.c
    memos = select(memo.id).where(memo.attached_object_type == object_type, memo.attached_object_id == column)
    return func.array(memos.order_by(memo.id).scalar_subquery(), type_=ARRAY(BigInteger)).label("memo_ids")
