"""Values in filters, read as what a column is compared with; what is of another type is a BadValue."""

import re
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from systems.filter_system import BadValue

T = TypeVar("T")
MAX_ID = 2**53 - 1
_EARLIEST, _LATEST = datetime(1, 1, 2, tzinfo=UTC), datetime(9999, 12, 30, tzinfo=UTC)
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


@dataclass(frozen=True, slots=True)
class Span:
    """The moments from `begin` to before `end`; of a moment alone, nothing lies between."""

    begin: datetime
    end: datetime


def truth(value: Any) -> bool:
    if isinstance(value, bool):
        return value
    raise BadValue("true or false")


def text(value: Any) -> str:
    if isinstance(value, str):
        return value
    raise BadValue("a text")


def texts(value: Any) -> list[str]:
    """One or many."""
    return _listed(text, value, "a text, or a list of texts")


def number(value: Any) -> float:
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return value
    raise BadValue("a number")


def id(value: Any) -> int:
    """Also written as a text, as existing front ends do."""
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 20:
        value = int(value)
    if isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= MAX_ID:
        return value
    raise BadValue("an id")


def ids(value: Any) -> list[int]:
    """One or many."""
    return _listed(id, value, "an id, or a list of ids")


def _listed(read: Callable[[Any], T], value: Any, what: str) -> list[T]:
    try:
        return [read(one) for one in value] if isinstance(value, list) else [read(value)]
    except BadValue:
        raise BadValue(what) from None


def choice(choices: Sequence[str], value: Any) -> str:
    if isinstance(value, str) and value in choices:
        return value
    raise BadValue(f"one of {', '.join(choices)}")


def pairs(value: Any) -> list[tuple[int, str]]:
    """An id and a text, or a list of such pairs."""
    if isinstance(value, list) and all(isinstance(one, list) for one in value):
        return [_pair(one) for one in value]
    return [_pair(value)]


def _pair(value: Any) -> tuple[int, str]:
    if isinstance(value, list) and len(value) == 2 and isinstance(value[1], str):
        with suppress(BadValue):
            return id(value[0]), value[1]
    raise BadValue("an id and a text, or a list of these")


def moments(value: Any) -> Span:
    """A day or a moment, in UTC unless it says otherwise."""
    if isinstance(value, str) and _DAY.match(value):
        try:
            moment = datetime.fromisoformat(value)
            moment = moment.replace(tzinfo=moment.tzinfo or UTC).astimezone(UTC)
        except (ValueError, OverflowError):
            moment = _EARLIEST - timedelta(1)
        if _EARLIEST <= moment <= _LATEST:
            return Span(moment, moment + timedelta(days=1) if _DAY.fullmatch(value) else moment)
    days = f"from {_EARLIEST.date()} to {_LATEST.date()}"
    raise BadValue(f"a day such as 1916-02-21, or a moment such as 1916-02-21T08:00:00Z, {days}")
