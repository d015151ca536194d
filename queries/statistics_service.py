"""What some documents are about, compared with all of their project."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, distinct, func, select, true
from sqlalchemy.orm import Session

from projections._crud import Record, among, records
from projections.project_metadata_orm import ProjectMetadataORM
from projections.source_document_metadata_orm import SourceDocumentMetadataORM
from projections.span_annotation_orm import SpanAnnotationORM
from projections.tag_crud import crud_tag
from projections.tag_link_orm import TagLinkORM

KEYWORDS = "keywords"
"""The key of the lists of keywords that documents have; a list of this name belongs to every new project."""


def span_texts(db: Session, project_id: int, code_id: int, sdoc_ids: Sequence[int], rank: "Rank") -> list[Record]:
    """The words that have a code, and how often."""
    span = SpanAnnotationORM.__table__.c
    among_them = among(span.sdoc_id, sdoc_ids)
    sdocs = func.count(distinct(span.sdoc_id))
    counted = (
        select(
            span.code_id,
            span.text.label("span_text"),
            func.count().filter(among_them).label("filtered_count"),
            func.count().label("global_count"),
            sdocs.filter(among_them).label("filtered_sdocs"),
            sdocs.label("global_sdocs"),
        )
        .where(span.project_id == project_id, span.code_id == code_id)
        .group_by(span.code_id, span.text)
    )
    return records(db, rank.of(counted, "span_text"))


def keywords(db: Session, project_id: int, sdoc_ids: Sequence[int], rank: "Rank") -> list[Record]:
    """The keywords of documents, and how many documents have each."""
    value, definition = SourceDocumentMetadataORM.__table__.c, ProjectMetadataORM.__table__.c
    keyword = func.jsonb_array_elements_text(value.list_value).table_valued("keyword").render_derived()
    counted = (
        select(keyword.c.keyword, *_documents(value.source_document_id, sdoc_ids))
        .select_from(SourceDocumentMetadataORM)
        .join(ProjectMetadataORM, definition.id == value.project_metadata_id)
        .join(keyword, true())
        .where(value.project_id == project_id, definition.name_key == KEYWORDS, definition.metatype == "LIST")
        .group_by(keyword.c.keyword)
    )
    return records(db, rank.of(counted, "keyword"))


def tags(db: Session, project_id: int, sdoc_ids: Sequence[int], rank: "Rank") -> list[Record]:
    """The tags of documents, and how many documents carry each."""
    link = TagLinkORM.__table__.c
    counted = select(link.tag_id, *_documents(link.sdoc_id, sdoc_ids)).where(link.project_id == project_id)
    rows = records(db, rank.of(counted.group_by(link.tag_id), "tag_id"))
    found = {tag["id"]: tag for tag in crud_tag.read_by_ids(db, [row["tag_id"] for row in rows])}
    return [{"tag": found[row.pop("tag_id")], **row} for row in rows]


class Rank:
    """The first so many: by their counts in the documents asked for, which must not be 0, or in the project."""

    def __init__(self, top_k: int, *, by_global: bool) -> None:
        self._top_k = top_k
        self._by_global = by_global

    def of(self, counted: Select[Any], name: str) -> Select[Any]:
        """Ties are in the order of the column `name`."""
        rows = counted.subquery("counted")
        counts = [rows.c.global_count, rows.c.filtered_count]
        ranked = select(rows)
        if not self._by_global:
            ranked = ranked.where(rows.c.filtered_count > 0)
            counts.reverse()
        tie = rows.c[name] if name == "tag_id" else rows.c[name].collate("C")
        return ranked.order_by(*(count.desc() for count in counts), tie).limit(self._top_k)


def _documents(sdoc_id: ColumnElement[int], sdoc_ids: Sequence[int]) -> list[ColumnElement[Any]]:
    count = func.count(distinct(sdoc_id))
    return [count.filter(among(sdoc_id, sdoc_ids)).label("filtered_count"), count.label("global_count")]
