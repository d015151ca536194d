"""`ETag` and `If-Match`: nobody overwrites what they have not read."""

import pytest

from tests.api._fields import resolved
from tests.api._row import Row
from tests.api._sending import FIRST_OF_ROUTE, send
from tests.api._world import Things, World

VERSIONED = [
    row
    for row in FIRST_OF_ROUTE
    if row.methods in ("PATCH", "PUT", "DELETE") and "bulk" not in row.route and row.expected["anonymous"] == 401
]
