"""From page to page, as the answers say."""

from collections.abc import Iterator
from typing import Any

import httpx2

from tests.api._people import Person


def followed(who: Person, page: httpx2.Response, body: Any) -> Iterator[httpx2.Response]:
    """This page and those that its links lead to with the same body, each asked for when it is wanted."""
    yield page
    while "next" in page.links:
        page = who.http.post(page.links["next"]["url"], json=body)
        yield page
