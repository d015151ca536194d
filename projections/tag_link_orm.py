"""The read table of which document carries which tag."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import BigInteger, ColumnElement, DateTime, ForeignKey, Index, func, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from repos.orm_base import INLINE_SCHEMA, InlineORM


class TagLinkORM(InlineORM):
    """`user_id` is who linked them, `created` when."""

    sdoc_id: Mapped[int] = mapped_column(
        BigInteger,
        ForeignKey(f"{INLINE_SCHEMA}.source_document.id", deferrable=True),
        primary_key=True,
        autoincrement=False,
    )
    tag_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey(f"{INLINE_SCHEMA}.tag.id", deferrable=True), primary_key=True, autoincrement=False
    )
    project_id: Mapped[int] = mapped_column(BigInteger, nullable=False)
    user_id: Mapped[int] = mapped_column(BigInteger, nullable=False)
    created: Mapped[datetime] = mapped_column(DateTime(timezone=True), nullable=False)

    __table_args__ = (Index(None, "tag_id"), Index(None, "project_id"), {"schema": INLINE_SCHEMA})


def tag_ids(sdoc_id: ColumnElement[int]) -> ColumnElement[Sequence[int]]:
    """The ids of all tags on the document whose id is in this column, labelled `tag_ids`."""
    link = TagLinkORM.__table__.c
    tags = select(link.tag_id).where(link.sdoc_id == sdoc_id).order_by(link.tag_id)
    return func.array(tags.scalar_subquery(), type_=ARRAY(BigInteger)).label("tag_ids")
