"""Passages that show why a text was found."""

import random
from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from systems.text_highlight_system import occurrences, snippets
from systems.text_query_expert_system import parse_expert
from systems.text_query_simple_system import parse_simple
from systems.text_query_system import Pattern, leaves
from systems.text_stems_system import languages_of
from tests.projections.text_reference import finds


def marked(query: str, text: str, language: str | None = "en") -> list[str]:
    places = occurrences(leaves(parse_simple(query), positive=True), text, languages_of(language))
    return [text[begin:end] for begin, end in places]


@pytest.mark.parametrize(
    ("query", "text", "expected"),
    [
        ("run", "He runs, she was running; rerun.", ["runs", "running"]),
        ('"lazy afternoon"', "A lazy, lazy\nafternoon", ["lazy\nafternoon"]),
        ('"a b"~1', "a x b, a x x b", ["a x b"]),
        ("strasse", "Die Straße, ﬁn", ["Straße"]),
        ("fin", "Straße: ﬁn", ["ﬁn"]),
        ("e", "e\u0301 x", ["e\u0301"]),
        ("北京", "我爱北京天安门", ["北京"]),
        ("👩", "x 👩\u200d👩\u200d👧!", ["👩\u200d👩\u200d👧"]),
        ("👍", "so 👍🏽👍", ["👍🏽", "👍"]),
        ('"🇪"', "🇩🇪🇫🇷", ["🇩🇪"]),
        ("afternon~1 mor*", "Afternoon? Morning!", ["Afternoon", "Morning"]),
        ("lazy -afternoon", "lazy afternoon", ["lazy"]),
        ("x" * 300, "y " + "x" * 400, ["x" * 400]),
    ],
)
def test_what_was_found_is_marked_whole(query: str, text: str, expected: list[str]) -> None:
    assert marked(query, text) == expected


def test_only_the_field_that_was_asked_is_marked() -> None:
    query = parse_expert("name:lazy AND content:afternoon", ("name", "content"))
    assert [one.html("a lazy afternoon") for one in snippets(query, "a lazy afternoon", (), "content", 3)] == [
        "a lazy <em>afternoon</em>"
    ]


def test_passages_are_short_and_safe() -> None:
    text = "word " * 100 + "<script> lazy & lazy" + " word" * 100 + " lazy"
    first, last = snippets(parse_simple("lazy"), text, (), "content", 5)
    assert first.html(text).count("word") < 30
    assert "&lt;script&gt; <em>lazy</em> &amp; <em>lazy</em>" in first.html(text)
    assert text[last.begin : last.end].endswith("lazy")
    assert len(snippets(parse_simple("lazy"), text, (), "content", 1)) == 1


def test_what_is_found_everywhere_is_shown_in_several_passages() -> None:
    text = "lazy afternoon " * 1_000
    found = snippets(parse_simple("lazy | afternoon"), text, (), "content", 5)
    assert len(found) == 5
    assert all(len(one.marks) > 1 and one.end - one.begin < 500 for one in found)
    assert all(one.end <= other.marks[0][0] and one.marks[-1][1] <= other.begin for one, other in pairwise(found))


def test_a_passage_without_spaces_is_cut_between_characters() -> None:
    text = "👩\u200d👩\u200d👧" * 60 + "北京" + "e\u0301" * 100
    (found,) = snippets(parse_simple("北京"), text, (), "content", 5)
    assert text[found.begin] == "👩"
    assert text[found.begin - 1] == "👧"
    assert text[found.end - 1] == "\u0301"


def test_whatever_is_found_is_marked_and_only_that() -> None:
    chance = random.Random(1)
    words = ("a", "b", "c", "houses", "Straße", "京", "👍🏽", "don't")
    for _ in range(300):
        text = " ".join(chance.choices(words, k=chance.randrange(10)))
        for query in ('"a b"', '"a b c"~1', "house", "hous*", "京", "strase~1", "don't"):
            tree = parse_simple(query)
            assert bool(marked(query, text)) == finds(tree, {"content": text}, "en"), (query, text)


def is_like(pattern: str, word: str) -> bool:
    """Whether a word has this form, from what all beginnings of the pattern and of the word say."""
    ends = {0}
    for one in pattern:
        if one == "*":
            ends = set(range(min(ends), len(word) + 1)) if ends else ends
        else:
            ends = {end + 1 for end in ends if end < len(word) and one in ("?", word[end])}
    return len(word) in ends


@given(st.text("ab*?", min_size=1, max_size=12), st.text("ab", min_size=1, max_size=12))
@example("*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*b", "a" * 60)
@example("*a" + "?" * 18, "a" * 60)
@example("a*a", "a")
@example("*ab*ab", "aab")
def test_a_word_of_a_form_is_marked_and_no_other(pattern: str, word: str) -> None:
    assert bool(occurrences([Pattern(pattern)], word, ())) == is_like(pattern, word)


def test_a_pattern_of_many_stars_is_soon_answered() -> None:
    assert marked("crowd | " + "*a" * 200 + "*b", "crowd " + "a" * 60 + " " + "a" * 128) == ["crowd"]
