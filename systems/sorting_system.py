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
from sqlalchemy import ColumnElement, Double, Select, and_, case, func, literal, or_
from sqlalchemy.sql.base import ReadOnlyColumnCollection

from systems.filter_system import BadFilter, Columns, column_of

PREFIX = 200
"""How many characters of a long text count, because sorting keeps them, and so do cursors."""

MAX_SORTS = 10
MAX_CURSOR = 10_000
Sorted = Select[Any]
Rows = ReadOnlyColumnCollection[str, Any]
Kind = Literal["text", "number", "moment", "truth", "id"]


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
    kind: Kind = "text"
    join: Callable[[Sorted], Sorted] = lambda rows: rows


@dataclass(frozen=True, slots=True)
class Sort:
    column: str | int
    direction: SortDirection = SortDirection.asc


def prefix(text: ColumnElement[Any]) -> ColumnElement[Any]:
    return func.left(text, PREFIX)


def digest(text: ColumnElement[Any]) -> ColumnElement[Any]:
    """What tells a text from others with the same prefix; nothing if the prefix is all of it."""
    whole = func.encode(func.sha256(func.convert_to(text, "UTF8")), "hex")
    return case((func.length(text) > PREFIX, whole), else_="")


@dataclass(frozen=True)
class Order:
    """Sorts that stand for one another's ties; ties of all are decided by `last`, which is another in every row."""

    sorts: Sequence[tuple[Sort, Sorting]]
    last: Sorting

    def keyed(self, rows: Sorted) -> Sorted:
        """The rows with what they are sorted by, as `key_0` and so on, and `last`."""
        for number, (_, sorting) in enumerate(self.sorts):
            rows = sorting.join(rows).add_columns(sorting.key.label(f"key_{number}"))
        return rows.add_columns(self.last.key.label("last"))

    def by(self, rows: Rows) -> Iterator[ColumnElement[Any]]:
        """What to order keyed rows by."""
        for number, (sort, _) in enumerate(self.sorts):
            key = rows[f"key_{number}"]
            yield (key.desc() if sort.direction is SortDirection.desc else key.asc()).nulls_last()
        yield rows["last"]

    def cursor(self, row: Mapping[str, Any]) -> str:
        """Leads on from a keyed row."""
        return written_cursor(self._name, [row["last"], *(row[f"key_{number}"] for number in range(len(self.sorts)))])

    def after(self, cursor: str, rows: Rows) -> ColumnElement[bool]:
        """Of keyed rows, those behind the one that the cursor was made from. Raises BadCursor."""
        last, *keys = self._read(cursor)
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
        return or_(*beyond, and_(*same, rows["last"] > literal(last, rows["last"].type)))

    @property
    def _name(self) -> str:
        """What tells this order from others."""
        sorts = [(sort.column, sort.direction, sorting.kind) for sort, sorting in self.sorts]
        return sha256(orjson.dumps(sorts)).hexdigest()[:8]

    def _read(self, cursor: str) -> list[Any]:
        keys = read_cursor(self._name, cursor, [self.last.kind, *(sorting.kind for _, sorting in self.sorts)])
        if keys[0] is None:
            raise BadCursor
        return keys


def written_cursor(name: str, keys: Sequence[Any]) -> str:
    """Leads on from a row that has these keys; `name` tells the order of its list from others."""
    return urlsafe_b64encode(orjson.dumps([name, *keys])).decode().rstrip("=")


def read_cursor(name: str, cursor: str, kinds: Sequence[Kind]) -> list[Any]:
    """The keys that a cursor was made from, each of its kind or null. Raises BadCursor."""
    try:
        said, *keys = orjson.loads(b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True))
        if said != name:
            raise BadCursor
        return [_value(key, kind) for key, kind in zip(keys, kinds, strict=True)]
    except (ValueError, TypeError):
        raise BadCursor from None


def order(sorts: Sequence[Sort], known: Columns, last: Sorting) -> Order:
    """Raises BadFilter."""
    found: dict[str | int, tuple[Sort, Sorting]] = {}
    for number, sort in enumerate(sorts):
        column = column_of(known, sort.column, ("sorts", number, "column"))
        if column.sorting is None:
            names = ", ".join(one.name for one in known.values() if one.sorting is not None)
            raise BadFilter(("sorts", number, "column"), f"One cannot sort by {column.name}, but by {names}")
        if sort.column not in found:
            found[sort.column] = (sort, column.sorting())
    return Order(list(found.values()), last)


def _value(key: Any, kind: Kind) -> Any:
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
        case "id" if type(key) is int and 0 < key < 2**53:
            return key
    raise ValueError(key)
