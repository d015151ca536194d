"""All that is shown of documents in a list of them, read at once."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import BigInteger, ColumnElement, bindparam, func, select, union
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session

from projections._crud import Record
from projections.bbox_annotation_orm import BBoxAnnotationORM
from projections.folder_crud import crud_folder
from projections.sentence_annotation_orm import SentenceAnnotationORM
from projections.source_document_crud import crud_source_document
from projections.span_annotation_orm import SpanAnnotationORM
from projections.tag_link_orm import tag_ids


@dataclass(frozen=True, slots=True)
class Card:
    """A document and its folder as readers see them, who has annotated it, its tags, and where its text lies."""

    sdoc: Record
    folder: Record
    annotators: Sequence[int]
    tag_ids: Sequence[int]
    text_sha256: str | None


def cards(db: Session, ids: Sequence[int]) -> dict[int, Card]:
    """Those of the documents that are there."""
    found: dict[int, Card] = {}
    for row in db.connection().execute(_CARDS, {"ids": list(ids)}).all():
        sdoc = dict(zip(_SDOC, row, strict=False))
        annotators, tag_ids, text_sha256, *folder = row[len(_SDOC) :]
        found[sdoc["id"]] = Card(
            sdoc, dict(zip(_FOLDER, folder, strict=True)), sorted(annotators), tag_ids, text_sha256
        )
    return found


def _annotators() -> ColumnElement[Sequence[int]]:
    users = (
        select(one.c.user_id).where(one.c.sdoc_id == _document.c.id).correlate(_document)
        for one in (SpanAnnotationORM.__table__, SentenceAnnotationORM.__table__, BBoxAnnotationORM.__table__)
    )
    return func.array(union(*users).scalar_subquery(), type_=ARRAY(BigInteger)).label("annotators")


_document, _in_folder = crud_source_document.table, crud_folder.table.alias()
_SDOC = tuple(crud_source_document.readable().selected_columns.keys())
_FOLDER = tuple(crud_folder.readable().selected_columns.keys())
_CARDS = (
    crud_source_document.readable()
    .add_columns(_annotators(), tag_ids(_document.c.id), _document.c.text_sha256)
    .add_columns(*(_in_folder.c[name].label(f"folder_{number}") for number, name in enumerate(_FOLDER)))
    .join(_in_folder, _in_folder.c.id == _document.c.folder_id)
    .where(_document.c.id == func.any(bindparam("ids", type_=ARRAY(BigInteger))))
)
