"""What is shown of tables: their columns, and the rows of annotations with all that is in them."""

from collections.abc import Sequence
from itertools import islice
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Row, Select, bindparam, func, select, true
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session

from projections._crud import CRUDBase, Record
from projections.annotation_crud import CRUDAnnotation
from projections.bbox_annotation_crud import crud_bbox_annotation
from projections.code_crud import crud_code
from projections.memo_crud import crud_memo
from projections.memo_orm import memo_ids
from projections.sentence_annotation_crud import crud_sentence_annotation
from projections.source_document_crud import crud_source_document
from projections.span_annotation_crud import crud_span_annotation
from projections.tag_link_orm import tag_ids
from queries._table import SearchTable
from queries.filter_dto import ColumnInfo

_CODE, _SDOC, _MEMO = (
    tuple(crud.readable().selected_columns.keys()) for crud in (crud_code, crud_source_document, crud_memo)
)


def told(table: SearchTable) -> list[Record]:
    """What can be asked of the table's columns."""
    return [ColumnInfo[Any].of(column).model_dump(mode="json") for column in table.columns.values()]


class AnnotationRows:
    """All that is shown of annotations of a kind; `place` are the columns that say where they are, by name."""

    def __init__(self, crud: CRUDAnnotation[Any], **place: ColumnElement[Any]) -> None:
        own = crud.table.c
        columns = {"id": own.id, "user_id": own.user_id, **place}
        self._names = (*columns, "memo_ids", "tag_ids")
        self._statement = _statement(crud, [column.label(name) for name, column in columns.items()])

    def __call__(self, db: Session, ids: Sequence[int], user_id: int) -> list[Record]:
        """In the order of the ids, as the user sees them, whose own memos come first."""
        found = db.connection().execute(self._statement, {"ids": list(ids), "user_id": user_id}).all()
        rows = {one[0]: _row(one, self._names) for one in found}
        return [rows[id] for id in ids if id in rows]


def _row(found: Row[Any], names: Sequence[str]) -> Record:
    values = iter(found)
    row = dict(zip(names, islice(values, len(names)), strict=True))
    row["code"] = dict(zip(_CODE, islice(values, len(_CODE)), strict=True))
    row["sdoc"] = dict(zip(_SDOC, islice(values, len(_SDOC)), strict=True))
    memo = dict(zip(_MEMO, values, strict=True))
    row["memo"] = memo if memo["id"] is not None else None
    return row


def _statement(crud: CRUDAnnotation[Any], own: Sequence[ColumnElement[Any]]) -> Select[Any]:
    """The memo that is shown is the user's own, or else the oldest."""
    annotation, code, sdoc, memo = crud.table.c, crud_code.table.c, crud_source_document.table.c, crud_memo.table.c
    object_type = crud.model.__tablename__
    on_it = (memo.attached_object_type == object_type, memo.attached_object_id == annotation.id)
    shown = crud_memo.readable().where(*on_it).order_by(memo.user_id != bindparam("user_id"), memo.id).limit(1)
    first = shown.correlate(crud.table).lateral()
    return (
        select(*own)
        .add_columns(memo_ids(object_type, annotation.id), tag_ids(annotation.sdoc_id))
        .add_columns(*_labelled("code", crud_code), *_labelled("sdoc", crud_source_document))
        .add_columns(*(first.c[name].label(f"memo_{name}") for name in _MEMO))
        .join(crud_code.table, code.id == annotation.code_id)
        .join(crud_source_document.table, sdoc.id == annotation.sdoc_id)
        .outerjoin(first, true())
        .where(annotation.id == func.any(bindparam("ids", type_=ARRAY(BigInteger))))
    )


def _labelled(prefix: str, crud: CRUDBase[Any]) -> list[Any]:
    return [column.label(f"{prefix}_{name}") for name, column in crud.readable().selected_columns.items()]


_span, _sentence, _bbox = (
    crud.table.c for crud in (crud_span_annotation, crud_sentence_annotation, crud_bbox_annotation)
)
span_rows = AnnotationRows(crud_span_annotation, begin=_span.begin, end=_span.end, span_text=_span.text)
sentence_rows = AnnotationRows(crud_sentence_annotation, begin=_sentence.begin, end=_sentence.end, text=_sentence.text)
bbox_rows = AnnotationRows(
    crud_bbox_annotation,
    x=_bbox.x_min,
    y=_bbox.y_min,
    width=_bbox.x_max - _bbox.x_min,
    height=_bbox.y_max - _bbox.y_min,
)
