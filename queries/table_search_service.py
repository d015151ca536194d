"""What is shown of tables: their columns, and the rows of annotations with all that is in them."""

from collections.abc import Sequence
from itertools import islice
from typing import Any

from sqlalchemy import BigInteger, Row, Select, bindparam, func, select, true
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session

from projections._crud import CRUDBase, Record
from projections.annotation_crud import CRUDAnnotation
from projections.code_crud import crud_code
from projections.memo_crud import crud_memo
from projections.memo_orm import memo_ids
from projections.sentence_annotation_crud import crud_sentence_annotation
from projections.source_document_crud import crud_source_document
from projections.span_annotation_crud import crud_span_annotation
from projections.tag_link_orm import tag_ids
from queries._table import SearchTable
from queries.filter_dto import ColumnInfo

_OWN = ("id", "begin", "end", "user_id")
_CODE, _SDOC, _MEMO = (
    tuple(crud.readable().selected_columns.keys()) for crud in (crud_code, crud_source_document, crud_memo)
)


def told(table: SearchTable) -> list[Record]:
    """What can be asked of the table's columns."""
    return [ColumnInfo[Any].of(column).model_dump(mode="json") for column in table.columns.values()]


def span_rows(db: Session, ids: Sequence[int], user_id: int) -> list[Record]:
    """In the order of the ids, as the user sees them, whose own memos come first."""
    return _rows(db, _SPANS, "span_text", ids, user_id)


def sentence_rows(db: Session, ids: Sequence[int], user_id: int) -> list[Record]:
    return _rows(db, _SENTENCES, "text", ids, user_id)


def _rows(db: Session, statement: Select[Any], text: str, ids: Sequence[int], user_id: int) -> list[Record]:
    found = db.connection().execute(statement, {"ids": list(ids), "user_id": user_id}).all()
    rows = {one[0]: _row(one, text) for one in found}
    return [rows[id] for id in ids if id in rows]


def _row(found: Row[Any], text: str) -> Record:
    values = iter(found)
    row = dict(zip(_OWN, islice(values, len(_OWN)), strict=True))
    row[text], row["memo_ids"], row["tag_ids"] = islice(values, 3)
    row["code"] = dict(zip(_CODE, islice(values, len(_CODE)), strict=True))
    row["sdoc"] = dict(zip(_SDOC, islice(values, len(_SDOC)), strict=True))
    memo = dict(zip(_MEMO, values, strict=True))
    row["memo"] = memo if memo["id"] is not None else None
    return row


def _statement(crud: CRUDAnnotation[Any]) -> Select[Any]:
    """All that is shown of annotations: the memo is the user's own, or else the oldest."""
    annotation, code, sdoc, memo = crud.table.c, crud_code.table.c, crud_source_document.table.c, crud_memo.table.c
    object_type = crud.model.__tablename__
    on_it = (memo.attached_object_type == object_type, memo.attached_object_id == annotation.id)
    shown = crud_memo.readable().where(*on_it).order_by(memo.user_id != bindparam("user_id"), memo.id).limit(1)
    first = shown.correlate(crud.table).lateral()
    return (
        select(*(annotation[name] for name in (*_OWN, "text")))
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


_SPANS, _SENTENCES = _statement(crud_span_annotation), _statement(crud_sentence_annotation)
