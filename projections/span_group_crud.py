"""Reading span groups."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from projections._crud import CRUDBase, Record, among, records
from projections.memo_orm import memo_ids
from projections.span_group_orm import SpanGroupLinkORM, SpanGroupORM


class CRUDSpanGroup(CRUDBase[SpanGroupORM]):
    derived: ClassVar[Mapping[str, Any]] = {"memo_ids": []}

    ### READ OPERATIONS ###
    def read_by_sdoc(
        self,
        db: Session,
        sdoc_id: int,
        user_id: int | None = None,
        *,
        after: int = 0,
        skip: int = 0,
        limit: int | None = None,
    ) -> list[Record]:
        """The groups of a document by id, of one user or all; paged as `read_by_project`."""
        t = self.table.c
        rows = self.readable().where(t.sdoc_id == sdoc_id, t.id > after)
        if user_id is not None:
            rows = rows.where(t.user_id == user_id)
        return records(db, rows.order_by(t.id).offset(skip).limit(limit))

    def read_by_span(self, db: Session, span_id: int) -> list[Record]:
        mine = self.readable().join(SpanGroupLinkORM, SpanGroupLinkORM.group_id == self.table.c.id)
        return records(db, mine.where(SpanGroupLinkORM.span_id == span_id).order_by(self.table.c.id))

    def read_members(self, db: Session, group_ids: Sequence[int]) -> list[tuple[int, int]]:
        """Group and span of each link of these groups."""
        link = SpanGroupLinkORM.__table__.c
        found = db.execute(select(link.group_id, link.span_id).where(among(link.group_id, group_ids)))
        return [(group_id, span_id) for group_id, span_id in found]

    ### OTHER OPERATIONS ###
    def readable(self) -> Select[Any]:
        return super().readable().add_columns(memo_ids("span_group", self.table.c.id))


crud_span_group = CRUDSpanGroup(SpanGroupORM)
