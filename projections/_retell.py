"""Rows as the log tells them, without a database: what something was like before it was removed."""

from collections.abc import Iterable
from typing import Any

from events._event import Recorded
from projections._coalesce import Quoter, coalesce
from projections._write import Projectors, Table


def retell(
    recorded: Iterable[Recorded], projectors: Projectors, quote: Quoter, table: Table
) -> dict[tuple[Any, ...], dict[str, Any]]:
    """The rows of one table after these events, by primary key; what no event has set is None."""
    rows = coalesce(recorded, projectors, quote).rows.get(table, {})
    unset = dict.fromkeys(table.__table__.columns.keys())
    return {key: {**unset, **row.values} for key, row in rows.items() if row.values is not None}
