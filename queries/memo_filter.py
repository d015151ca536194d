"""Which memos a filter lets through."""

from sqlalchemy import Select, func

from projections.memo_orm import MemoORM
from queries._table import SearchTable
from queries.people_columns import user_column
from queries.table_search_dto import MemoColumns, MemoFilter
from systems.filter_sql_system import Words, strings, truths
from systems.filter_system import Column, FilterOperator, columns
from systems.sorting_system import Sorting, prefix

_memo = MemoORM.__table__


def matching(project_id: int, filter: MemoFilter) -> Select[int]:
    """The ids of the memos of a project that the filter lets through. Raises BadFilter."""
    return memos(project_id).matching(filter.tree())


def memos(project_id: int) -> SearchTable:
    memo = _memo.c
    known = columns(
        Column(
            MemoColumns.TITLE.value,
            "Title",
            FilterOperator.STRING,
            strings(lambda test: test(Words(memo.title, memo.title_fold))),
            lambda: Sorting(memo.title_fold),
        ),
        Column(
            MemoColumns.CONTENT.value,
            "Content",
            FilterOperator.STRING,
            strings(lambda test: test(Words(func.normalize(memo.content), memo.content_fold))),
            lambda: Sorting(prefix(memo.content_fold)),
        ),
        Column(
            MemoColumns.STARRED.value,
            "Starred",
            FilterOperator.BOOLEAN,
            truths(lambda test: test(memo.starred)),
            lambda: Sorting(memo.starred, "truth"),
        ),
        user_column(MemoColumns.USER_ID, "Author", _memo),
    )
    return SearchTable(_memo, project_id, known)
