"""Annotations as a table: filtered, sorted and paged, as it is worked out over plain values."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from events._event import Fact
from events.span_annotation_events import SpanAnnotationDeleted
from queries import annotation_table
from queries._table import Found, Page, SearchTable
from repos.embedded_postgres import EmbeddedPostgres
from repos.postgres_repo import Postgres
from systems.filter_system import (
    EVERYTHING,
    BadFilter,
    BooleanOperator,
    DateOperator,
    Expression,
    Group,
    IDListOperator,
    IDOperator,
    ListOperator,
    LogicalOperator,
    NumberOperator,
    StringOperator,
)
from systems.sorting_system import BadCursor, Sort, SortDirection
from tests.conftest import new_database
from tests.events.golden import example
from tests.queries._archive import (
    ADA,
    AUTHOR,
    BOB,
    DELIGHT,
    DIARY,
    EVE,
    GRIEF,
    JOY,
    KEYWORDS,
    LETTER,
    LIBRARY,
    OTHER,
    PRINTED,
    PROJECT,
    WRITTEN,
    YEAR,
    Annotation,
    Archive,
    tell,
)
from tests.queries._oracle import Row, fold, holds

TEXT, CODE, USER, MEMO, NAME, TAGS = (
    "SP_SPAN_TEXT",
    "SP_CODE_ID",
    "SP_USER_ID",
    "SP_MEMO_CONTENT",
    "SP_SOURCE_SOURCE_DOCUMENT_NAME",
    "SP_TAG_ID_LIST",
)
ALL = Page(1_000)


@pytest.fixture(scope="module")
def postgres(server: EmbeddedPostgres, template: str) -> Iterator[Postgres]:
    """The library, and the same in another project; read only."""
    postgres = Postgres(new_database(server.url, "annotation_table", template), pool_size=4)
    tell(postgres, PROJECT, list(LIBRARY.facts()))
    tell(postgres, OTHER, list(LIBRARY.shifted(1_000).facts()))
    yield postgres
    postgres.close()


@pytest.fixture
def db(postgres: Postgres) -> Iterator[Session]:
    with postgres.snapshot() as db:
        yield db


@pytest.fixture
def spans(db: Session) -> SearchTable:
    return annotation_table.spans(db, PROJECT, ADA)


def row(one: Annotation, archive: Archive = LIBRARY) -> Row:
    document = next(document for document in archive.documents if document.id == one.sdoc)
    values: dict[str | int, Sequence[Any]] = {
        TEXT: [one.text],
        CODE: [one.code],
        USER: [one.user],
        MEMO: list(one.memos.values()),
        NAME: [document.name],
        TAGS: document.tags,
    }
    return values | {id: [document.metadata[id]] if id in document.metadata else [] for id in archive.definitions}


def all_of(*items: Expression | Group) -> Group:
    return Group(LogicalOperator.and_, items)


def text(value: str, operator: StringOperator = StringOperator.CONTAINS, **more: Any) -> Expression:
    return Expression(TEXT, operator, value, **more)


def ids(db: Session, table: SearchTable, filter: Group) -> list[int]:
    found = table.search(db, filter, [], ALL)
    assert found.total == len(found.ids)
    assert list(db.scalars(table.matching(filter).order_by("id"))) == list(found.ids)
    return list(found.ids)


PIECES = ("", "lazy", "LAZY", "%", "_", "a_b", "\\", "'", "SS", "Ada", "100%", "mine", "only")
ACCENTED = ("stra\u00dfe", "\u00e9", "e\u0301", "\u00c9MILE", "\u03c3", "\u03c2")
WORDS = st.sampled_from([*PIECES, *ACCENTED])
ITEMS = st.sampled_from(["hunger", "FRONT", "Hunger", "stra\u00dfe"])


def compared(column: str | int, operators: type, values: st.SearchStrategy[Any]) -> st.SearchStrategy[Expression]:
    return st.builds(Expression, st.just(column), st.sampled_from(operators), values, st.booleans())


EXPRESSIONS = st.one_of(
    *(compared(column, StringOperator, WORDS) for column in (TEXT, MEMO, NAME, AUTHOR)),
    compared(CODE, IDOperator, st.sampled_from([JOY, DELIGHT, GRIEF, 999])),
    compared(USER, IDOperator, st.sampled_from([ADA, BOB, EVE])),
    compared(TAGS, IDListOperator, st.lists(st.sampled_from([LETTER, DIARY, 999]), max_size=2)),
    compared(YEAR, NumberOperator, st.sampled_from([1916, 1916.5, -3, 0, 1e300])),
    compared(
        WRITTEN,
        DateOperator,
        st.sampled_from(["1916-05-21", "1916-05-22", "1916-05-21T08:30:00Z", "1916-05-21T10:30+02:00", "1916-05-20"]),
    ),
    compared(PRINTED, BooleanOperator, st.booleans()),
    compared(KEYWORDS, ListOperator, st.lists(ITEMS, max_size=2)),
)
TREES = st.recursive(
    EXPRESSIONS,
    lambda inner: st.builds(Group, st.sampled_from(LogicalOperator), st.lists(inner, max_size=3)),
    max_leaves=6,
).map(lambda item: item if isinstance(item, Group) else all_of(item))


@settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
@given(tree=TREES)
def test_a_filter_finds_what_it_says(postgres: Postgres, tree: Group) -> None:
    expected = [one.id for one in LIBRARY.spans if holds(tree, row(one)) is not False]
    with postgres.snapshot() as db:
        assert ids(db, annotation_table.spans(db, PROJECT, ADA), tree) == expected


KEYS: dict[str | int, Callable[[Row, Annotation], Any]] = {
    TEXT: lambda row, _: fold(row[TEXT][0]),
    CODE: lambda row, _: fold(LIBRARY.codes[row[CODE][0]][0]),
    MEMO: lambda _, one: fold(one.memos.get(ADA, next(iter(one.memos.values()), ""))) if one.memos else None,
    NAME: lambda row, _: fold(row[NAME][0]),
    AUTHOR: lambda row, _: fold(row[AUTHOR][0]) if row[AUTHOR] else None,
    YEAR: lambda row, _: row[YEAR][0] if row[YEAR] else None,
    WRITTEN: lambda row, _: row[WRITTEN][0] if row[WRITTEN] else None,
    PRINTED: lambda row, _: row[PRINTED][0] if row[PRINTED] else None,
}
SORTS = st.lists(st.builds(Sort, st.sampled_from(sorted(KEYS, key=str)), st.sampled_from(SortDirection)), max_size=3)


def in_order(rows: Sequence[Annotation], sorts: Sequence[Sort]) -> list[int]:
    ordered = sorted(rows, key=lambda one: one.id)
    for sort in reversed(sorts):

        def key(one: Annotation, column: str | int = sort.column) -> Any:
            return KEYS[column](row(one), one)

        known = [one for one in ordered if key(one) is not None]
        known.sort(key=key, reverse=sort.direction is SortDirection.desc)
        ordered = known + [one for one in ordered if key(one) is None]
    return [one.id for one in ordered]


@settings(max_examples=200, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
@given(tree=TREES, sorts=SORTS, size=st.integers(1, 6))
def test_pages_by_number_and_by_cursor_are_the_sorted_whole(
    postgres: Postgres, tree: Group, sorts: list[Sort], size: int
) -> None:
    found = [one for one in LIBRARY.spans if holds(tree, row(one)) is not False]
    expected = in_order(found, sorts)
    with postgres.snapshot() as db:
        spans = annotation_table.spans(db, PROJECT, ADA)

        def page(skip: int = 0, cursor: str | None = None) -> Found:
            page = spans.search(db, tree, sorts, Page(size, skip, cursor))
            assert page.total == len(expected)
            return page

        numbered = [page(skip) for skip in range(0, len(expected) + size, size)]
        assert [id for one in numbered for id in one.ids] == expected
        followed = [page()]
        while followed[-1].cursor is not None:
            followed.append(page(cursor=followed[-1].cursor))
        assert [id for one in followed for id in one.ids] == expected


def test_people_sort_by_name_and_those_who_left_come_last(postgres: Postgres) -> None:
    with postgres.connection() as connection:
        for id, first, last in ((ADA, "Ada", "Lovelace"), (EVE, "Eve", "Adams")):
            connection.execute(
                "INSERT INTO account.user (id, email, email_key, first_name, last_name) VALUES ($1, $2, $2, $3, $4) "
                "ON CONFLICT DO NOTHING",
                (id, f"{first}@example.org", first, last),
            )
    with postgres.snapshot() as db:
        table = annotation_table.spans(db, PROJECT, ADA)
        found = table.search(db, EVERYTHING, [Sort(USER)], ALL).ids
    by_id = {one.id: one.user for one in LIBRARY.spans}
    assert list(dict.fromkeys(by_id[id] for id in found)) == [EVE, ADA, BOB]


def test_case_matters_if_one_says_so(db: Session, spans: SearchTable) -> None:
    assert ids(db, spans, all_of(text("Lazy"))) == [1, 2, 3, 14]
    assert ids(db, spans, all_of(text("Lazy", case_sensitive=True))) == [2]
    assert ids(db, spans, all_of(text("\u00dfe"))) == [8, 9]


def test_characters_of_like_stand_for_themselves(db: Session, spans: SearchTable) -> None:
    for words, expected in (("100%", [4]), ("a_b", [6]), ("\\", [13]), ("%", [4]), ("_", [6])):
        assert ids(db, spans, all_of(text(words))) == expected, words
    assert ids(db, spans, all_of(text("100%", StringOperator.STARTS_WITH))) == [4]
    assert ids(db, spans, all_of(text("%", StringOperator.ENDS_WITH))) == [4]


def test_what_others_have_is_never_found(db: Session) -> None:
    other = annotation_table.spans(db, OTHER, ADA)
    assert ids(db, other, EVERYTHING) == [one.id + 1_000 for one in LIBRARY.spans]
    assert ids(db, other, all_of(Expression(CODE, IDOperator.EQUALS, JOY))) == []
    with pytest.raises(BadFilter):
        ids(db, other, all_of(Expression(AUTHOR, StringOperator.CONTAINS, "")))


def test_a_cursor_leads_on_whatever_is_written_meanwhile(postgres: Postgres) -> None:
    project, shift = 3, 5_000
    bare = [replace(one, memos={}) for one in LIBRARY.spans]
    archive = Archive(LIBRARY.documents, bare, shift=shift)
    tell(postgres, project, list(archive.facts()))
    sorts = [Sort(TEXT)]

    def page(cursor: str | None = None) -> Found:
        with postgres.snapshot() as db:
            return annotation_table.spans(db, project, ADA).search(db, EVERYTHING, sorts, Page(5, 0, cursor))

    first = page()
    last = first.ids[-1]
    tell(postgres, project, [Fact(f"span_annotation-{last}", example(SpanAnnotationDeleted))])
    before, behind = Annotation(51, "!", 1), Annotation(52, "\U0001f6a2", 1)
    more = Archive([], [before, behind], {}, {}, shift)
    tell(postgres, project, [fact for fact in more.facts() if fact.stream_id.startswith("span")])
    second = page(first.cursor)
    third = page(second.cursor)
    expected = [id + shift for id in in_order(bare, sorts)]
    assert [*first.ids, *second.ids, *third.ids] == [*expected, shift + 52]
    assert third.total == len(expected) + 1


def test_a_cursor_of_another_order_is_refused(db: Session, spans: SearchTable) -> None:
    cursor = spans.search(db, EVERYTHING, [Sort(TEXT)], Page(1)).cursor
    for sorts in ([], [Sort(TEXT, SortDirection.desc)], [Sort(NAME)], [Sort(TEXT), Sort(NAME)]):
        with pytest.raises(BadCursor):
            spans.search(db, EVERYTHING, sorts, Page(1, 0, cursor))


def test_long_texts_sort_by_how_they_begin(postgres: Postgres) -> None:
    project, shift = 4, 7_000
    long = [Annotation(id, "x" * 300 + end, 1) for id, end in ((1, "b"), (2, "a"), (3, "c"))]
    tell(postgres, project, list(Archive(LIBRARY.documents, long, shift=shift).facts()))
    with postgres.snapshot() as db:
        spans = annotation_table.spans(db, project, ADA)
        first = spans.search(db, EVERYTHING, [Sort(TEXT)], Page(2))
        assert first.cursor is not None
        assert len(first.cursor) < 500
        second = spans.search(db, EVERYTHING, [Sort(TEXT)], Page(2, 0, first.cursor))
    assert [*first.ids, *second.ids] == [shift + 1, shift + 2, shift + 3]


def test_sentences_are_asked_like_spans(db: Session) -> None:
    sentences = annotation_table.sentences(db, PROJECT, ADA)
    asked: dict[str | int, tuple[Any, Any, list[int]]] = {
        "SentAnno_TEXT": (StringOperator.CONTAINS, "strasse", [16]),
        "SentAnno_CODE_ID": (IDOperator.EQUALS, JOY, [15]),
        "SentAnno_USER_ID": (IDOperator.NOT_EQUALS, ADA, [16]),
        "SentAnno_MEMO_CONTENT": (StringOperator.STARTS_WITH, "Why", [15]),
        "SentAnno_SOURCE_SOURCE_DOCUMENT_NAME": (StringOperator.EQUALS, "STRASSE", [15]),
        "SentAnno_TAG_ID_LIST": (IDListOperator.NOT_CONTAINS, [LETTER], [16]),
        AUTHOR: (StringOperator.EQUALS, "ada", [15]),
    }
    for column, (operator, value, expected) in asked.items():
        assert ids(db, sentences, all_of(Expression(column, operator, value))) == expected, column
    assert list(sentences.search(db, EVERYTHING, [Sort("SentAnno_CODE_ID")], ALL).ids) == [16, 15]


def test_boxes_are_asked_like_spans_by_what_they_have(db: Session) -> None:
    bboxes = annotation_table.bboxes(db, PROJECT, ADA)
    asked: dict[str | int, tuple[Any, Any, list[int]]] = {
        "BB_CODE_ID": (IDOperator.EQUALS, JOY, [17]),
        "BB_MEMO_CONTENT": (StringOperator.STARTS_WITH, "A boat", [17]),
        "BB_SOURCE_SOURCE_DOCUMENT_NAME": (StringOperator.EQUALS, "ANOTHER PICTURE", [18, 19]),
        "BB_TAG_ID_LIST": (IDListOperator.NOT_CONTAINS, [DIARY], [17]),
    }
    assert set(bboxes.columns) == set(asked)
    for column, (operator, value, expected) in asked.items():
        assert ids(db, bboxes, all_of(Expression(column, operator, value))) == expected, column
    orders = {
        "BB_CODE_ID": [19, 18, 17],
        "BB_MEMO_CONTENT": [17, 18, 19],
        "BB_SOURCE_SOURCE_DOCUMENT_NAME": [17, 18, 19],
    }
    for column, expected in orders.items():
        assert list(bboxes.search(db, EVERYTHING, [Sort(column)], ALL).ids) == expected, column
    with pytest.raises(BadFilter):
        bboxes.matching(all_of(Expression(AUTHOR, StringOperator.EQUALS, "ada")))
