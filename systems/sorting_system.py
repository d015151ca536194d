"""Sort orders as SQL, and cursors that lead on from a row however much is written meanwhile."""

import math
from base64 import b64decode, urlsafe_b64encode
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from hashlib import sha256
from typing import Any, Literal

import orjson
from sqlalchemy import ColumnElement, Double, Select, and_, func, literal, or_
from sqlalchemy.sql.base import ReadOnlyColumnCollection

from systems.filter_system import BadFilter, Columns, column_of

PREFIX = 200
"""How many characters of a long text count, because sorting keeps them, and so do cursors."""

MAX_SORTS = 10
MAX_CURSOR = 10_000
Sorted = Select[Any]
Rows = ReadOnlyColumnCollection[str, Any]


class SortDirection(str, Enum):
    asc = "asc"
    desc = "desc"


class BadCursor(Exception):
    """This cursor is none that a page of this list, in this order, was answered with."""


@dataclass(frozen=True, slots=True)
class Sorting:
    """What rows are sorted by: null comes last, both ways. `join` brings in the table that it is found in.

    The join finds at most one row for each, so that there are as many rows with it as without.
    """

    key: ColumnElement[Any]
    kind: Literal["text", "number", "moment", "truth"] = "text"
    join: Callable[[Sorted], Sorted] = lambda rows: rows


@dataclass(frozen=True, slots=True)
class Sort:
    column: str | int
    direction: SortDirection = SortDirection.asc


def prefix(text: ColumnElement[Any]) -> ColumnElement[Any]:
    return func.left(text, PREFIX)


@dataclass(frozen=True)
class Order:
    """Sorts that stand for one another's ties; ties of all are decided by id."""

    sorts: Sequence[tuple[Sort, Sorting]]

    def keyed(self, rows: Sorted) -> Sorted:
        """The rows with what they are sorted by, as `key_0` and so on."""
        for number, (_, sorting) in enumerate(self.sorts):
            rows = sorting.join(rows).add_columns(sorting.key.label(f"key_{number}"))
        return rows

    def by(self, rows: Rows) -> Iterator[ColumnElement[Any]]:
        """What to order keyed rows by."""
        for number, (sort, _) in enumerate(self.sorts):
            key = rows[f"key_{number}"]
            yield (key.desc() if sort.direction is SortDirection.desc else key.asc()).nulls_last()
        yield rows["id"]

    def cursor(self, row: Mapping[str, Any]) -> str:
        """Leads on from a keyed row."""
        keys = [_written(row[f"key_{number}"]) for number in range(len(self.sorts))]
        return urlsafe_b64encode(orjson.dumps([self._name, row["id"], *keys])).decode().rstrip("=")

    def after(self, cursor: str, rows: Rows) -> ColumnElement[bool]:
        """Of keyed rows, those behind the one that the cursor was made from. Raises BadCursor."""
        id, keys = self._read(cursor)
        beyond: list[ColumnElement[bool]] = []
        same: list[ColumnElement[bool]] = []
        for number, (sort, _) in enumerate(self.sorts):
            key = rows[f"key_{number}"]
            if keys[number] is None:
                same.append(key.is_(None))
                continue
            value = literal(keys[number], Double() if isinstance(keys[number], float) else key.type)
            further = key < value if sort.direction is SortDirection.desc else key > value
            beyond.append(and_(*same, or_(further, key.is_(None))))
            same.append(key == value)
        return or_(*beyond, and_(*same, rows["id"] > id))

    @property
    def _name(self) -> str:
        """What tells this order from others."""
        sorts = [(sort.column, sort.direction, sorting.kind) for sort, sorting in self.sorts]
        return sha256(orjson.dumps(sorts)).hexdigest()[:8]

    def _read(self, cursor: str) -> tuple[int, list[Any]]:
        try:
            said = orjson.loads(b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True))
            name, id, *keys = said
            if name != self._name or type(id) is not int or not 0 < id < 2**53 or len(keys) != len(self.sorts):
                raise BadCursor
            return id, [_value(key, sorting.kind) for key, (_, sorting) in zip(keys, self.sorts, strict=True)]
        except (ValueError, TypeError):
            raise BadCursor from None


def order(sorts: Sequence[Sort], known: Columns) -> Order:
    """Raises BadFilter."""
    found: dict[str | int, tuple[Sort, Sorting]] = {}
    for number, sort in enumerate(sorts):
        column = column_of(known, sort.column, ("sorts", number, "column"))
        if column.sorting is None:
            names = ", ".join(one.name for one in known.values() if one.sorting is not None)
            raise BadFilter(("sorts", number, "column"), f"One cannot sort by {column.name}, but by {names}")
        if sort.column not in found:
            found[sort.column] = (sort, column.sorting())
    return Order(list(found.values()))


def _written(key: Any) -> Any:
    return key.isoformat() if isinstance(key, datetime) else key


def _value(key: Any, kind: str) -> Any:
    """A key as it was written into a cursor, which anybody can write. Raises ValueError, TypeError."""
    if key is None:
        return None
    match kind:
        case "moment":
            moment = datetime.fromisoformat(key)
            if moment.tzinfo is None:
                raise ValueError(key)
            return moment
        case "truth" if isinstance(key, bool):
            return key
        case "number" if isinstance(key, (int, float)) and not isinstance(key, bool) and math.isfinite(key):
            return float(key)
        case "text" if isinstance(key, str) and "\0" not in key:
            return key
    raise ValueError(key)
