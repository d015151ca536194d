"""Columns that say who made something."""

from enum import Enum

from sqlalchemy import FromClause, func

from projections.user_orm import UserORM
from queries.filter_dto import FilterValueType
from systems.filter_sql_system import ids
from systems.filter_system import Column, FilterOperator
from systems.fold_sql_system import folded_lower
from systems.sorting_system import Sorting


def user_column(key: Enum, label: str, rows: FromClause) -> Column:
    """Compared by id, sorted by name; whoever has left the suite comes last."""

    def sorting() -> Sorting:
        user = UserORM.__table__.alias()
        name = folded_lower(func.lower(user.c.last_name + " " + user.c.first_name)).collate("C")
        return Sorting(name, join=lambda asked: asked.outerjoin(user, user.c.id == rows.c.user_id))

    comparison = ids(lambda test: test(rows.c.user_id))
    return Column(key.value, label, FilterOperator.ID, comparison, sorting, FilterValueType.USER_ID.value)
