"""Boundaries that ICU finds in a text, counted in code points."""

import re
from array import array
from collections.abc import Iterator
from typing import Final

from icu4py.breakers import BaseBreaker

_ASTRAL: Final = re.compile("[\U00010000-\U0010ffff]")


def boundaries(breaker: BaseBreaker, text: str) -> Iterator[int]:
    """The end of each segment of `text`, which the breaker was made for. ICU counts UTF-16 units: every character
    beyond the basic plane that lies before a boundary counts one too many there."""
    astral = array("I", (found.start() + before for before, found in enumerate(_ASTRAL.finditer(text))))
    if not astral:
        return (end for _, end in breaker.segments())
    return _shifted(breaker, astral)


def _shifted(breaker: BaseBreaker, astral: "array[int]") -> Iterator[int]:
    before, count = 0, len(astral)
    for _, end in breaker.segments():
        while before < count and astral[before] < end:
            before += 1
        yield end - before
