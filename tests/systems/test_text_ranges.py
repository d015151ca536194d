"""The tokens and sentences of a span are found by bisection, as a slow look at each would find them."""

from array import array

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from systems.text_ranges_system import sentence_range, token_range

TEXT = "Joy  is 👋 good."
TOKENS = array("I", [0, 3, 5, 7, 8, 9, 10, 14, 14, 15])


@pytest.mark.parametrize(
    ("begin", "end", "expected"),
    [
        (0, 3, (0, 1)),
        (1, 2, (0, 1)),
        (0, 15, (0, 5)),
        (2, 6, (0, 2)),
        (3, 5, (1, 1)),
        (3, 6, (1, 2)),
        (8, 9, (2, 3)),
        (13, 15, (3, 5)),
        (14, 15, (4, 5)),
    ],
)
def test_the_tokens_of_a_span(begin: int, end: int, expected: tuple[int, int]) -> None:
    assert token_range(TOKENS, begin, end) == expected
    assert token_range(memoryview(TOKENS), begin, end) == expected


def test_a_text_without_tokens_has_none() -> None:
    assert token_range(array("I"), 0, 5) == (0, 0)


@settings(deadline=None)
@given(st.lists(st.integers(1, 9)), st.integers(0, 60), st.integers(1, 60))
def test_a_range_holds_exactly_what_shares_a_character(steps: list[int], begin: int, length: int) -> None:
    offsets, at = array("I"), 0
    for number, step in enumerate(steps):
        if number % 3 != 2:
            offsets.extend((at, at + step))
        at += step
    end = begin + length
    first, last = sentence_range(offsets, begin, end)
    pairs = list(zip(offsets[::2], offsets[1::2], strict=True))
    assert list(range(first, last)) == [i for i, (b, e) in enumerate(pairs) if b < end and begin < e]
    assert 0 <= first <= last <= len(pairs)
