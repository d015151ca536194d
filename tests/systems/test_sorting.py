"""Sort orders, and cursors that anybody may have written."""

from base64 import urlsafe_b64encode
from datetime import UTC, datetime
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Boolean, DateTime, Double, MetaData, String, Table, column, select
from sqlalchemy import Column as SQLColumn

from systems.filter_sql_system import Words, strings
from systems.filter_system import BadFilter, Column, FilterOperator, columns
from systems.sorting_system import MAX_CURSOR, BadCursor, Order, Sort, SortDirection, Sorting, order

_rows = Table(
    "rows",
    MetaData(),
    SQLColumn("id", Double),
    SQLColumn("title", String),
    SQLColumn("year", Double),
    SQLColumn("day", DateTime(timezone=True)),
    SQLColumn("starred", Boolean),
)
_never = strings(lambda test: test(Words(column("x"), column("x"))))
KNOWN = columns(
    Column("TITLE", "Title", FilterOperator.STRING, _never, lambda: Sorting(_rows.c.title)),
    Column(17, "year", FilterOperator.NUMBER, _never, lambda: Sorting(_rows.c.year, "number")),
    Column(18, "day", FilterOperator.DATE, _never, lambda: Sorting(_rows.c.day, "moment")),
    Column("STARRED", "Starred", FilterOperator.BOOLEAN, _never, lambda: Sorting(_rows.c.starred, "truth")),
    Column("TAGS", "Tags", FilterOperator.ID_LIST, _never),
)
LAST = Sorting(_rows.c.id, "id")
ALL = [Sort(key) for key in ("TITLE", 17, 18, "STARRED")]
KEYED: dict[str, Any] = {
    "last": 5,
    "key_0": "emma",
    "key_1": 1.5,
    "key_2": datetime(1916, 2, 21, tzinfo=UTC),
    "key_3": True,
}


def after(found: Order, cursor: str) -> str:
    rows = found.keyed(select(_rows.c.id)).subquery("found")
    return str(found.after(cursor, rows.c))


def written(*said: Any) -> str:
    return urlsafe_b64encode(orjson.dumps(said)).decode().rstrip("=")


def test_a_cursor_is_read_as_it_was_written() -> None:
    found = order(ALL, KNOWN, LAST)
    cursor = found.cursor(KEYED)
    assert found._read(cursor) == [5, *(KEYED[f"key_{number}"] for number in range(4))]
    assert len(cursor) < MAX_CURSOR
    assert "found.key_0 > " in after(found, cursor)


def test_nothing_comes_last_both_ways() -> None:
    for direction in SortDirection:
        found = order([Sort("TITLE", direction)], KNOWN, LAST)
        rows = found.keyed(select(_rows.c.id)).subquery("found")
        assert [str(one).endswith("NULLS LAST") for one in found.by(rows.c)] == [True, False]
        assert "IS NULL" in after(found, found.cursor({"last": 5, "key_0": "emma"}))
        assert ">" not in after(found, found.cursor({"last": 5, "key_0": None})).partition("found.last")[0]


def test_a_column_that_is_named_twice_counts_once() -> None:
    found = order([Sort("TITLE"), Sort(17), Sort("TITLE", SortDirection.desc)], KNOWN, LAST)
    assert [sort.column for sort, _ in found.sorts] == ["TITLE", 17]


@pytest.mark.parametrize(
    ("key", "told"), [("TAGS", "One cannot sort by TAGS, but by TITLE"), (99, "There is no column")]
)
def test_what_one_cannot_sort_by_is_named_with_what_one_can(key: str | int, told: str) -> None:
    with pytest.raises(BadFilter) as caught:
        order([Sort("TITLE"), Sort(key)], KNOWN, LAST)
    assert caught.value.place == ("sorts", 1, "column")
    assert str(caught.value).startswith(told)


@pytest.mark.parametrize(
    "keys",
    [
        ("emma", 1.5, "1916-02-21T00:00:00+00:00"),
        ("emma", 1.5, "1916-02-21T00:00:00+00:00", True, True),
        (1, 1.5, "1916-02-21T00:00:00+00:00", True),
        ("nul \0", 1.5, "1916-02-21T00:00:00+00:00", True),
        ("emma", "1.5", "1916-02-21T00:00:00+00:00", True),
        ("emma", True, "1916-02-21T00:00:00+00:00", True),
        ("emma", 1.5, "1916-02-21", True),
        ("emma", 1.5, "yesterday", True),
        ("emma", 1.5, 1916, True),
        ("emma", 1.5, "1916-02-21T00:00:00+00:00", 1),
        ([], 1.5, "1916-02-21T00:00:00+00:00", True),
    ],
)
def test_keys_of_other_types_are_refused(keys: tuple[Any, ...]) -> None:
    found = order(ALL, KNOWN, LAST)
    with pytest.raises(BadCursor):
        after(found, written(found._name, 5, *keys))


@pytest.mark.parametrize("id", [0, -1, 2**53, "5", 5.5, None, True, []])
def test_ids_that_are_none_are_refused(id: Any) -> None:
    found = order([], KNOWN, LAST)
    with pytest.raises(BadCursor):
        after(found, written(found._name, id))


@given(st.text() | st.binary().map(lambda data: urlsafe_b64encode(data).decode()))
def test_what_is_no_cursor_is_refused(cursor: str) -> None:
    with pytest.raises(BadCursor):
        after(order([], KNOWN, LAST), cursor)


@pytest.mark.parametrize("said", [[], {}, "x", 5, None, [[]], ["x", 5]])
def test_what_is_no_cursor_of_this_order_is_refused(said: Any) -> None:
    cursor = urlsafe_b64encode(orjson.dumps(said)).decode()
    with pytest.raises(BadCursor):
        after(order([], KNOWN, LAST), cursor)
