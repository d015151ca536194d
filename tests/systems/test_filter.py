"""What may stand in a filter, and what one is told of what may not."""

from typing import Any

import pytest
from sqlalchemy import column
from sqlalchemy.dialects import postgresql
from sqlalchemy.dialects.postgresql import JSONB

from systems import filter_value_system as read
from systems.filter_sql_system import Words, dates, ids, lists, numbers, strings
from systems.filter_system import (
    MAX_DEPTH,
    MAX_VALUES,
    OPERATORS,
    BadFilter,
    BadValue,
    Column,
    DateOperator,
    Expression,
    FilterOperator,
    Group,
    IDOperator,
    ListOperator,
    LogicalOperator,
    NumberOperator,
    StringOperator,
    columns,
    condition,
)

_words = Words(column("title"), column("title_fold"))
_list = Words(column("words", JSONB), column("words_fold", JSONB))
KNOWN = columns(
    Column("TITLE", "Title", FilterOperator.STRING, strings(lambda test: test(_words))),
    Column("OWNER", "Owner", FilterOperator.ID, ids(lambda test: test(column("owner")))),
    Column(17, "year", FilterOperator.NUMBER, numbers(lambda test: test(column("year")))),
    Column(18, "day", FilterOperator.DATE, dates(lambda test: test(column("day")))),
    Column(19, "words", FilterOperator.LIST, lists(lambda test: test(_list))),
)
FAR = "9999-12-31T23:59-23:59"
title = Expression("TITLE", StringOperator.EQUALS, "Emma")


def group(*items: Expression | Group, logic: LogicalOperator = LogicalOperator.and_) -> Group:
    return Group(logic, items)


def sql(*items: Expression | Group, logic: LogicalOperator = LogicalOperator.and_) -> str:
    found = condition(group(*items, logic=logic), KNOWN)
    dialect = postgresql.dialect()  # type: ignore[no-untyped-call]
    return "" if found is None else str(found.compile(dialect=dialect, compile_kwargs={"literal_binds": True}))


def refused(*items: Expression | Group) -> BadFilter:
    with pytest.raises(BadFilter) as caught:
        condition(group(*items), KNOWN)
    return caught.value


def test_case_is_folded_unless_it_matters() -> None:
    assert sql(title) == "title_fold = 'emma'"
    assert sql(Expression("TITLE", StringOperator.EQUALS, "Emma", case_sensitive=True)) == "title = 'Emma'"


def test_groups_are_nested_as_they_are_asked_for() -> None:
    year = Expression(17, NumberOperator.GTE, 1916)
    neither = group(year, title, logic=LogicalOperator.not_)
    assert sql(title, neither) == "title_fold = 'emma' AND NOT (year >= 1916.0 OR title_fold = 'emma')"
    assert sql(title, year, logic=LogicalOperator.or_) == "title_fold = 'emma' OR year >= 1916.0"


@pytest.mark.parametrize("logic", LogicalOperator)
def test_an_empty_group_says_nothing(logic: LogicalOperator) -> None:
    assert sql(logic=logic) == ""
    assert sql(group(logic=logic), group(group(logic=logic)), logic=logic) == ""
    assert sql(title, group(logic=logic)) == "title_fold = 'emma'"


def test_an_unknown_column_is_named_with_those_that_are_there() -> None:
    bad = refused(title, group(title, Expression(99, StringOperator.EQUALS, "")))
    assert bad.place == ("filter", "items", 1, "filter", "items", 1, "expression", "column")
    assert str(bad) == "There is no column 99 here, but TITLE, OWNER, 17 (year), 18 (day), 19 (words)"


def test_an_operator_of_another_type_is_named_with_those_of_the_column() -> None:
    bad = refused(Expression(18, StringOperator.EQUALS, ""))
    assert bad.place == ("filter", "items", 0, "expression", "operator")
    assert str(bad) == "18 (day) is compared by DATE_EQUALS, DATE_GT, DATE_LT, DATE_GTE, DATE_LTE"


DAYS = "a day such as 1916-02-21, or a moment such as 1916-02-21T08:00:00Z, from 0001-01-02 to 9999-12-30"


@pytest.mark.parametrize(
    ("key", "operator", "value", "takes"),
    [
        ("TITLE", StringOperator.CONTAINS, 17, "a text"),
        ("OWNER", IDOperator.EQUALS, "me", "an id"),
        ("OWNER", IDOperator.EQUALS, 2**53, "an id"),
        ("OWNER", IDOperator.EQUALS, True, "an id"),
        (17, NumberOperator.GT, "17", "a number"),
        (17, NumberOperator.GT, False, "a number"),
        (18, DateOperator.EQUALS, "May", DAYS),
        (18, DateOperator.LTE, "9999-12-31", DAYS),
        (19, ListOperator.CONTAINS, [1], "a text, or a list of texts"),
        (19, ListOperator.CONTAINS, 1, "a text, or a list of texts"),
    ],
)
def test_a_value_of_another_type_is_told_what_is_taken(
    key: str | int, operator: Any, value: object, takes: str
) -> None:
    bad = refused(Expression(key, operator, value))
    assert bad.place == ("filter", "items", 0, "expression", "value")
    assert str(bad).endswith(f" with {operator.value} takes {takes}")


def test_a_tree_is_bounded() -> None:
    deep = group(title)
    for _ in range(MAX_DEPTH - 2):
        deep = group(deep)
    assert sql(deep)
    assert "at most" in str(refused(group(deep)))
    assert sql(*[title] * MAX_VALUES)
    assert "at most" in str(refused(*[title] * MAX_VALUES, title))
    many = Expression(19, ListOperator.CONTAINS, ["a"] * MAX_VALUES)
    assert condition(group(many), KNOWN) is not None
    assert refused(many, title).place == ("filter", "items", 1, "expression")


def test_every_type_has_operators_of_its_own() -> None:
    assert set(OPERATORS) == set(FilterOperator)
    for type_, operators in OPERATORS.items():
        assert all(operator.value.startswith(f"{type_.value}_") for operator in operators)


@pytest.mark.parametrize(
    ("day", "begin", "end"),
    [
        ("1916-02-21", "1916-02-21T00:00:00+00:00", "1916-02-22T00:00:00+00:00"),
        ("1916-02-21T08:00:00Z", "1916-02-21T08:00:00+00:00", "1916-02-21T08:00:00+00:00"),
        ("1916-02-21T00:30:00+01:00", "1916-02-20T23:30:00+00:00", "1916-02-20T23:30:00+00:00"),
        ("1916-02-21T08:00", "1916-02-21T08:00:00+00:00", "1916-02-21T08:00:00+00:00"),
    ],
)
def test_a_day_is_a_span_and_a_moment_a_point(day: str, begin: str, end: str) -> None:
    span = read.moments(day)
    assert (span.begin.isoformat(), span.end.isoformat()) == (begin, end)


@pytest.mark.parametrize(
    "day",
    [
        "0001-01-01",
        "9999-12-31",
        "1916-13-01",
        "1916",
        "19160221",
        "",
        1916,
        None,
        "1916-02-21T25:00",
        "9999-12-31T23:59-23:59",
    ],
)
def test_what_is_on_no_calendar_is_no_date(day: object) -> None:
    with pytest.raises(BadValue):
        read.moments(day)


@pytest.mark.parametrize(
    ("value", "pairs"),
    [(["4", "sea"], [(4, "sea")]), ([[4, "sea"], ["5", "wind"]], [(4, "sea"), (5, "wind")]), ([], [])],
)
def test_pairs_stand_alone_or_in_a_list(value: object, pairs: object) -> None:
    assert read.pairs(value) == pairs


@pytest.mark.parametrize("value", ["x", 0, [4, "x"], [["4"]], {}])
def test_what_is_no_list_of_ids_is_told_what_is_one(value: object) -> None:
    with pytest.raises(BadValue, match=r"^an id, or a list of ids$"):
        read.ids(value)


@pytest.mark.parametrize("value", ["4", ["sea", 4], [["4"]], [["4", "sea"], "5"], ["4", "sea", "wind"], 4])
def test_what_is_no_pair_is_refused(value: object) -> None:
    with pytest.raises(BadValue, match=r"^an id and a text, or a list of these$"):
        read.pairs(value)
