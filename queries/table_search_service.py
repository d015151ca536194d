"""What is shown of tables: their columns, and the rows of annotations with all that is in them."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy.orm import Session

from projections._crud import Record
from projections.annotation_crud import CRUDAnnotation
from projections.code_crud import crud_code
from projections.memo_crud import crud_memo
from projections.sentence_annotation_crud import crud_sentence_annotation
from projections.source_document_crud import crud_source_document
from projections.span_annotation_crud import crud_span_annotation
from projections.tag_link_crud import crud_tag_link
from queries._table import SearchTable
from queries.filter_dto import ColumnInfo

_TAKEN_OVER = ("id", "begin", "end", "user_id", "memo_ids")


def told(table: SearchTable) -> list[Record]:
    """What can be asked of the table's columns."""
    return [ColumnInfo[Any].of(column).model_dump(mode="json") for column in table.columns.values()]


def span_rows(db: Session, ids: Sequence[int], user_id: int) -> list[Record]:
    """In the order of the ids, as the user sees them, whose own memos come first."""
    return _rows(db, crud_span_annotation, "span_text", ids, user_id)


def sentence_rows(db: Session, ids: Sequence[int], user_id: int) -> list[Record]:
    return _rows(db, crud_sentence_annotation, "text", ids, user_id)


def _rows(db: Session, crud: CRUDAnnotation[Any], text: str, ids: Sequence[int], user_id: int) -> list[Record]:
    annotations = crud.read_by_ids(db, ids)
    codes = {code["id"]: code for code in crud_code.read_by_ids(db, _distinct(annotations, "code_id"))}
    sdoc_ids = _distinct(annotations, "sdoc_id")
    sdocs = {sdoc["id"]: sdoc for sdoc in crud_source_document.read_by_ids(db, sdoc_ids)}
    tag_ids = crud_tag_link.read_tag_ids_by_sdocs(db, sdoc_ids)
    memos = _memos(db, crud.model.__tablename__, [one["id"] for one in annotations if one["memo_ids"]], user_id)
    return [
        {
            **{name: annotation[name] for name in _TAKEN_OVER},
            text: annotation["text"],
            "code": codes[annotation["code_id"]],
            "sdoc": sdocs[annotation["sdoc_id"]],
            "tag_ids": tag_ids[annotation["sdoc_id"]],
            "memo": memos.get(annotation["id"]),
        }
        for annotation in annotations
    ]


def _distinct(annotations: Sequence[Record], name: str) -> list[int]:
    return list({annotation[name] for annotation in annotations})


def _memos(db: Session, object_type: str, ids: Sequence[int], user_id: int) -> dict[int, Record]:
    """Of each annotation the user's own memo, or else the oldest."""
    memos = crud_memo.read_by_objects(db, object_type, ids)
    memos.sort(key=lambda memo: (memo["user_id"] == user_id, -memo["id"]))
    return {memo["attached_object_id"]: memo for memo in memos}
