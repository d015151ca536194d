"""Which tokens and sentences a range of a text touches."""

from array import array
from bisect import bisect_left, bisect_right
from typing import TypeAlias

Offsets: TypeAlias = "memoryview[int] | array[int]"
"""Half-open code-point ranges [b0, e0, b1, e1, ...], in order and disjoint, as uint32."""


def touched(offsets: Offsets, begin: int, end: int) -> tuple[int, int]:
    """The half-open range of indices of the ranges that share a character with [begin, end): the first one that does
    and the one after the last. When none does, it is empty, (i, i), and i the index of the next range."""
    pairs = memoryview(offsets)
    return bisect_right(pairs[1::2], begin), bisect_left(pairs[::2], end)


def token_range(tokens: Offsets, begin: int, end: int) -> tuple[int, int]:
    """`begin_token` and (exclusive) `end_token` of the characters [begin, end), begin < end."""
    return touched(tokens, begin, end)


def sentence_range(sentences: Offsets, begin: int, end: int) -> tuple[int, int]:
    """The first sentence and (exclusive) the one after the last that [begin, end) touches, begin < end."""
    return touched(sentences, begin, end)
