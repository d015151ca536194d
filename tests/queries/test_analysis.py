"""How often codes are used and where, against the same worked out in Python."""

from collections import Counter
from collections.abc import Iterator
from random import Random
from typing import Any

import pytest
from sqlalchemy.orm import Session

from commands._refusal import NotFound
from commands.source_document_dto import DocType
from queries import analysis_service
from queries._table import Page
from queries.analysis_dto import CodeFrequencyQuery
from queries.sample_service import sample_by_tags
from repos.embedded_postgres import EmbeddedPostgres
from repos.postgres_repo import Postgres
from systems.sorting_system import MAX_CURSOR
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
    WRITTEN,
    Annotation,
    Archive,
    Document,
    tell,
)

BELOW = {JOY: {DELIGHT}, DELIGHT: set[int](), GRIEF: set[int]()}


@pytest.fixture(scope="module")
def postgres(server: EmbeddedPostgres, template: str) -> Iterator[Postgres]:
    postgres = Postgres(new_database(server.url, "analysis", template), pool_size=2)
    tell(postgres, PROJECT, list(LIBRARY.facts()))
    tell(postgres, OTHER, list(LIBRARY.shifted(1_000).facts()))
    yield postgres
    postgres.close()


@pytest.fixture
def db(postgres: Postgres) -> Iterator[Session]:
    with postgres.snapshot() as db:
        yield db


def frequencies(db: Session, *, user_ids: list[int], doctypes: list[DocType]) -> list[tuple[int, int, int, int]]:
    query = CodeFrequencyQuery(code_ids=[GRIEF, JOY, DELIGHT, 1_000 + JOY], user_ids=user_ids, doctypes=doctypes)
    rows = analysis_service.code_frequencies(db, PROJECT, query)
    return [(row["code_id"], row["count"], row["child_count"], row["total_count"]) for row in rows]


@pytest.mark.parametrize("user_ids", [[ADA], [BOB, EVE], [ADA, BOB, EVE], []])
def test_codes_are_counted_with_those_below_them(db: Session, user_ids: list[int]) -> None:
    own = Counter(one.code for one in LIBRARY.annotations if one.user in user_ids)
    below = {code: sum(own[child] for child in children) for code, children in BELOW.items()}
    expected = [(code, own[code], below[code], own[code] + below[code]) for code in (GRIEF, JOY, DELIGHT)]
    assert frequencies(db, user_ids=user_ids, doctypes=[DocType.text, DocType.image]) == [
        *expected,
        (1_000 + JOY, 0, 0, 0),
    ]


def test_codes_are_counted_by_kind_of_document_and_by_folder(db: Session) -> None:
    boxes = frequencies(db, user_ids=[ADA, BOB, EVE], doctypes=[DocType.image])
    assert boxes == [(GRIEF, 1, 0, 1), (JOY, 1, 1, 2), (DELIGHT, 1, 0, 1), (1_000 + JOY, 0, 0, 0)]
    query = CodeFrequencyQuery(code_ids=[JOY], user_ids=[ADA, BOB, EVE], doctypes=[DocType.text], folder_ids=[6])
    (row,) = analysis_service.code_frequencies(db, PROJECT, query)
    inside = [one.code for one in LIBRARY.annotations if one.sdoc == 6]
    assert (row["count"], row["child_count"]) == (inside.count(JOY), inside.count(DELIGHT))


def test_documents_in_folders_inside_a_folder_count(postgres: Postgres) -> None:
    shift, project = 2_000, 3
    nested = [Document(31, "outer"), Document(32, "inner", folder=31)]
    annotations = [Annotation(61, "here", 31), Annotation(62, "there", 32)]
    tell(postgres, project, list(Archive(nested, annotations, shift=shift).facts()))
    with postgres.snapshot() as db:
        for folder, expected in ((31, 2), (32, 1)):
            query = CodeFrequencyQuery(
                code_ids=[shift + JOY], user_ids=[ADA], doctypes=[DocType.text], folder_ids=[shift + folder]
            )
            assert analysis_service.code_frequencies(db, project, query)[0]["count"] == expected


@pytest.mark.parametrize("with_children", [False, True])
def test_occurrences_are_counted_by_document_and_words(db: Session, with_children: bool) -> None:
    codes = {JOY, *BELOW[JOY]} if with_children else {JOY}
    counts = Counter(
        (one.sdoc, one.code, one.text) for one in LIBRARY.annotations if one.code in codes and one.user in (ADA, BOB)
    )
    expected = sorted(((*place, count) for place, count in counts.items()), key=lambda row: (-row[3], *row[:3]))
    asked: dict[str, Any] = {"user_ids": [ADA, BOB], "with_children": with_children}
    rows, none = analysis_service.code_occurrences(db, PROJECT, JOY, page=Page(100), **asked)
    assert none is None
    assert [(row["sdoc"]["id"], row["code"]["id"], row["text"], row["count"]) for row in rows] == expected
    some, cursor = analysis_service.code_occurrences(db, PROJECT, JOY, page=Page(3, 2), **asked)
    assert some == rows[2:5]
    assert analysis_service.code_occurrences(db, PROJECT, JOY, page=Page(100, 0, cursor), **asked)[0] == rows[5:]
    with pytest.raises(NotFound):
        analysis_service.code_occurrences(db, PROJECT, 1_000 + JOY, page=Page(1), **asked)


def test_long_words_that_begin_alike_are_told_once_each(postgres: Postgres) -> None:
    project, shift = 4, 4_000
    long = [Annotation(id, "\u0416" * 5_000 + end, 1) for id, end in enumerate("abc", 1)]
    tell(postgres, project, list(Archive(LIBRARY.documents, long, shift=shift).facts()))
    found: list[str] = []
    cursor: str | None = None
    with postgres.snapshot() as db:
        while cursor is not None or not found:
            (row,), cursor = analysis_service.code_occurrences(
                db, project, shift + JOY, [ADA], Page(1, 0, cursor), with_children=False
            )
            found.append(row["text"])
            assert len(cursor or "") < MAX_CURSOR
    assert sorted(found) == [one.text for one in long]


def test_documents_with_a_date_are_counted(db: Session) -> None:
    dated = sum(WRITTEN in one.metadata for one in LIBRARY.documents)
    assert analysis_service.count_dated(db, PROJECT, WRITTEN) == (dated, len(LIBRARY.documents))
    for definition in (AUTHOR, 1_000 + WRITTEN, 999):
        with pytest.raises(NotFound):
            analysis_service.count_dated(db, PROJECT, definition)


def test_samples_are_of_documents_that_carry_one_tag_of_each_group(db: Session) -> None:
    found = sample_by_tags(db, PROJECT, [[LETTER, DIARY]], 1, 0.5, Random(7))
    assert [(row["tags"], row["sdocs"]) for row in found] == [([LETTER], [1, 6]), ([DIARY], [3, 8])]
    for row in found:
        assert len(row["sample_fixed"]) == 1
        assert len(row["sample_relative"]) == round(0.5 * len(row["sdocs"]))
        assert {*row["sample_fixed"], *row["sample_relative"]} <= set(row["sdocs"])
    assert found == sample_by_tags(db, PROJECT, [[LETTER, DIARY]], 1, 0.5, Random(7))
    both = sample_by_tags(db, PROJECT, [[LETTER], [DIARY]], 5, 1, Random(7))
    assert [(row["tags"], row["sdocs"], row["sample_fixed"]) for row in both] == [([LETTER, DIARY], [2], [2])]
    assert sample_by_tags(db, PROJECT, [[1_000 + LETTER]], 5, 1, Random(7)) == []
