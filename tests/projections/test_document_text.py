"""What a place of document texts must do, on every backend for real."""

import random
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from psycopg.errors import UndefinedTable
from sqlalchemy import BigInteger, column, func, select
from sqlalchemy.exc import ProgrammingError

from configs.schema import load
from projections._behind import Change, Entry, Gone, Index, Place
from projections._text_elastic import ElasticTextIndex
from projections._text_elastic_reader import ElasticTextReader
from projections._text_model import TextModel
from projections._text_postgres import PostgresTextIndex
from projections._text_postgres_reader import PostgresTextReader
from projections._text_reader import MAX_FORMS, Chosen, TextReader, TooManyForms
from projections.document_text import document_text
from projections.memo_text import memo_text
from repos._unavailable import Unavailable
from repos.blob_repo import BlobRepo
from repos.elasticsearch_repo import Elasticsearch
from repos.postgres_repo import Postgres
from systems.text_query_simple_system import parse_simple
from systems.text_query_system import And, Fuzzy, Not, Or, Pattern, Phrase, Query, Word
from tests.projections.text_reference import finds
from tests.projections.texts import OTHER, PROJECT, Texts

PLACE = Place("document_text", 1)


@pytest.fixture(params=["postgres", "elasticsearch"])
def texts(request: pytest.FixtureRequest, postgres: Postgres, tmp_path: Path) -> Iterator[Texts]:
    blobs = BlobRepo(tmp_path / "blobs")
    model = document_text(blobs)
    texts = opened(request, PLACE, model, postgres, blobs)
    texts.index.create()
    yield texts
    texts.index.drop()


def opened(
    request: pytest.FixtureRequest, place: Place, model: TextModel, postgres: Postgres, blobs: BlobRepo
) -> Texts:
    index: Index
    reader: TextReader
    if request.node.callspec.params["texts"] == "elasticsearch":
        elasticsearch = request.getfixturevalue("elasticsearch")
        index, reader = (
            ElasticTextIndex(elasticsearch, place, model),
            ElasticTextReader(elasticsearch, place, model),
        )
    else:
        index, reader = PostgresTextIndex(postgres, place, model), PostgresTextReader(postgres, place, model)
    return Texts(index, reader, postgres, blobs, model.fields)


def test_all_words_must_be_there_in_any_of_their_forms(texts: Texts) -> None:
    texts.hold("A lazy afternoon.", "Lazily she ran on.", "Afternoons are for running.", "Nothing.")
    assert texts.find("afternoon") == [1, 3]
    assert texts.find("run") == [3]
    assert texts.find("lazy afternoon") == [1]
    assert texts.find("lazy + afternoon") == [1]
    assert texts.find("lazy | running") == [1, 3]
    assert texts.find("(lazy | running) afternoon") == [1, 3]


def test_a_word_is_stemmed_by_the_language_of_the_text(texts: Texts) -> None:
    assert not texts.write(
        texts.document(1, "Die Häuser am See", language="de"),
        texts.document(2, "Die Häuser am See", language="fr"),
        texts.document(3, "Die Häuser am See", language=None),
    )
    assert texts.find("Haus") == [1, 3]
    assert texts.find("häuser") == [1, 2, 3]


def test_without_a_word(texts: Texts) -> None:
    texts.hold("A lazy afternoon.", "A long afternoon.", "A morning.")
    assert texts.find("afternoon -lazy") == [2]
    assert texts.find("-afternoon") == [3]
    assert texts.find('-"lazy afternoon" -morning') == [2]
    assert texts.find("-(lazy | morning)") == [2]


def test_a_phrase_is_found_as_it_is_written(texts: Texts) -> None:
    texts.hold("A lazy afternoon.", "Afternoon, lazy", "lazy-afternoon", "lazy afternoons", "a lazy, long afternoon")
    assert texts.find('"lazy afternoon"') == [1, 3]
    assert texts.find("lazy-afternoon") == [1, 3]
    assert texts.find('"lazy afternoon"~1') == [1, 3, 5]
    assert texts.find('"afternoon"') == [1, 2, 3, 5]
    assert texts.find('"afternoon lazy"') == [2]


def test_a_loose_phrase_counts_all_the_words_between(texts: Texts) -> None:
    texts.hold("a b c", "a x b c", "a x b x c", "a x x b c", "c b a", "a c b c", "a a b x c")
    assert texts.find('"a b c"') == [1]
    assert texts.find('"a b c"~1') == [1, 2, 6, 7]
    assert texts.find('"a b c"~2') == [1, 2, 3, 4, 6, 7]
    assert texts.find('"a a"') == [7]


def test_folding(texts: Texts) -> None:
    texts.hold("Ärger in der Straße", "ein ﬁnes Café", "ARGER", "e\u0301tude", "naïve Œuvre", "ΣΊΣΥΦΟΣ", "Wör\u00adter")
    assert texts.find("arger") == [1, 3]
    assert texts.find("Ärger") == [1, 3]
    assert texts.find('"strasse"') == [1]
    assert texts.find('"STRAẞE"') == [1]
    assert texts.find("fines cafe") == [2]
    assert texts.find("étude") == [4]
    assert texts.find("naive oeuvre") == [5]
    assert texts.find("σίσυφος") == [6]
    assert texts.find("Worter") == [7]


def test_scripts_without_spaces_and_emoji(texts: Texts) -> None:
    texts.hold(
        "我爱北京天安门",
        "北方的京城",
        "これは日本語です",
        "ภาษาไทย",
        "well done 👩\u200d👩\u200d👧!",
        "so so 👍🏽👍",
        "한국어 문서",
    )
    assert texts.find("北京") == [1]
    assert texts.find("京") == [1, 2]
    assert texts.find("日本") == [3]
    assert texts.find("ไทย") == [4]
    assert texts.find("👧") == [5]
    assert texts.find("👩\u200d👩\u200d👧") == [5]
    assert texts.find("👍") == [6]
    assert texts.find("한국어") == [7]
    assert texts.find("한국*") == [7]


def test_words_that_are_nearly_so(texts: Texts) -> None:
    texts.hold("afternoon", "aftrenoon", "afernoon", "afternnon", "morning", "aftermoons")
    assert texts.find("afternoon~1") == [1, 2, 3, 4]
    assert texts.find("afternoon~2") == [1, 2, 3, 4, 6]
    assert texts.find("mroning~1") == [5]
    assert texts.find("mor~1") == []


def test_short_words_that_are_nearly_so(texts: Texts) -> None:
    texts.hold("a", "ab", "abc", "ba", "b", "abcd")
    assert texts.find("ab~1") == [1, 2, 3, 4, 5]
    assert texts.find("a~1") == [1, 2, 4, 5]


def test_wildcards(texts: Texts) -> None:
    texts.hold("house", "horse", "hose", "houses", "mouse", "häuser")
    assert texts.find("hou*") == [1, 4]
    assert texts.find("*ouse") == [1, 5]
    assert texts.find("h*s*") == [1, 2, 3, 4, 6]
    assert texts.expert("ho?se") == [1, 2]
    assert texts.expert("ho?se*") == [1, 2, 4]
    assert texts.expert("HÄ*") == [6]
    assert texts.find("e*") == []
    assert texts.expert("*") == [1, 2, 3, 4, 5, 6]


def test_a_pattern_of_too_many_words_is_refused_where_each_must_be_looked_up(texts: Texts) -> None:
    texts.hold(" ".join(f"w{number}x" for number in range(MAX_FORMS + 1)))
    assert texts.find("w*") == [1]
    assert texts.find("*99x") == [1]
    everything = parse_simple("*x")
    if isinstance(texts.reader, PostgresTextReader):
        with pytest.raises(TooManyForms, match=r"It is: \*x"):
            texts.reader.search(PROJECT, everything)
    else:
        assert texts.find(everything) == [1]


def test_patterns_of_too_many_words_together_are_refused_where_each_must_be_looked_up(texts: Texts) -> None:
    texts.hold(" ".join(f"{letter}{number}x" for letter in "abcdef" for number in range(900)))
    query = parse_simple(" | ".join(f"{letter}*x" for letter in "abcdef"))
    if isinstance(texts.reader, PostgresTextReader):
        for ask in (texts.reader.search, texts.reader.matching):
            with pytest.raises(TooManyForms, match=r"It is: f\*x"):
                ask(PROJECT, query)
    else:
        assert texts.find(query) == [1]
    assert texts.find("a*x | b*x | c*x | d*x | e*x | f*") == [1]


def test_a_pattern_that_is_asked_again_and_again_counts_each_time(texts: Texts) -> None:
    texts.hold(" ".join(f"a{number}x" for number in range(900)), "nothing")
    few, many = (parse_simple(" | ".join(f"(a*x -b{i})" for i in range(times))) for times in (5, 6))
    assert texts.find(few) == [1]
    if isinstance(texts.reader, PostgresTextReader):
        with pytest.raises(TooManyForms, match=r"It is: a\*x"):
            texts.find(many)
    else:
        assert texts.find(many) == [1]


@pytest.mark.parametrize("texts", ["postgres"], indirect=True)
def test_patterns_of_very_long_words_are_refused_before_they_are_too_long_for_a_question(texts: Texts) -> None:
    texts.hold(" ".join(f"{letter}{number:03}{'ж' * 120}x" for letter in "abc" for number in range(900)))
    assert texts.find("a*x | b*x") == [1]
    with pytest.raises(TooManyForms, match=r"It is: c\*x"):
        texts.find("a*x | b*x | c*x")


@pytest.mark.parametrize("texts", ["postgres"], indirect=True)
def test_as_many_loose_phrases_as_can_be_written_are_answered(texts: Texts) -> None:
    texts.hold("a7 x b x c", "a7")
    assert texts.find(" | ".join(f'"a{number} b c"~18' for number in range(100))) == [1]


def test_a_pattern_that_can_go_on_in_too_many_ways_is_refused_where_all_are_followed_at_once(texts: Texts) -> None:
    texts.hold("a" * 30, "b")
    for pattern in ("*a" + "?" * 18, "*a*b" * 300 + "*"):
        query = Or((Pattern("*b?"), Pattern("h" + "?" * 20), Pattern(pattern), Word("b")))
        if isinstance(texts.reader, ElasticTextReader):
            for ask in (texts.reader.search, texts.reader.matching):
                with pytest.raises(TooManyForms, match=f"It is: {re.escape(pattern)}$"):
                    ask(PROJECT, query)
        else:
            assert texts.find(query) == ([1, 2] if "?" in pattern else [2])
    assert texts.find(Pattern("*a" + "?" * 8)) == [1]


def test_a_place_that_is_not_there_says_so(texts: Texts) -> None:
    texts.index.drop()
    with pytest.raises((Unavailable, UndefinedTable, ProgrammingError)):
        texts.reader.search(PROJECT, parse_simple("afternoon"))
    with pytest.raises((Unavailable, UndefinedTable, ProgrammingError)):
        texts.write(texts.document(1, "afternoon"))


@pytest.mark.parametrize("texts", ["elasticsearch"], indirect=True)
def test_of_an_index_that_is_lost_every_entry_is_missing(texts: Texts) -> None:
    texts.hold("an afternoon", "a morning")
    texts.index.drop()
    assert texts.stored() == []
    entry = texts.document(1, "an afternoon")
    for asked in (lambda: texts.write(entry), lambda: texts.unfound(entry), lambda: texts.forget(PROJECT)):
        with pytest.raises(Unavailable, match=r"no such index|index_not_found"):
            asked()


def test_fields(texts: Texts) -> None:
    assert not texts.write(
        texts.document(1, "about an afternoon", name="Letters from home"),
        texts.document(2, "about letters", name="Afternoon"),
        texts.document(3, "", name="afternoon letter"),
    )
    assert texts.expert("name:afternoon") == [2, 3]
    assert texts.expert("content:afternoon") == [1]
    assert texts.expert("name:letter") == [1, 3]
    assert texts.expert("content:letter") == [2]
    assert texts.expert("name:(letter AND afternoon)") == [3]
    assert texts.expert('name:"letters from"') == [1]
    assert texts.expert("name:after* NOT content:letters") == [3]
    assert texts.expert("content:lettrs~1") == [2]
    assert texts.expert('"home about"') == []
    assert texts.expert('"home about"~50') == []


def test_a_name_tells_more_than_a_mention(texts: Texts) -> None:
    assert not texts.write(
        texts.document(1, "An afternoon and much else that has nothing to do with it"),
        texts.document(2, "Much else that has nothing to do with it", name="Afternoon"),
    )
    best = texts.reader.search(PROJECT, parse_simple("afternoon"))
    assert [hit.id for hit in best.hits] == [2, 1]


def test_a_long_document_is_found_by_its_last_words_and_across_every_passage(texts: Texts) -> None:
    numbered = [f"w{number}" for number in range(60_000)]
    assert not texts.write(
        texts.document(1, " ".join([*numbered, "the very last words"]), name="long"),
        texts.document(2, "the very last words of a short one"),
    )
    assert texts.find('"the very last words"') == [1, 2]
    assert texts.find('"w59999 the"') == [1]
    for begin in range(0, 60_000 - 60, 5_003):
        assert texts.find(Phrase(tuple(numbered[begin : begin + 60]))) == [1]
    for begin in range(3_880, 4_010, 3):
        assert texts.reader.search(PROJECT, Phrase(tuple(numbered[begin : begin + 2]))).total == 1
    assert texts.find(Phrase(("w100", "w150"), 49)) == [1]
    assert texts.find("w1 w59999") == [1]
    assert texts.find("w1 -w59999") == []
    assert texts.find("last -w59999") == [2]
    assert texts.find("-w30000") == [2]
    assert texts.find("(w1 | short) -(w2 last)") == [2]
    assert texts.expert("name:long AND w30000") == [1]


def test_a_word_that_is_everywhere_does_not_hide_the_phrases_it_is_in(texts: Texts) -> None:
    texts.hold("la " * 20_000 + "the end", "la " * 300 + "la fin " + "la " * 300)
    assert texts.find('"la the end"') == [1]
    assert texts.find('"la fin la"') == [2]
    assert texts.find(Phrase(("la",) * 60)) == [1, 2]


def test_overlong_words_are_compared_by_their_beginning(texts: Texts) -> None:
    texts.hold("x" * 5_000, "x" * 100)
    assert texts.find("x" * 5_000 if len("x" * 5_000) <= 2_000 else "x" * 1_999) == [1]
    assert texts.find("x" * 100) == [2]
    assert texts.find("xxx*") == [1, 2]


def test_only_some_count(texts: Texts) -> None:
    texts.hold(*("an afternoon" for _ in range(5)))
    assert texts.find("afternoon", among=[2, 4, 99]) == [2, 4]
    assert texts.find("afternoon", among=[]) == []
    assert texts.find("", among=[3]) == [3]
    assert texts.find("-morning", among=range(1, 100_001)) == [1, 2, 3, 4, 5]


def test_those_that_count_can_be_a_question_of_the_database(texts: Texts) -> None:
    texts.hold("afternoon", "afternoon", "afternoon", "afternoon " * 5_000, "morning")
    with texts.postgres.snapshot() as db:
        ids = column("id", BigInteger)
        later = Chosen(db, select(ids).select_from(func.generate_series(2, 9).alias("id")))
        none = Chosen(db, later.ids.where(ids < 0))
        for query in ("afternoon", ""):
            assert texts.find(query, among=later) == texts.find(query, among=range(2, 10))
            assert texts.find(query, among=none) == []
    assert texts.find("afternoon", among=[2, 4]) == [2, 4]


def test_being_a_hit_can_be_a_condition_of_another_question(texts: Texts) -> None:
    texts.hold("afternoon", "long afternoon", "afternoon " * 5_000, "morning")
    with texts.postgres.snapshot() as db:
        id = column("id", BigInteger)
        numbers = select(id).select_from(func.generate_series(1, 9).alias("id")).order_by(id)
        for query in ("afternoon", "afternoon -long", "mor*", "evening", "!!!"):
            is_hit = texts.reader.is_hit(db, PROJECT, parse_simple(query), id)
            assert list(db.scalars(numbers.where(is_hit))) == texts.find(query)


def test_pages_of_those_that_count_go_on_however_many_were_found(texts: Texts) -> None:
    assert not texts.write(
        *(texts.document(id, f"morning{' afternoon' * (id % 3)}" if id <= 30 else "morning") for id in range(1, 6_001))
    )
    with texts.postgres.snapshot() as db:
        ids = column("id", BigInteger)
        even = Chosen(db, select(ids).select_from(func.generate_series(2, 9_000, 2).alias("id")))
        for query, total in (("afternoon", 10), ("morning", 3_000)):
            tree = parse_simple(query)
            whole = texts.reader.search(PROJECT, tree, among=even, limit=20)
            assert whole.total == total
            assert all(hit.id % 2 == 0 for hit in whole.hits)
            first = texts.reader.search(PROJECT, tree, among=even, limit=3)
            skipped = texts.reader.search(PROJECT, tree, among=even, skip=3, limit=4)
            after = texts.reader.search(PROJECT, tree, among=even, after=first.hits[-1], limit=4)
            assert [*first.hits, *skipped.hits] == whole.hits[:7]
            assert after == skipped
            assert texts.reader.search(PROJECT, tree, among=even, skip=5_000).total == total


def test_totals_are_exact_and_pages_go_on_beyond_ten_thousand(texts: Texts) -> None:
    entries = [texts.document(id, "an afternoon") for id in range(1, 10_051)]
    assert not texts.write(*entries)
    afternoon = parse_simple("afternoon")
    page = texts.reader.search(PROJECT, afternoon, skip=10_040, limit=20)
    assert page.total == 10_050
    assert [hit.id for hit in page.hits] == list(range(10_041, 10_051))
    assert texts.reader.search(PROJECT, afternoon, skip=20_000).total == 10_050
    assert texts.reader.search(PROJECT, afternoon, skip=20_000).hits == []
    assert texts.reader.search(PROJECT, afternoon, skip=2**40).total == 10_050
    assert texts.reader.matching(PROJECT, afternoon) == list(range(1, 10_051))
    among = list(range(1, 200_000, 2))
    assert texts.reader.search(PROJECT, afternoon, among=among, limit=1).total == 5_025


def test_a_page_can_begin_after_a_hit(texts: Texts) -> None:
    texts.hold(*(f"an afternoon {'afternoon ' * (id % 3)}" for id in range(25)))
    afternoon = parse_simple("afternoon")
    whole = texts.reader.search(PROJECT, afternoon, limit=100).hits
    pages = [texts.reader.search(PROJECT, afternoon, limit=4)]
    while pages[-1].hits:
        pages.append(texts.reader.search(PROJECT, afternoon, after=pages[-1].hits[-1], limit=4))
    assert [hit for page in pages for hit in page.hits] == whole
    assert {page.total for page in pages} == {25}


def test_projects_do_not_see_each_other(texts: Texts) -> None:
    here, there = texts.document(1, "afternoon", name="one"), texts.document(2, "afternoom", project_id=OTHER)
    assert not texts.write(here, there)
    assert texts.find("afternoon~1") == [1]
    assert texts.find("afternoon~1", OTHER) == [2]
    assert texts.find("", OTHER) == [2]
    assert texts.find("-morning", 3) == []
    assert [one.id for one in texts.stored(OTHER)] == [2]


def test_what_is_older_than_what_is_there_changes_nothing(texts: Texts) -> None:
    new, old = texts.document(1, "new", revision=7), texts.document(1, "old", revision=5)
    assert not texts.write(new)
    assert not texts.write(old, gone=[Gone(PROJECT, 1, 6)])
    assert texts.find("new") == [1]
    assert texts.find("old") == []
    assert not texts.write(new)
    assert [(one.id, one.revision) for one in texts.stored()] == [(1, 7)]


def test_a_change_replaces_what_was_there_and_the_others_stay(texts: Texts) -> None:
    texts.hold("an afternoon", "an afternoon")
    assert not texts.write(texts.document(1, "a morning", revision=2))
    assert (texts.find("afternoon"), texts.find("morning")) == ([2], [1])
    assert not texts.write(texts.document(1, "a morning", name="Renamed", revision=3))
    assert texts.expert("name:renamed AND content:morning") == [1]
    assert not texts.write(texts.document(1, "a morning", name="Renamed", revision=4, folder_id=9))
    assert texts.expert("name:renamed AND content:morning") == [1]
    assert [(one.id, one.revision) for one in texts.stored()] == [(1, 4), (2, 1)]


def test_what_is_gone_is_gone(texts: Texts) -> None:
    texts.hold("an afternoon", "an afternoon")
    assert not texts.write(gone=[Gone(PROJECT, 1, 2), Gone(PROJECT, 77, 2)])
    assert texts.find("afternoon") == [2]
    assert [one.id for one in texts.stored()] == [2]


def test_of_many_changes_in_one_write_the_last_counts(texts: Texts) -> None:
    first = [texts.document(1, "an afternoon"), texts.document(2, "an afternoon"), texts.document(3, "an afternoon")]
    others = [texts.document(id, "nothing") for id in range(4, 1_204)]
    last = [texts.document(1, "a morning", revision=2), texts.document(3, "a morning", revision=2)]
    with texts.postgres.transaction() as connection:
        changes: list[Change] = [*first, *others, *last, Gone(PROJECT, 2, 2), Gone(PROJECT, 3, 3)]
        assert not texts.index.write(connection, iter(changes))
    assert (texts.find("afternoon"), texts.find("morning")) == ([], [1])
    assert len(texts.find("nothing")) == 1_200


@pytest.mark.parametrize("texts", ["elasticsearch"], indirect=True)
def test_what_is_said_more_often_comes_first_in_whatever_form(texts: Texts) -> None:
    texts.hold("She runs on.", "She runs, and he runs.")
    assert [hit.id for hit in texts.reader.search(PROJECT, parse_simple("running")).hits] == [2, 1]


def test_a_word_is_found_in_any_form_in_a_very_long_text(texts: Texts) -> None:
    texts.hold("runs " * 100_001)
    assert texts.find("running") == [1]


def test_nobody_is_asked_to_write_nothing(postgres: Postgres, tmp_path: Path) -> None:
    nowhere = Elasticsearch(load("test", ["elasticsearch.url=http://127.0.0.1:1"], {}).elasticsearch)
    index = ElasticTextIndex(nowhere, PLACE, document_text(BlobRepo(tmp_path)))
    with postgres.connection() as connection:
        assert not index.write(connection, iter(()))
        with pytest.raises(Unavailable):
            index.write(connection, [Gone(PROJECT, 1, 1)])


def test_a_project_is_forgotten_and_the_other_stays(texts: Texts) -> None:
    entries = [texts.document(id, f"afternoon {id % 9}") for id in range(1, 1_203)]
    assert not texts.write(*entries, texts.document(5_000, "afternoon", project_id=OTHER))
    texts.forget(PROJECT)
    assert texts.find("afternoon") == []
    assert texts.stored() == []
    assert texts.find("afternoon", OTHER) == [5_000]
    assert texts.find("afternon~1", OTHER) == [5_000]


def test_what_lies_there_is_what_the_log_says(texts: Texts) -> None:
    entries = [
        texts.document(1, "A lazy afternoon. " * 3_000, name="Long"),
        texts.document(2, "Ärger 👩\u200d👩\u200d👧 我爱北京", language=None),
        texts.document(3, ""),
    ]
    assert not texts.write(*reversed(entries))
    stored = texts.stored()
    assert [(one.id, one.revision) for one in stored] == [(1, 1), (2, 1), (3, 1)]
    assert [one.digest for one in stored] == texts.digests(*entries)
    assert len({one.digest for one in stored}) == 3
    assert texts.unfound(*entries) == []
    moved = texts.document(3, "", folder_id=2)
    assert texts.digests(moved) != texts.digests(entries[2])
    assert texts.digests(texts.document(2, "Ärger")) != texts.digests(entries[1])


@pytest.mark.parametrize("texts", ["postgres"], indirect=True)
def test_a_word_that_is_not_among_those_of_the_project_is_told_of_every_document(texts: Texts) -> None:
    entries = [texts.document(id, f"afternoon {'siesta' if id % 90 == 0 else ''}") for id in range(1, 201)]
    entries.append(texts.document(201, "siesta", project_id=OTHER))
    assert not texts.write(*entries)
    assert texts.unfound(*entries) == []
    with texts.postgres.connection() as connection:
        connection.execute(f"DELETE FROM {PLACE.name}.word WHERE project_id = $1 AND word = $2", (PROJECT, "siesta"))
    assert texts.unfound(*entries) == [90, 180]


@pytest.mark.parametrize("texts", ["postgres"], indirect=True)
def test_passages_that_belong_to_nothing_are_told_and_mended(texts: Texts) -> None:
    entries = [texts.document(1, "lazy afternoon"), texts.document(2, "long afternoon")]
    assert not texts.write(*entries)
    with texts.postgres.connection() as connection:
        connection.execute(f"DELETE FROM {PLACE.name}.entry")
    assert [(one.id, one.revision) for one in texts.stored()] == [(1, 0), (2, 0)]
    assert not texts.write(gone=[Gone(PROJECT, 1, 1), Gone(PROJECT, 2, 0)])
    assert texts.stored() == []
    assert not texts.write(entries[0])
    assert [one.digest for one in texts.stored()] == texts.digests(entries[0])
    assert texts.find("afternoon") == [1]


def test_a_text_that_is_missing_is_rejected_and_the_others_go_in(texts: Texts) -> None:
    missing = texts.document(2, "lost")
    texts.blobs.path(PROJECT, missing.values["text_sha256"]).unlink()
    (rejected,) = texts.write(texts.document(1, "afternoon"), missing, texts.document(3, "afternoon"))
    assert rejected.entry == missing
    assert "no blob" in rejected.reason
    assert texts.find("afternoon") == [1, 3]


def test_a_disk_that_is_away_is_waited_for(texts: Texts) -> None:
    documents = [texts.document(id, f"Joy {id}") for id in (1, 2)]
    elsewhere = texts.blobs.folder.rename(texts.blobs.folder.with_name("elsewhere"))
    with pytest.raises(Unavailable):
        texts.write(*documents)
    elsewhere.rename(texts.blobs.folder)
    assert texts.write(*documents) == []
    assert texts.find("joy") == [1, 2]


def test_a_text_that_is_damaged_is_rejected_and_the_others_go_in(texts: Texts) -> None:
    damaged = texts.document(2, "lost")
    texts.blobs.path(PROJECT, damaged.values["text_sha256"]).write_bytes(b"\xff")
    (rejected,) = texts.write(texts.document(1, "afternoon"), damaged, texts.document(3, "afternoon"))
    assert rejected.entry == damaged
    assert "not the content" in rejected.reason
    assert texts.find("afternoon") == [1, 3]


def test_making_a_place_twice_does_no_harm(texts: Texts) -> None:
    texts.hold("an afternoon")
    texts.index.create()
    assert texts.find("afternoon") == [1]
    texts.index.drop()
    texts.index.drop()
    texts.index.create()
    assert texts.find("afternoon") == []


VOCABULARY = ("haus", "hauser", "house", "houses", "run", "running", "a", "b", "c", "ab", "Straße", "京", "👍", "don't")


def some_text(chance: random.Random) -> str:
    return " ".join(chance.choices(VOCABULARY, k=chance.randrange(12)))


def some_query(chance: random.Random, depth: int = 3) -> Query:
    field = chance.choice((None, None, "name", "content"))
    word = chance.choice(("haus", "house", "running", "run", "a", "b", "ab", "strasse", "京", "👍", "don", "x"))
    match chance.randrange(8 if depth else 5):
        case 0 | 1:
            return Word(word, field)
        case 2:
            words = tuple(chance.choices(("a", "b", "c", "ab", "house", "京"), k=chance.randrange(1, 4)))
            return Phrase(words, chance.randrange(4) if len(words) > 1 else 0, field)
        case 3:
            return Fuzzy(word, chance.randrange(1, 3), field)
        case 4:
            return Pattern(chance.choice(("h*", "*s", "h?us*", "?", "r*n*", "*a*", "a?", "e*")), field)
        case 5:
            return Not(some_query(chance, depth - 1))
        case number:
            items = tuple(some_query(chance, depth - 1) for _ in range(chance.randrange(2, 4)))
            return And(items) if number == 6 else Or(items)


@pytest.mark.parametrize("seed", range(2))
def test_whatever_is_asked_the_answer_is_what_the_words_say(texts: Texts, seed: int) -> None:
    chance = random.Random(seed)
    held: dict[int, tuple[dict[str, str], str | None]] = {}
    entries: list[Entry] = []
    for id in range(1, 60):
        fields = {"name": some_text(chance), "content": some_text(chance)}
        if id % 10 == 0:
            fields["content"] += " x" * 5_000 + " " + some_text(chance)
        language = chance.choice(("de", "en", "fr", None))
        held[id] = fields, language
        entries.append(texts.document(id, fields["content"], name=fields["name"], language=language))
    assert not texts.write(*entries)
    for _ in range(100):
        query = some_query(chance)
        expected = [id for id, (fields, language) in held.items() if finds(query, fields, language)]
        assert texts.reader.matching(PROJECT, query) == expected, query
        assert texts.reader.search(PROJECT, query, limit=1).total == len(expected), query


def test_memos_are_texts_too(request: pytest.FixtureRequest, texts: Texts, postgres: Postgres) -> None:
    memos = opened(request, Place("memo_text", 1), memo_text, postgres, texts.blobs)
    memos.index.create()
    beside = {"attached_object_type": "tag", "attached_object_id": 3, "user_id": 4, "starred": False}
    entries = [
        Entry(PROJECT, 1, 1, {"title": "Ironies", "content": "Das ist ein Widerspruch.", **beside}),
        Entry(PROJECT, 2, 1, {"title": "Plain", "content": "No irony.", **beside}),
    ]
    assert not memos.write(*entries)
    assert memos.find("irony") == [1, 2]
    assert memos.expert("title:irony") == [1]
    assert memos.find("widersprüche") == [1]
    assert [one.digest for one in memos.stored()] == memos.digests(*entries)
    starred = Entry(PROJECT, 1, 2, {**entries[0].values, "starred": True})
    assert not memos.write(starred)
    assert [one.digest for one in memos.stored()] == memos.digests(starred, entries[1])
    memos.index.drop()
