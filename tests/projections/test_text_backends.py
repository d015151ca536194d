"""What one backend of texts does or refuses that another need not."""

import re
from pathlib import Path

import pytest

from configs.schema import load
from projections._behind import Gone, NotMade
from projections._text_elastic import ElasticTextIndex
from projections._text_elastic_reader import ElasticTextReader
from projections._text_postgres_reader import PostgresTextReader
from projections._text_reader import MAX_FORMS, TooManyForms
from projections.document_text import document_text
from repos._unavailable import Unavailable
from repos.blob_repo import BlobRepo
from repos.elasticsearch_repo import Elasticsearch
from repos.postgres_repo import Postgres
from systems.text_query_simple_system import parse_simple
from systems.text_query_system import Or, Pattern, Word
from tests.projections.texts import OTHER, PLACE, PROJECT, Texts


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


@pytest.mark.parametrize("texts", ["elasticsearch"], indirect=True)
def test_an_index_that_is_lost_says_so(texts: Texts) -> None:
    texts.index.drop()
    entry = texts.document(1, "an afternoon")
    for asked in (lambda: texts.write(entry), lambda: texts.unfound(entry), lambda: texts.forget(PROJECT)):
        with pytest.raises(Unavailable, match=r"no such index|index_not_found"):
            asked()
    with pytest.raises(NotMade, match="`palimpsest verify --repair` makes it again"):
        texts.find("afternoon")


@pytest.mark.parametrize("texts", ["elasticsearch"], indirect=True)
def test_a_document_that_lies_elsewhere_is_told_and_goes(texts: Texts, elasticsearch: Elasticsearch) -> None:
    texts.hold("an afternoon", "an afternoon")
    with elasticsearch.connection() as client:
        alias = f"{elasticsearch.prefix}-{texts.index.place.name}"
        held = client.get(index=alias, id=f"{PROJECT}-1", routing=str(PROJECT))["_source"]
        for name, body in (("elsewhere", held), ("nowhere", {"project_id": PROJECT, "id": 99})):
            client.index(index=alias, id=name, routing=str(PROJECT), document=body, refresh=True)
    assert [one.id for one in texts.stored()] == [1, 1, 2, 99]
    with texts.postgres.connection() as connection:
        texts.index.overwrite(connection, PROJECT, [1, 99], [texts.document(1, "an afternoon")])
    assert [one.id for one in texts.stored()] == [1, 2]
    assert texts.find("afternoon") == [1, 2]


@pytest.mark.parametrize("texts", ["elasticsearch"], indirect=True)
def test_what_is_said_more_often_comes_first_in_whatever_form(texts: Texts) -> None:
    texts.hold("She runs on.", "She runs, and he runs.")
    assert [hit.id for hit in texts.reader.search(PROJECT, parse_simple("running")).hits] == [2, 1]


def test_nobody_is_asked_to_write_nothing(postgres: Postgres, tmp_path: Path) -> None:
    nowhere = Elasticsearch(load("test", ["elasticsearch.url=http://127.0.0.1:1"], {}).elasticsearch)
    index = ElasticTextIndex(nowhere, PLACE, document_text(BlobRepo(tmp_path)))
    with postgres.connection() as connection:
        assert not index.write(connection, iter(()))
        with pytest.raises(Unavailable):
            index.write(connection, [Gone(PROJECT, 1, 1)])


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
