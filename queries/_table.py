"""Searching what is shown as a table: filtered, sorted and paged by what requests say of its columns."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, FromClause, RowMapping, Select, exists, func, literal_column, select
from sqlalchemy.orm import Session

from systems.filter_system import Columns, Condition, Group, condition
from systems.sorting_system import Order, Sort, Sorting, order


@dataclass(frozen=True, slots=True)
class Page:
    """`size` rows after `skip` others, or after the one that a cursor was made from."""

    size: int
    skip: int = 0
    cursor: str | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """A page of ids; `total` counts all that were found, `cursor` leads on if there are more."""

    total: int
    ids: Sequence[int]
    cursor: str | None


@dataclass(frozen=True, slots=True)
class SearchTable:
    """Rows of a project, which have an `id`, and the columns that they can be asked by."""

    rows: FromClause
    project_id: int
    columns: Columns

    def matching(self, filter: Group, *also: Condition) -> Select[int]:
        """The ids of all rows that the filter lets through, and these conditions. Raises BadFilter."""
        rows, asked = self.rows.c, condition(filter, self.columns)
        conditions = also if asked is None else (*also, asked)
        return select(rows.id).select_from(self.rows).where(rows.project_id == self.project_id, *conditions)

    def search(self, db: Session, filter: Group, sorts: Sequence[Sort], page: Page, *also: Condition) -> Found:
        """A page of what `matching` finds, and how much that is. Raises BadFilter, BadCursor."""
        sorted_by = order(sorts, self.columns, Sorting(self.rows.c.id, "id"))
        matching = self.matching(filter, *also)
        keyed = sorted_by.keyed(matching)
        total: Any = literal_column("NULL::bigint")
        if filter.items or also:
            # What decides on a row may be slow: every row is looked at once, for the page and for the total.
            found: FromClause = keyed.cte("found")
            total = select(func.count()).select_from(found).scalar_subquery()
        else:
            found = keyed.subquery("found")
        rows, cursor = paged(db, found, sorted_by, page, total.label("total"))
        count = rows[0]["total"] if rows else None
        if count is None:
            count = db.scalar(select(func.count()).select_from(matching.subquery()))
        return Found(count or 0, [row["id"] for row in rows], cursor)


def some(inner: FromClause, outer: FromClause, *conditions: Condition) -> Condition:
    """For a row of `outer`, there is one of `inner` for which this is true."""
    return exists(select(1).select_from(inner).where(*conditions).correlate(outer))


def paged(
    db: Session, found: FromClause, sorted_by: Order, page: Page, *also: ColumnElement[Any]
) -> tuple[Sequence[RowMapping], str | None]:
    """A page of keyed rows, and the cursor that leads on if there are more. Raises BadCursor."""
    asked = select(*found.c, *also).order_by(*sorted_by.by(found.c))
    if page.cursor is not None:
        asked = asked.where(sorted_by.after(page.cursor, found.c))
    # One row more than asked for tells whether there is a next page.
    rows = db.execute(asked.offset(page.skip).limit(page.size + 1)).mappings().all()
    more, rows = len(rows) > page.size, rows[: page.size]
    return rows, sorted_by.cursor(dict(rows[-1])) if more else None
