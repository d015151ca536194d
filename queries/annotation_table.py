"""The tables of annotations, as they can be searched."""

from enum import Enum

from sqlalchemy import FromClause, func, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import Session

from events._words import DocTypeName
from projections.bbox_annotation_orm import BBoxAnnotationORM
from projections.code_orm import CodeORM
from projections.memo_orm import MemoORM
from projections.project_metadata_crud import crud_project_metadata
from projections.sentence_annotation_orm import SentenceAnnotationORM
from projections.span_annotation_orm import SpanAnnotationORM
from queries._table import SearchTable, some
from queries.document_columns import metadata_columns, name_column, tag_column
from queries.filter_dto import FilterValueType
from queries.people_columns import user_column
from queries.table_search_dto import BBoxColumns, SentAnnoColumns, SpanColumns
from repos.orm_base import InlineORM
from systems.filter_sql_system import Test, Words, ids, strings
from systems.filter_system import Column, Condition, FilterOperator, columns
from systems.sorting_system import Sorting, prefix

_memo = MemoORM.__table__.alias()


def spans(db: Session, project_id: int, user_id: int) -> SearchTable:
    """As the user sees them, whose own memos come first."""
    named = SpanColumns
    return _table(db, SpanAnnotationORM, "text", named, project_id, user_id, text=named.SPAN_TEXT, user=named.USER_ID)


def sentences(db: Session, project_id: int, user_id: int) -> SearchTable:
    named = SentAnnoColumns
    return _table(db, SentenceAnnotationORM, "text", named, project_id, user_id, text=named.TEXT, user=named.USER_ID)


def bboxes(db: Session, project_id: int, user_id: int) -> SearchTable:
    return _table(db, BBoxAnnotationORM, "image", BBoxColumns, project_id, user_id)


def _table(
    db: Session,
    orm: type[InlineORM],
    doctype: DocTypeName,
    named: type[SpanColumns] | type[SentAnnoColumns] | type[BBoxColumns],
    project_id: int,
    user_id: int,
    *,
    text: Enum | None = None,
    user: Enum | None = None,
) -> SearchTable:
    """`doctype` is the kind of document that they are in; not all of them have a column of words or of people."""
    rows = orm.__table__

    def metadata() -> list[Column]:
        definitions = crud_project_metadata.read_by_project(db, project_id)
        fitting = [definition for definition in definitions if definition["doctype"] == doctype]
        return metadata_columns(fitting, rows, rows.c.sdoc_id)

    known = columns(
        *([_text_column(text, rows)] if text else ()),
        _code_column(named.CODE_ID, rows),
        *([user_column(user, "Annotated by", rows)] if user else ()),
        _memo_column(named.MEMO_CONTENT, rows, orm.__tablename__, user_id),
        name_column(named.SOURCE_DOCUMENT_NAME, rows),
        tag_column(named.TAG_ID_LIST, rows, rows.c.sdoc_id),
        others=metadata,
    )
    return SearchTable(rows, project_id, known)


def _text_column(key: Enum, rows: FromClause) -> Column:
    comparison = strings(lambda test: test(Words(rows.c.text, rows.c.text_fold)))
    return Column(key.value, "Text", FilterOperator.STRING, comparison, lambda: Sorting(prefix(rows.c.text_fold)))


def _code_column(key: Enum, rows: FromClause) -> Column:
    """Compared by id, sorted by name."""

    def sorting() -> Sorting:
        code = CodeORM.__table__.alias()
        return Sorting(code.c.name_key, join=lambda asked: asked.join(code, code.c.id == rows.c.code_id))

    comparison = ids(lambda test: test(rows.c.code_id))
    return Column(key.value, "Code", FilterOperator.ID, comparison, sorting, FilterValueType.CODE_ID.value)


def _memo_column(key: Enum, rows: FromClause, table: str, user_id: int) -> Column:
    """One of its memos is compared; sorted by the one that is shown."""
    memo = _memo.c
    of = memo[f"{table}_id"]

    def holds(test: Test) -> Condition:
        return some(_memo, rows, of == rows.c.id, test(Words(func.normalize(memo.content), memo.content_fold)))

    def sorting() -> Sorting:
        shown = (
            select(of.label("of"), prefix(memo.content_fold).label("content"))
            .ext(distinct_on(of))
            .where(of.is_not(None))
            .order_by(of, memo.user_id != user_id, memo.id)
            .subquery()
        )
        return Sorting(shown.c.content, join=lambda asked: asked.outerjoin(shown, shown.c.of == rows.c.id))

    return Column(key.value, "Memo", FilterOperator.STRING, strings(holds), sorting)
