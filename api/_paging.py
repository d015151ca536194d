"""Parts of long lists: `skip` and `limit`, or the number of a page, or a cursor that is stable while others write."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Query

from api._address import Whole
from commands.dto_base import MAX_ID
from queries._table import Page as RowsPage
from systems.sorting_system import MAX_CURSOR


@dataclass(frozen=True, slots=True)
class _Page:
    skip: int
    limit: int | None
    cursor: int


async def _page(
    skip: Annotated[Whole, Query(ge=0, le=MAX_ID, description="How many to pass over")] = 0,
    limit: Annotated[Whole | None, Query(ge=1, le=100_000, description="How many at the most")] = None,
    cursor: Annotated[Whole, Query(ge=0, le=MAX_ID, description="From `Link: rel=next` of the page before")] = 0,
) -> _Page:
    return _Page(skip, limit, cursor)


Page = Annotated[_Page, Depends(_page)]

Cursor = Annotated[
    str | None,
    Query(max_length=MAX_CURSOR, description="From `Link: rel=next` of the page before; instead of a page number"),
]


def numbered(number: int, size: int, cursor: str | None) -> RowsPage:
    """The page of this number, or the one that a cursor leads to."""
    return RowsPage(size, number * size if cursor is None else 0, cursor)


async def _table_page(
    page: Annotated[Whole, Query(ge=0, le=2**31 - 1, description="The number of the page; the first is 0")] = 0,
    page_size: Annotated[Whole, Query(ge=1, le=10_000, description="How many rows at the most")] = 100,
    cursor: Cursor = None,
) -> RowsPage:
    return numbered(page, page_size, cursor)


async def _text_page(
    page_number: Annotated[
        Whole | None, Query(ge=0, le=2**31 - 1, description="The number of the page; the first is 0")
    ] = None,
    page_size: Annotated[Whole | None, Query(ge=1, le=1_000, description="How many hits at the most; else 100")] = None,
    cursor: Cursor = None,
) -> RowsPage:
    return numbered(page_number or 0, page_size or 100, cursor)


TextPage = Annotated[RowsPage, Depends(_text_page)]
TablePage = Annotated[RowsPage, Depends(_table_page)]
