"""Words as they are compared, and where they stand."""

import sys
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from systems.text_folding_system import LONGEST, fold, folded, words

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=60)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Straße STRAẞE", ["strasse", "strasse"]),
        ("ﬁn e\u0301tude É", ["fin", "etude", "e"]),
        ("İstanbul \u0131r", ["istanbul", "ir"]),
        ("don\u2019t—stop…", ["don", "t", "stop"]),
        ("snake_case 3.14 ½", ["snake", "case", "3", "14", "1", "2"]),
        ("日本語です", ["日", "本", "語", "で", "す"]),
        ("ガ が", ["ガ", "が"]),
        ("한국어", ["한국어"]),
        ("हिन्दी", ["हिन्दी"]),
        ("👩\u200d👩\u200d👧 👍🏽! ❤\ufe0f", ["👩", "👩", "👧", "👍", "❤"]),
        ("Œuvre Łódź Ærø", ["oeuvre", "lodz", "aero"]),
        ("Wör\u00adter", ["worter"]),
        ("zero\u200bwidth", ["zero", "width"]),
        ("שָׁלוֹם", ["שלום"]),
        ("…!?", []),
    ],
)
def test_words(text: str, expected: list[str]) -> None:
    assert words(text) == expected


def test_composed_or_not_a_word_is_the_same() -> None:
    for text in ("Ärger", "étude", "Ǻ", "ἄνθρωπος"):
        forms = {form: unicodedata.normalize(form, text) for form in ("NFC", "NFD")}
        assert words(forms["NFC"]) == words(forms["NFD"])


def test_every_character_folds_to_words_that_stay_as_they_are() -> None:
    for code in range(sys.maxunicode + 1):
        if not 0xD800 <= code < 0xE000:
            found = words(chr(code))
            assert words(" ".join(found)) == found, hex(code)
            assert not set("".join(found)) & set(" '\"\\:=#+*?%_,{}"), hex(code)


@given(TEXTS)
def test_folding_twice_changes_nothing_more(text: str) -> None:
    assert words(fold(text)) == words(text)


@given(TEXTS)
def test_every_folded_character_knows_where_it_comes_from(text: str) -> None:
    found = folded(text)
    assert found.text == fold(text)
    at = 0
    for word in found.text.split():
        begin = found.text.index(word, at)
        at = begin + len(word)
        first, last = found.origin(begin, at)
        assert 0 <= first < last <= len(text)
        assert "".join(words(word)) in "".join(words(text[first:last]))


@pytest.mark.parametrize("letter", ["x", "é", "한"])
@pytest.mark.parametrize("beyond", [-1, 0, 1, 2_000])
def test_overlong_words_are_cut(letter: str, beyond: int) -> None:
    word = words(letter)[0] * (LONGEST + beyond)
    assert words(f"a {letter * (LONGEST + beyond)} b") == ["a", word[:LONGEST], "b"]
