"""A text is normalised once, before offsets exist."""

import time
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from systems.text_normal_system import moved, normalise

anything = st.text(
    st.characters(codec=None) | st.sampled_from("\r\n\0\x1f\x7f\x85\u2028\ufeff\ud800e\u0301\u0344\u0316")
)


@settings(deadline=None)
@given(anything)
def test_normalising_twice_is_normalising_once(text: str) -> None:
    assert normalise(normalise(text)) == normalise(text)


@settings(deadline=None)
@given(anything)
def test_a_normalised_text_can_be_stored_anywhere(text: str) -> None:
    normal = normalise(text)
    normal.encode()
    assert unicodedata.is_normalized("NFC", normal)
    assert not {character for character in normal if unicodedata.category(character) == "Cc"} - set("\t\n")


@settings(deadline=None)
@given(st.lists(anything))
def test_a_place_moves_with_what_stands_before_it(pieces: list[str]) -> None:
    text = "".join(f"x{piece}" for piece in pieces)
    begins = [0, *(sum(len(piece) + 1 for piece in pieces[:end]) for end in range(1, len(pieces) + 1))]
    assert moved(text, begins) == {begin: len(normalise(text[:begin])) for begin in begins}


@pytest.mark.parametrize(
    ("text", "normal"),
    [
        ("a\r\nb\rc\nd", "a\nb\nc\nd"),
        ("a\r\r\nb", "a\n\nb"),
        ("page\fbreak\vline\x85next\u2028line\u2029par", "page\nbreak\nline\nnext\nline\npar"),
        ("a\0b\x07c\x1bd\x7fe\x9ff\tg", "abcdef\tg"),
        ("e\u0301 \u1100\u1161", "é 가"),
        ("\ufeff\ufefftext\ufeff", "text\ufeff"),
        ("\x00\ufefftext", "text"),
        ("lone \ud800 and \udfff", "lone \ufffd and \ufffd"),
        ("x\u0323\u0332", "x\u0323\u0332"),
        ("👩\u200d👩\u200d👧 🇩🇪", "👩\u200d👩\u200d👧 🇩🇪"),
        ("  blanks stay \n\n ", "  blanks stay \n\n "),
    ],
)
def test_line_ends_controls_and_composition_are_settled(text: str, normal: str) -> None:
    assert normalise(text) == normal


@pytest.mark.parametrize("marks", ["\u0301\u0316", "\U0001d165\U0001d16d", "\u0344"])
def test_endless_combining_marks_take_linear_time(marks: str) -> None:
    begun = time.process_time()
    normal = normalise("a" + marks * 100_000)
    assert time.process_time() - begun < 2
    assert normalise(normal) == normal
