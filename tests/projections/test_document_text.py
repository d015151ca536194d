"""What is found in document texts, on every backend for real."""

import random

import pytest

from projections._behind import Entry
from systems.text_query_simple_system import parse_simple
from systems.text_query_system import And, Fuzzy, Not, Or, Pattern, Phrase, Query, Word
from tests.projections.text_reference import finds
from tests.projections.texts import PROJECT, Texts

VOCABULARY = ("haus", "hauser", "house", "houses", "run", "running", "a", "b", "c", "ab", "Straße", "京", "👍", "don't")


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


def test_a_word_is_found_in_any_form_in_a_very_long_text(texts: Texts) -> None:
    texts.hold("runs " * 100_001)
    assert texts.find("running") == [1]


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
