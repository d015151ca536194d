"""The read tables of span groups and of the spans in them."""

from datetime import datetime

from sqlalchemy import BigInteger, DateTime, ForeignKey, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from repos.orm_base import INLINE_SCHEMA, InlineORM


class SpanGroupORM(InlineORM):
    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    project_id: Mapped[int] = mapped_column(BigInteger, nullable=False)
    name: Mapped[str] = mapped_column(String, nullable=False)
    sdoc_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey(f"{INLINE_SCHEMA}.source_document.id", deferrable=True), nullable=False
    )
    user_id: Mapped[int] = mapped_column(BigInteger, nullable=False)
    version: Mapped[int] = mapped_column(Integer, nullable=False)
    created: Mapped[datetime] = mapped_column(DateTime(timezone=True), nullable=False)
    updated: Mapped[datetime] = mapped_column(DateTime(timezone=True), nullable=False)

    __table_args__ = (
        Index(None, "sdoc_id", "user_id"),
        Index(None, "project_id", "id"),
        {"schema": INLINE_SCHEMA},
    )


class SpanGroupLinkORM(InlineORM):
    """A span in a group; both are of the document `sdoc_id`."""

    group_id: Mapped[int] = mapped_column(
        BigInteger,
        ForeignKey(f"{INLINE_SCHEMA}.span_group.id", deferrable=True),
        primary_key=True,
        autoincrement=False,
    )
    span_id: Mapped[int] = mapped_column(
        BigInteger,
        ForeignKey(f"{INLINE_SCHEMA}.span_annotation.id", deferrable=True),
        primary_key=True,
        autoincrement=False,
    )
    project_id: Mapped[int] = mapped_column(BigInteger, nullable=False)
    sdoc_id: Mapped[int] = mapped_column(BigInteger, nullable=False)
    created: Mapped[datetime] = mapped_column(DateTime(timezone=True), nullable=False)

    __table_args__ = (
        Index(None, "span_id"),
        Index(None, "project_id", "sdoc_id"),
        {"schema": INLINE_SCHEMA},
    )
