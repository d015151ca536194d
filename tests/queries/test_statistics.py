"""What is counted of documents, against the same counted in Python."""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

import pytest
from sqlalchemy.orm import Session

from projections._crud import Record
from queries import statistics_service
from queries.statistics_service import Rank
from repos.embedded_postgres import EmbeddedPostgres
from repos.postgres_repo import Postgres
from tests.conftest import new_database
from tests.queries._archive import JOY, KEYWORDS, LETTER, LIBRARY, OTHER, PROJECT, tell

SOME = [1, 5, 6, 1_001]
"""Documents of the project, and one of another."""


@pytest.fixture(scope="module")
def postgres(server: EmbeddedPostgres, template: str) -> Iterator[Postgres]:
    postgres = Postgres(new_database(server.url, "statistics", template), pool_size=2)
    tell(postgres, PROJECT, list(LIBRARY.facts()))
    tell(postgres, OTHER, list(LIBRARY.shifted(1_000).facts()))
    yield postgres
    postgres.close()


@pytest.fixture
def db(postgres: Postgres) -> Iterator[Session]:
    with postgres.snapshot() as db:
        yield db


def ranked(overall: Counter[Any], those: Counter[Any], *, by_global: bool) -> list[tuple[Any, int, int]]:
    """What is counted, how often in those documents, and how often overall."""
    rows = [(one, those[one], count) for one, count in overall.items() if by_global or those[one]]
    return sorted(rows, key=lambda row: (-row[2], -row[1], row[0]) if by_global else (-row[1], -row[2], row[0]))


def told(rows: Sequence[Record], name: str) -> list[tuple[Any, int, int]]:
    return [(row[name], row["filtered_count"], row["global_count"]) for row in rows]


@pytest.mark.parametrize("by_global", [False, True])
def test_the_words_of_a_code_are_counted(db: Session, by_global: bool) -> None:
    spans = [one for one in LIBRARY.spans if one.code == JOY]
    expected = ranked(
        Counter(one.text for one in spans), Counter(one.text for one in spans if one.sdoc in SOME), by_global=by_global
    )
    rows = statistics_service.span_texts(db, PROJECT, JOY, SOME, Rank(20, by_global=by_global))
    assert told(rows, "span_text") == expected
    assert {row["code_id"] for row in rows} == {JOY}
    by_document = {(one.text, one.sdoc) for one in spans}
    for row in rows:
        sdocs = {sdoc for text, sdoc in by_document if text == row["span_text"]}
        assert (row["filtered_sdocs"], row["global_sdocs"]) == (len(sdocs & set(SOME)), len(sdocs))
    assert statistics_service.span_texts(db, PROJECT, JOY, SOME, Rank(1, by_global=by_global)) == rows[:1]


@pytest.mark.parametrize("by_global", [False, True])
def test_keywords_are_counted_by_document(db: Session, by_global: bool) -> None:
    lists = {one.id: set(one.metadata.get(KEYWORDS, ())) for one in LIBRARY.documents}
    expected = ranked(
        Counter(word for words in lists.values() for word in words),
        Counter(word for id, words in lists.items() for word in words if id in SOME),
        by_global=by_global,
    )
    rows = statistics_service.keywords(db, PROJECT, SOME, Rank(20, by_global=by_global))
    assert told(rows, "keyword") == expected
    assert len(rows) == 4


@pytest.mark.parametrize("by_global", [False, True])
def test_tags_are_counted(db: Session, by_global: bool) -> None:
    expected = ranked(
        Counter(tag for one in LIBRARY.documents for tag in one.tags),
        Counter(tag for one in LIBRARY.documents for tag in one.tags if one.id in SOME),
        by_global=by_global,
    )
    rows = statistics_service.tags(db, PROJECT, SOME, Rank(20, by_global=by_global))
    assert [(row["tag"]["id"], row["filtered_count"], row["global_count"]) for row in rows] == expected
    assert rows[0]["tag"]["name"] == "letter"


def test_nothing_is_counted_of_no_documents(db: Session) -> None:
    rank = Rank(20, by_global=False)
    assert statistics_service.keywords(db, PROJECT, [], rank) == []
    assert statistics_service.tags(db, PROJECT, [1_001], rank) == []
    assert statistics_service.span_texts(db, PROJECT, 1_000 + JOY, SOME, rank) == []
    overall = statistics_service.tags(db, PROJECT, [], Rank(1, by_global=True))
    assert [(row["tag"]["id"], row["filtered_count"]) for row in overall] == [(LETTER, 0)]
