"""Columns of what is in a document that tell of the document: its name, its tags, and its metadata."""

from collections.abc import Callable, Mapping, Sequence
from enum import Enum
from typing import Any

from sqlalchemy import ColumnElement, FromClause, and_, func, literal, select
from sqlalchemy.dialects.postgresql import JSONB

from events._words import MetaTypeName
from projections._crud import Record
from projections.source_document_metadata_orm import SourceDocumentMetadataORM
from projections.source_document_orm import SourceDocumentORM
from projections.tag_link_orm import TagLinkORM
from queries._table import some
from queries.filter_dto import FilterValueType
from systems.filter_sql_system import Holds, Test, Words, dates, id_lists, lists, numbers, strings, truths
from systems.filter_system import Column, Comparison, Condition, FilterOperator
from systems.sorting_system import Sorting, prefix

_TYPES: Mapping[MetaTypeName, tuple[FilterOperator, Callable[[Holds], Comparison]]] = {
    "STRING": (FilterOperator.STRING, strings),
    "NUMBER": (FilterOperator.NUMBER, numbers),
    "DATE": (FilterOperator.DATE, dates),
    "BOOLEAN": (FilterOperator.BOOLEAN, truths),
    "LIST": (FilterOperator.LIST, lists),
}
_document = SourceDocumentORM.__table__.alias()
_link = TagLinkORM.__table__.alias()
_value = SourceDocumentMetadataORM.__table__.alias()


def name_column(key: Enum, rows: FromClause) -> Column:
    """The name of the document that a row is in, by its `sdoc_id`."""
    document = _document.c

    def holds(test: Test) -> Condition:
        return some(_document, rows, document.id == rows.c.sdoc_id, test(Words(document.name, document.name_fold)))

    def sorting() -> Sorting:
        named = SourceDocumentORM.__table__.alias()
        return Sorting(named.c.name_fold, join=lambda asked: asked.join(named, named.c.id == rows.c.sdoc_id))

    return Column(key.value, "Document name", FilterOperator.STRING, strings(holds), sorting)


def tag_column(key: Enum, rows: FromClause, sdoc_id: ColumnElement[int]) -> Column:
    comparison = id_lists(lambda test: some(_link, rows, _link.c.sdoc_id == sdoc_id, test(_link.c.tag_id)))
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

    def of(value: FromClause) -> Condition:
        return and_(value.c.source_document_id == sdoc_id, value.c.project_metadata_id == definition["id"])

    def sorting() -> Sorting:
        value = SourceDocumentMetadataORM.__table__.alias()
        return _sorting(metatype, value, of(value))

    comparison = compare(lambda test: some(_value, rows, of(_value), test(_compared(metatype))))
    label = f"{definition['key']} ({definition['doctype']})" if ambiguous else definition["key"]
    return Column(definition["id"], label, type_, comparison, None if metatype == "LIST" else sorting)


def _compared(metatype: MetaTypeName) -> Any:
    value = _value.c
    match metatype:
        case "STRING":
            return Words(func.normalize(value.str_value), value.str_fold)
        case "LIST":
            return Words(_composed(value.list_value), value.list_fold)
        case "NUMBER":
            return value.int_value
        case "DATE":
            return value.date_value
        case "BOOLEAN":
            return value.boolean_value


def _composed(items: ColumnElement[Any]) -> ColumnElement[Any]:
    """One by one: as JSON, a mark at the beginning of an item goes together with the end of `\\n` before it."""
    item = func.jsonb_array_elements_text(items).column_valued("item")
    composed = select(func.jsonb_agg(func.normalize(item))).scalar_subquery()
    return func.coalesce(composed, literal([], JSONB), type_=JSONB)


def _sorting(metatype: MetaTypeName, value: FromClause, of: Condition) -> Sorting:
    def join(asked: Any) -> Any:
        return asked.outerjoin(value, of)

    match metatype:
        case "NUMBER":
            return Sorting(value.c.int_value, "number", join)
        case "DATE":
            return Sorting(value.c.date_value, "moment", join)
        case "BOOLEAN":
            return Sorting(value.c.boolean_value, "truth", join)
        case _:
            return Sorting(prefix(value.c.str_fold), "text", join)
