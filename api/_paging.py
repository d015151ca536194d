"""Parts of long lists: `skip` and `limit`, or a cursor that is stable while others write."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Query

from api._address import Whole
from commands.dto_base import MAX_ID


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
