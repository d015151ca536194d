"""Columns of what is in a document that tell of the document: its name, its tags, and its metadata."""

from collections.abc import Callable, Mapping, Sequence
from enum import Enum
from typing import Any

from sqlalchemy import ColumnElement, FromClause, Text, and_, cast, func
from sqlalchemy.dialects.postgresql import JSONB

from events._words import MetaTypeName
from projections._crud import Record
from projections.source_document_metadata_orm import SourceDocumentMetadataORM
from projections.source_document_orm import SourceDocumentORM
from projections.tag_link_orm import TagLinkORM
from queries._table import some
from queries.filter_dto import FilterValueType
from systems.filter_sql_system import Holds, Words, dates, id_lists, lists, numbers, strings, truths
from systems.filter_system import Column, Comparison, FilterOperator
from systems.sorting_system import Sorting, prefix

_TYPES: Mapping[MetaTypeName, tuple[FilterOperator, Callable[[Holds], Comparison]]] = {
    "STRING": (FilterOperator.STRING, strings),
    "NUMBER": (FilterOperator.NUMBER, numbers),
    "DATE": (FilterOperator.DATE, dates),
    "BOOLEAN": (FilterOperator.BOOLEAN, truths),
    "LIST": (FilterOperator.LIST, lists),
}


def name_column(key: Enum, rows: FromClause) -> Column:
    """The name of the document that a row is in, by its `sdoc_id`."""
    document, sorted_by = SourceDocumentORM.__table__.alias(), SourceDocumentORM.__table__.alias()
    comparison = strings(
        lambda test: some(
            document, rows, document.c.id == rows.c.sdoc_id, test(Words(document.c.name, document.c.name_fold))
        )
    )
    sorting = Sorting(sorted_by.c.name_fold, join=lambda asked: asked.join(sorted_by, sorted_by.c.id == rows.c.sdoc_id))
    return Column(key.value, "Document name", FilterOperator.STRING, comparison, sorting)


def tag_column(key: Enum, rows: FromClause, sdoc_id: ColumnElement[int]) -> Column:
    link = TagLinkORM.__table__.alias()
    comparison = id_lists(lambda test: some(link, rows, link.c.sdoc_id == sdoc_id, test(link.c.tag_id)))
    return Column(key.value, "Tags", FilterOperator.ID_LIST, comparison, value=FilterValueType.TAG_ID.value)


def metadata_columns(definitions: Sequence[Record], rows: FromClause, sdoc_id: ColumnElement[int]) -> list[Column]:
    """One for each definition; where two have the same key, with the kind of document that they are of."""
    keys = [definition["key"] for definition in definitions]
    return [
        _metadata_column(definition, keys.count(definition["key"]) > 1, rows, sdoc_id) for definition in definitions
    ]


def _metadata_column(definition: Record, ambiguous: bool, rows: FromClause, sdoc_id: ColumnElement[int]) -> Column:
    metatype: MetaTypeName = definition["metatype"]
    type_, compare = _TYPES[metatype]

    def of(value: FromClause) -> ColumnElement[bool]:
        return and_(value.c.source_document_id == sdoc_id, value.c.project_metadata_id == definition["id"])

    value, sorted_by = SourceDocumentMetadataORM.__table__.alias(), SourceDocumentMetadataORM.__table__.alias()
    comparison = compare(lambda test: some(value, rows, of(value), test(_compared(metatype, value))))
    sorting = _sorting(metatype, sorted_by, of(sorted_by))
    label = f"{definition['key']} ({definition['doctype']})" if ambiguous else definition["key"]
    return Column(definition["id"], label, type_, comparison, sorting)


def _compared(metatype: MetaTypeName, value: FromClause) -> Any:
    match metatype:
        case "STRING":
            return Words(func.normalize(value.c.str_value), value.c.str_fold)
        case "LIST":
            return Words(cast(func.normalize(cast(value.c.list_value, Text)), JSONB), value.c.list_fold)
        case "NUMBER":
            return value.c.int_value
        case "DATE":
            return value.c.date_value
        case "BOOLEAN":
            return value.c.boolean_value


def _sorting(metatype: MetaTypeName, value: FromClause, of: ColumnElement[bool]) -> Sorting | None:
    def join(asked: Any) -> Any:
        return asked.outerjoin(value, of)

    match metatype:
        case "STRING":
            return Sorting(prefix(value.c.str_fold), join=join)
        case "NUMBER":
            return Sorting(value.c.int_value, "number", join)
        case "DATE":
            return Sorting(value.c.date_value, "moment", join)
        case "BOOLEAN":
            return Sorting(value.c.boolean_value, "truth", join)
        case "LIST":
            return None
