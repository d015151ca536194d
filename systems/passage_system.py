"""Passages of a text found again in another version of it."""

from collections.abc import Iterable
from typing import Final

_CONTEXT: Final = 40
_NEAR: Final = 50_000
_FAR_SEARCHES: Final = 500
_CANDIDATES: Final = 50


class Passages:
    """Finds passages of `before` in `now`; cheapest when they are asked for from the front to the back."""

    def __init__(self, before: str, now: str) -> None:
        self._before = before
        self._now = now
        self._shift = 0
        self._far_searches = _FAR_SEARCHES

    def find(self, begin: int, end: int, words: str | None = None) -> int | None:
        """Where the words of [begin, end) are now: of several places, the one with the likeliest neighbourhood.

        `words` are given for a passage of an even older text, whose neighbourhood is not known.
        """
        quote = self._before[begin:end] if words is None else words
        if not quote:
            return None
        expected = begin + self._shift
        places = self._places(quote, expected - _NEAR, expected + _NEAR + len(quote))
        if not places and self._far_searches:
            self._far_searches -= 1
            places = self._places(quote, 0, len(self._now))
        if not places:
            return None
        found = min(places, key=lambda place: (-self._likeness(begin, end, place, words), abs(place - expected)))
        self._shift = found - begin
        return found

    def _places(self, quote: str, begin: int, end: int) -> list[int]:
        """The first few places of the quote in [begin, end), and those nearest to its middle."""
        begin, end = max(begin, 0), min(end, len(self._now))
        middle = (begin + end) // 2
        found: list[int] = []
        at = self._now.find(quote, max(begin, middle - len(quote) - 1_000), end)
        while at >= 0 and len(found) < _CANDIDATES:
            found.append(at)
            at = self._now.find(quote, at + 1, end)
        at = self._now.rfind(quote, begin, min(end, middle + len(quote)))
        if at >= 0:
            found.append(at)
        return found

    def _likeness(self, begin: int, end: int, place: int, words: str | None) -> int:
        """How many characters before and behind the passage are the same in both texts."""
        if words is not None:
            return 0
        length = end - begin
        before = _same(
            reversed(self._before[max(begin - _CONTEXT, 0) : begin]),
            reversed(self._now[max(place - _CONTEXT, 0) : place]),
        )
        behind = _same(self._before[end : end + _CONTEXT], self._now[place + length : place + length + _CONTEXT])
        return before + behind


def _same(one: Iterable[str], other: Iterable[str]) -> int:
    count = 0
    for a, b in zip(one, other, strict=False):
        if a != b:
            break
        count += 1
    return count
