"""Documents and memos as they are filtered."""

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from projections.source_document_orm import SourceDocumentORM
from queries import memo_filter, sdoc_filter
from queries._table import Page, SearchTable
from queries.table_search_dto import MemoFilter, SdocFilter
from repos.embedded_postgres import EmbeddedPostgres
from repos.postgres_repo import Postgres
from systems.filter_system import EVERYTHING, Expression, Group, LogicalOperator
from systems.sorting_system import Sort
from tests.conftest import new_database
from tests.queries._archive import (
    ADA,
    AUTHOR,
    BOB,
    DELIGHT,
    DIARY,
    EVE,
    GRIEF,
    JOY,
    LETTER,
    LIBRARY,
    OTHER,
    PROJECT,
    YEAR,
    tell,
)

NAME, TYPE, TAGS, CODES, USERS, SPANS = (
    "SD_SOURCE_DOCUMENT_NAME",
    "SD_SOURCE_DOCUMENT_TYPE",
    "SD_TAG_ID_LIST",
    "SD_CODE_ID_LIST",
    "SD_USER_ID_LIST",
    "SD_SPAN_ANNOTATIONS",
)


@pytest.fixture(scope="module")
def postgres(server: EmbeddedPostgres, template: str) -> Iterator[Postgres]:
    postgres = Postgres(new_database(server.url, "sdoc_filter", template), pool_size=2)
    tell(postgres, PROJECT, list(LIBRARY.facts()))
    tell(postgres, OTHER, list(LIBRARY.shifted(1_000).facts()))
    yield postgres
    postgres.close()


@pytest.fixture
def db(postgres: Postgres) -> Iterator[Session]:
    with postgres.snapshot() as db:
        yield db


def asked(*items: Any, logic: str = "and") -> dict[str, Any]:
    return {"items": items, "logic_operator": logic}


def compared(column: str | int, operator: str, value: Any) -> dict[str, Any]:
    return {"column": column, "operator": operator, "value": value}


@pytest.mark.parametrize(
    ("column", "operator", "value", "expected"),
    [
        (NAME, "STRING_STARTS_WITH", "strasse", [1, 2]),
        (NAME, "STRING_EQUALS", "\u00c9MILE'S", [5]),
        (TYPE, "ID_EQUALS", "image", [7, 8]),
        (TYPE, "ID_NOT_EQUALS", "text", [7, 8]),
        (TAGS, "ID_LIST_CONTAINS", LETTER, [1, 2, 6]),
        (TAGS, "ID_LIST_CONTAINS", str(LETTER), [1, 2, 6]),
        (TAGS, "ID_LIST_CONTAINS", [str(LETTER), DIARY], [2]),
        (TAGS, "ID_LIST_NOT_CONTAINS", [LETTER, DIARY], [4, 5, 7]),
        (TAGS, "ID_LIST_CONTAINS", [], [1, 2, 3, 4, 5, 6, 7, 8]),
        (CODES, "ID_LIST_CONTAINS", [GRIEF], [2, 3, 4, 5, 6, 8]),
        (CODES, "ID_LIST_CONTAINS", [JOY, DELIGHT], [1, 4, 6]),
        (CODES, "ID_LIST_NOT_CONTAINS", [JOY], [8]),
        (USERS, "ID_LIST_CONTAINS", EVE, [3, 7]),
        (USERS, "ID_LIST_NOT_CONTAINS", [ADA], [7, 8]),
        (SPANS, "LIST_CONTAINS", [str(JOY), "LAZY AFTERNOON"], [1, 6]),
        (SPANS, "ID_LIST_CONTAINS", [[str(JOY), "stra\u00dfe"]], [4, 5]),
        (SPANS, "LIST_CONTAINS", [[str(JOY), "a_b"], [GRIEF, "1000"]], [3]),
        (SPANS, "LIST_NOT_CONTAINS", [[str(JOY), "a_b"], [GRIEF, "100%"]], [1, 4, 5, 6, 7, 8]),
        (AUTHOR, "STRING_NOT_EQUALS", "ada", [2, 3, 4, 5, 6, 7, 8]),
        (YEAR, "NUMBER_GT", 1916, [2, 6]),
    ],
)
def test_documents_are_found(db: Session, column: str | int, operator: str, value: Any, expected: list[int]) -> None:
    filter = SdocFilter.model_validate(asked(compared(column, operator, value)))
    assert sorted(db.scalars(sdoc_filter.matching(db, PROJECT, filter))) == expected


def test_those_who_search_in_documents_take_the_filter_along(db: Session) -> None:
    filter = SdocFilter.model_validate(asked(compared(TAGS, "ID_LIST_CONTAINS", LETTER)))
    document = SourceDocumentORM.__table__.c
    found = sdoc_filter.sdocs(db, PROJECT).search(
        db, filter.tree(), [Sort(NAME)], Page(10), document.id.in_(select(document.id).where(document.id > 1))
    )
    assert (found.total, found.ids) == (2, [6, 2])


def test_a_filter_without_expressions_lets_everything_through(db: Session) -> None:
    for logic in ("and", "or", "not"):
        for items in ((), (asked(logic="or"), asked(asked(), logic="not"))):
            filter = SdocFilter.model_validate(asked(*items, logic=logic))
            assert len(list(db.scalars(sdoc_filter.matching(db, PROJECT, filter)))) == len(LIBRARY.documents)
    nothing = asked(compared(NAME, "STRING_EQUALS", "nowhere"), asked(logic="or"), logic="or")
    assert list(db.scalars(sdoc_filter.matching(db, PROJECT, SdocFilter.model_validate(nothing)))) == []


def test_keys_of_several_kinds_of_documents_are_told_apart(db: Session) -> None:
    table = sdoc_filter.sdocs(db, PROJECT)
    assert table.columns[AUTHOR].label == "author"
    assert not table.columns[SPANS].sorting


@pytest.mark.parametrize(
    ("column", "operator", "value", "expected"),
    [
        ("M_CONTENT", "STRING_CONTAINS", "HIS", 2),
        ("M_CONTENT", "STRING_EQUALS", "strasse", 1),
        ("M_TITLE", "STRING_EQUALS", "", 10),
        ("M_STARRED", "BOOLEAN_EQUALS", False, 0),
        ("M_STARRED", "BOOLEAN_NOT_EQUALS", False, 10),
        ("M_USER_ID", "ID_EQUALS", str(BOB), 4),
    ],
)
def test_memos_are_found(db: Session, column: str, operator: str, value: Any, expected: int) -> None:
    filter = MemoFilter.model_validate(asked(compared(column, operator, value)))
    assert len(list(db.scalars(memo_filter.matching(PROJECT, filter)))) == expected


def test_a_hundred_comparisons_are_planned_in_time(db: Session) -> None:
    """As many as are allowed, of the most costly kind."""
    table: SearchTable = sdoc_filter.sdocs(db, PROJECT)
    db.execute(text("SET LOCAL statement_timeout = '5s'"))
    numbers = list(range(1, 101))
    by_code, by_tag = ([compared(column, "ID_LIST_CONTAINS", numbers)] for column in (CODES, TAGS))
    by_span = [compared(SPANS, "LIST_CONTAINS", [[number, "lazy"] for number in numbers])]
    by_name = [compared(AUTHOR, "STRING_CONTAINS", f"{number}") for number in numbers]
    for items in (by_code, by_tag, by_span, by_name):
        for logic in ("and", "or", "not"):
            tree = SdocFilter.model_validate(asked(*items, logic=logic)).tree()
            assert table.search(db, tree, [Sort(AUTHOR)], Page(10)).total in (0, len(LIBRARY.documents))


def test_a_group_of_groups_is_what_its_items_are(db: Session) -> None:
    letters = Expression(TAGS, next(iter(sdoc_filter.sdocs(db, PROJECT).columns[TAGS].comparison.operators)), LETTER)
    tree = Group(LogicalOperator.not_, [Group(LogicalOperator.not_, [letters]), Group(LogicalOperator.or_, [])])
    found = sdoc_filter.sdocs(db, PROJECT).search(db, tree, [], Page(10))
    assert list(found.ids) == [1, 2, 6]
    assert EVERYTHING.items == ()
