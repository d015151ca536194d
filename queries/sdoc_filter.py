"""Which documents a filter lets through: as a table of their own, and for whoever searches in them."""

from sqlalchemy import Select, and_, or_
from sqlalchemy.orm import Session

from commands.source_document_dto import DocType
from projections.bbox_annotation_orm import BBoxAnnotationORM
from projections.project_metadata_crud import crud_project_metadata
from projections.sentence_annotation_orm import SentenceAnnotationORM
from projections.source_document_orm import SourceDocumentORM
from projections.span_annotation_orm import SpanAnnotationORM
from queries._table import SearchTable, some
from queries.document_columns import metadata_columns, tag_column
from queries.filter_dto import FilterValueType
from queries.table_search_dto import SdocColumns, SdocFilter
from systems.filter_sql_system import Test, Words, choices, id_lists, pair_lists, strings
from systems.filter_system import Column, Condition, FilterOperator, columns
from systems.sorting_system import Sorting

_document = SourceDocumentORM.__table__
_span, _sentence = SpanAnnotationORM.__table__.alias(), SentenceAnnotationORM.__table__.alias()
_bbox = BBoxAnnotationORM.__table__.alias()


def matching(db: Session, project_id: int, filter: SdocFilter) -> Select[int]:
    """The ids of the documents of a project that the filter lets through. Raises BadFilter."""
    return sdocs(db, project_id).matching(filter.tree())


def sdocs(db: Session, project_id: int) -> SearchTable:
    document = _document.c
    known = columns(
        Column(
            SdocColumns.SOURCE_DOCUMENT_TYPE.value,
            "Type",
            FilterOperator.ID,
            choices([doctype.value for doctype in DocType], lambda test: test(document.doctype)),
            lambda: Sorting(document.doctype),
            FilterValueType.DOC_TYPE.value,
        ),
        Column(
            SdocColumns.SOURCE_DOCUMENT_NAME.value,
            "Document name",
            FilterOperator.STRING,
            strings(lambda test: test(Words(document.name, document.name_fold))),
            lambda: Sorting(document.name_fold),
        ),
        tag_column(SdocColumns.TAG_ID_LIST, _document, document.id),
        _annotated(SdocColumns.CODE_ID_LIST, "Codes", FilterValueType.CODE_ID, "code_id"),
        _annotated(SdocColumns.USER_ID_LIST, "Annotated by", FilterValueType.USER_ID, "user_id"),
        Column(
            SdocColumns.SPAN_ANNOTATIONS.value,
            "Span annotations",
            FilterOperator.ID_LIST,
            pair_lists(_has_span),
            value=FilterValueType.SPAN_ANNOTATION.value,
        ),
        others=lambda: metadata_columns(crud_project_metadata.read_by_project(db, project_id), _document, document.id),
    )
    return SearchTable(_document, project_id, known)


def _annotated(key: SdocColumns, label: str, value: FilterValueType, name: str) -> Column:
    """What stands in some annotation of the document."""

    def holds(test: Test) -> Condition:
        span, sentence, bbox = (
            some(one, _document, one.c.sdoc_id == _document.c.id, test(one.c[name]))
            for one in (_span, _sentence, _bbox)
        )
        # Most documents are texts, and need not be looked up among the boxes.
        return or_(span, sentence, and_(_document.c.doctype == DocType.image.value, bbox))

    return Column(key.value, label, FilterOperator.ID_LIST, id_lists(holds), value=value.value)


def _has_span(test: Test) -> Condition:
    marked = test((_span.c.code_id, Words(_span.c.text, _span.c.text_fold)))
    return some(_span, _document, _span.c.sdoc_id == _document.c.id, marked)
