"""Rows as the log tells them, without a database: what something was like before it was removed."""

from collections.abc import Iterable, Sequence
from typing import Any

from events._event import Recorded
from projections._coalesce import At, Quoter, coalesce
from projections._write import Projector, Table


def retell(
    recorded: Iterable[Recorded], projectors: Sequence[Projector], quote: Quoter, table: Table
) -> dict[tuple[Any, ...], dict[str, Any]]:
    """The rows of one table after these events, by primary key."""
    rows = coalesce(recorded, projectors, quote).rows.get(table, {})
    return {key: _plain(row.values) for key, row in rows.items() if row.values is not None}


def _plain(values: dict[str, Any]) -> dict[str, Any]:
    return {name: value.revision if isinstance(value, At) else value for name, value in values.items()}
