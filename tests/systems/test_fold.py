"""Texts that are the same but for case."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Text, func, literal, select
from sqlalchemy.dialects.postgresql import ARRAY

from commands.dto_base import name_key
from repos.postgres_repo import Postgres
from systems.fold_sql_system import folded_lower
from systems.fold_system import fold, folded
from systems.text_normal_system import normalise


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Lazy", "LAZY"),
        ("stra\u00dfe", "STRASSE"),
        ("\u00e9t\u00e9", "E\u0301TE\u0301"),
        ("\u03bf\u03b4\u03cc\u03c2", "\u039f\u0394\u038c\u03a3"),
        ("\ufb01n", "FIN"),
        ("\u1e9e", "ss"),
    ],
)
def test_what_differs_in_case_or_composition_is_the_same(one: str, other: str) -> None:
    assert fold(one) == fold(other)


@pytest.mark.parametrize(("one", "other"), [("e", "\u00e9"), ("a b", "a  b"), ("I", "\u0131")])
def test_other_letters_are_others(one: str, other: str) -> None:
    assert fold(one) != fold(other)


@given(st.text())
def test_folding_twice_is_folding_once(text: str) -> None:
    assert fold(fold(text)) == fold(text)
    assert unicodedata.is_normalized("NFC", fold(text))


@given(st.text(max_size=30))
def test_names_are_compared_in_the_same_way(name: str) -> None:
    assert fold(name) == name_key(name)


def test_a_list_is_folded_item_by_item_and_nothing_stays_nothing() -> None:
    assert folded(["Hunger", "FRONT"]) == ["hunger", "front"]
    assert folded(None) is None


def test_a_heap_of_accents_is_folded_in_no_time() -> None:
    heap = "a" + "\u0301\u0323" * 200_000
    assert fold(fold(heap)) == fold(heap)


def test_words_in_lower_case_are_folded_in_the_database_as_elsewhere(postgres: Postgres) -> None:
    """All letters there are, each between two others, and some words."""
    letters = "".join(filter(str.isalpha, map(chr, range(0x20000))))
    written = [*(f"x{letter}y" for letter in letters), "stra\u00dfe", "\u03c3\u03bf\u03c6\u03cc\u03c2", "Don't"]
    words = [normalise(word).lower() for word in written]
    word = func.unnest(literal(words, ARRAY(Text))).column_valued("word")
    with postgres.session() as db:
        assert db.scalars(select(folded_lower(word))).all() == [fold(word) for word in words]
