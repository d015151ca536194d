"""Texts that are the same but for case."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commands.dto_base import name_key
from systems.fold_system import fold, folded


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
