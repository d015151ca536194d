"""Queries as they are read."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from systems.text_query_expert_system import parse_expert
from systems.text_query_simple_system import parse_simple
from systems.text_query_system import (
    MAX_LEAVES,
    MAX_LENGTH,
    And,
    Everything,
    Fuzzy,
    Malformed,
    Not,
    Nothing,
    Or,
    Pattern,
    Phrase,
    Query,
    Word,
    leaves,
)

A, B, C = Word("a"), Word("b"), Word("c")
FIELDS = ("name", "content")


@pytest.mark.parametrize(
    ("text", "query"),
    [
        ("a b", And((A, B))),
        ("a + b", And((A, B))),
        ("a | b c", Or((A, And((B, C))))),
        ("(a | b) c", And((Or((A, B)), C))),
        ("-a", Not(A)),
        ("a -(b | c)", And((A, Not(Or((B, C)))))),
        ("--a", A),
        ("e-mail", Phrase(("e", "mail"))),
        ("C++", C),
        ("a - b", And((A, B))),
        ('"lazy afternoon"', Phrase(("lazy", "afternoon"))),
        ('"lazy afternoon"~3', Phrase(("lazy", "afternoon"), 3)),
        ('"lazy"', Phrase(("lazy",))),
        (r"\"a", A),
        ("haus*", Pattern("haus*")),
        ("Ä*ß", Pattern("a*ss")),
        ("house~1", Fuzzy("house", 1)),
        ("house~", Fuzzy("house", 1)),
        ("afternoon~", Fuzzy("afternoon", 2)),
        ("ab~", Word("ab")),
        ("house~7", Fuzzy("house", 2)),
        ("", Everything()),
        (" \n", Everything()),
        ("*", Everything()),
        ("a *", A),
        ("!!!", Nothing()),
        ("a !!!", A),
        ("+ | - ~ ~2", Word("2")),
    ],
)
def test_simple(text: str, query: Query) -> None:
    assert parse_simple(text) == query


@pytest.mark.parametrize(
    ("text", "query"),
    [
        ('"a b', Phrase(("a", "b"))),
        ("((a", A),
        ("a) b", And((A, B))),
        ("| a |", A),
        ("a + + b", And((A, B))),
        ("()", Nothing()),
        ("a \\", A),
        ('a "', A),
    ],
)
def test_simple_reads_what_is_written_wrongly_as_well_as_it_can(text: str, query: Query) -> None:
    assert parse_simple(text) == query


@pytest.mark.parametrize(
    ("text", "query"),
    [
        ("a b", And((A, B))),
        ("a AND b OR c", Or((And((A, B)), C))),
        ("a && b || c", Or((And((A, B)), C))),
        ("a NOT b", And((A, Not(B)))),
        ("a -b !c", And((A, Not(B), Not(C)))),
        ("NOT NOT a", A),
        ("+a", A),
        ("name:a", Word("a", "name")),
        ("name:(a OR content:b)", Or((Word("a", "name"), Word("b", "content")))),
        ('name:"a b"~2', Phrase(("a", "b"), 2, "name")),
        ("h?us*", Pattern("h?us*")),
        (r"a\:b", Phrase(("a", "b"))),
        (r"wh\?t", Phrase(("wh", "t"))),
        ("ANDROID ORANGE", And((Word("android"), Word("orange")))),
        ("and or not", And((Word("and"), Word("or"), Word("not")))),
        ("R&D", Phrase(("r", "d"))),
        ("*", Everything()),
        ("a OR *", Everything()),
        ("NOT *", Nothing()),
        ("", Everything()),
    ],
)
def test_expert(text: str, query: Query) -> None:
    assert parse_expert(text, FIELDS) == query


@pytest.mark.parametrize(
    ("text", "at", "expected"),
    [
        ("a AND", 5, "a word, a phrase or a bracket"),
        ("a OR OR b", 5, "a word, a phrase or a bracket"),
        ("(a", 2, "a bracket that closes the one at 0"),
        ("a (b (c)", 8, "a bracket that closes the one at 2"),
        ("a)", 1, "no closing bracket, because none is open"),
        ('ä "b', 4, "a quotation mark that closes the one at 2"),
        ("a title:b", 2, "one of the fields content, name"),
        ("name:", 5, "a word, a phrase or a bracket"),
        (":a", 0, "the name of a field before the colon"),
        ("a^2", 1, "a space, or \\ before ^"),
        ("a [b TO c]", 2, "a word; ranges are not known here"),
        ("/a.*/", 0, "a word; regular expressions are not known here"),
        ("a~3", 2, "a distance of 0, 1 or 2"),
        ("a*~1", 2, "no ~ behind a word with * or ?"),
        ("a~1.5 b", 3, "a space behind a whole number"),
        ("(a~x)", 3, "a space behind a whole number"),
        ('"a b"~2.5', 7, "a space behind a whole number"),
        ("name:*", 5, "at least one letter or digit beside * and ?"),
        ("a AND ...", 6, "at least one letter or digit"),
        ("()", 1, "a word, a phrase or a bracket"),
        ("a\\", 1, "a word, a phrase or a bracket"),
    ],
)
def test_expert_says_where_something_is_wrong(text: str, at: int, expected: str) -> None:
    with pytest.raises(Malformed) as malformed:
        parse_expert(text, FIELDS)
    assert (malformed.value.at, malformed.value.expected) == (at, expected)
    assert str(malformed.value) == f"At character {at}: expected {expected}."


@pytest.mark.parametrize("parse", [parse_simple, lambda text: parse_expert(text, FIELDS)], ids=["simple", "expert"])
def test_no_more_is_asked_than_can_be_answered(parse) -> None:  # type: ignore[no-untyped-def]
    parse(" ".join(f"w{number}" for number in range(MAX_LEAVES)))
    for excess in (
        "x" * (MAX_LENGTH + 1),
        " ".join(f"w{number}" for number in range(MAX_LEAVES + 1)),
        "(" * 100 + "a" + ")" * 100,
        '"' + "a " * 100 + '"',
        '"a b"~51',
        '"a b c d e f g h"~9',
        '"a b"~99999',
    ):
        with pytest.raises(Malformed):
            parse(excess)


@given(st.text(st.sampled_from('ab "|+-()~*?\\:&!^[]/nameANDORT12é京👍'), max_size=40))
def test_whatever_is_written_is_read_or_refused(text: str) -> None:
    list(leaves(parse_simple(text)))
    try:
        list(leaves(parse_expert(text, FIELDS)))
        at = 0
    except Malformed as malformed:
        at = malformed.at
    assert 0 <= at <= len(text)
