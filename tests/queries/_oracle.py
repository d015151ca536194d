"""Filters and sort orders worked out in Python, over plain values."""

import unicodedata
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from systems.filter_system import Expression, Group, LogicalOperator

Row = Mapping[str | int, Sequence[Any]]
"""What a row has in each column: no value, one, or many."""


def fold(text: str) -> str:
    return nfc(nfc(text).casefold())


def nfc(text: str) -> str:
    return unicodedata.normalize("NFC", text)


def holds(tree: Expression | Group, row: Row) -> bool | None:
    """None if the tree says nothing."""
    if isinstance(tree, Expression):
        return _compared(tree, row[tree.column])
    said = [one for one in (holds(item, row) for item in tree.items) if one is not None]
    if not said:
        return None
    match tree.logic:
        case LogicalOperator.and_:
            return all(said)
        case LogicalOperator.or_:
            return any(said)
        case LogicalOperator.not_:
            return not any(said)


def _compared(asked: Expression, values: Sequence[Any]) -> bool:
    same: Callable[[Any], Any] = nfc if asked.case_sensitive else fold
    wanted = asked.value
    match asked.operator.value:
        case "STRING_CONTAINS":
            return any(same(wanted) in same(value) for value in values)
        case "STRING_EQUALS":
            return any(same(wanted) == same(value) for value in values)
        case "STRING_NOT_EQUALS":
            return not any(same(wanted) == same(value) for value in values)
        case "STRING_STARTS_WITH":
            return any(same(value).startswith(same(wanted)) for value in values)
        case "STRING_ENDS_WITH":
            return any(same(value).endswith(same(wanted)) for value in values)
        case "ID_LIST_CONTAINS":
            return all(one in values for one in wanted)
        case "ID_LIST_NOT_CONTAINS":
            return not any(one in values for one in wanted)
        case "LIST_CONTAINS":
            return any(all(same(one) in map(same, items) for one in wanted) for items in values)
        case "LIST_NOT_CONTAINS":
            return not any(any(same(one) in map(same, items) for one in wanted) for items in values)
        case operator if operator.startswith("DATE"):
            return any(_dated(operator, wanted, value) for value in values)
        case operator if operator.endswith("NOT_EQUALS"):
            return wanted not in values
        case operator if operator.endswith("EQUALS"):
            return wanted in values
        case operator:
            return any(_measured(operator.rpartition("_")[2], value, wanted) for value in values)


def _dated(operator: str, wanted: str, value: datetime) -> bool:
    begin = datetime.fromisoformat(wanted)
    begin = begin if begin.tzinfo else begin.replace(tzinfo=UTC)
    last = begin + timedelta(days=1, microseconds=-1) if len(wanted) == 10 else begin
    match operator:
        case "DATE_EQUALS":
            return begin <= value <= last
        case "DATE_GT":
            return value > last
        case "DATE_LT":
            return value < begin
        case "DATE_GTE":
            return value >= begin
        case _:
            return value <= last


def _measured(verb: str, value: float, wanted: float) -> bool:
    return {"GT": value > wanted, "LT": value < wanted, "GTE": value >= wanted, "LTE": value <= wanted}[verb]
