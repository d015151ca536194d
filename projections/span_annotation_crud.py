"""Reading span annotations."""

from collections.abc import Mapping
from typing import Any, ClassVar

from sqlalchemy import BigInteger, Select, func, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session

from projections._crud import Record, records
from projections.annotation_crud import CRUDTextAnnotation
from projections.span_annotation_orm import SpanAnnotationORM
from projections.span_group_orm import SpanGroupLinkORM


class CRUDSpanAnnotation(CRUDTextAnnotation[SpanAnnotationORM]):
    derived: ClassVar[Mapping[str, Any]] = {**CRUDTextAnnotation.derived, "group_ids": []}

    ### READ OPERATIONS ###
    def read_by_group(self, db: Session, group_id: int) -> list[Record]:
        t = self.table.c
        rows = self.readable().join(SpanGroupLinkORM, SpanGroupLinkORM.span_id == t.id)
        return records(db, rows.where(SpanGroupLinkORM.group_id == group_id).order_by(t.begin, t.id))

    ### OTHER OPERATIONS ###
    def readable(self) -> Select[Any]:
        link = SpanGroupLinkORM.__table__.alias()
        groups = select(link.c.group_id).where(link.c.span_id == self.table.c.id).order_by(link.c.group_id)
        ids = func.array(groups.correlate(self.table).scalar_subquery(), type_=ARRAY(BigInteger))
        return super().readable().add_columns(ids.label("group_ids"))


crud_span_annotation = CRUDSpanAnnotation(SpanAnnotationORM)
