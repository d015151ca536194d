"""Hard-wrapped prose: line ends that were set by the width of a page and not by the author."""

from itertools import pairwise
from typing import Final

_NARROWEST: Final = 40
_WIDEST: Final = 120


def unwrapped(text: str) -> str:
    """The text with each soft line end as a space, one character for one, so that offsets stay.

    A line end is soft when the next word would not have fitted into the line. Texts whose line ends are not mostly soft
    (verse, lists, one paragraph per line) come back as they are."""
    lines = text.split("\n")
    lengths = sorted(len(line) for line in lines if line and not line.isspace())
    if not lengths:
        return text
    width = lengths[len(lengths) * 19 // 20]
    if not _NARROWEST <= width <= _WIDEST:
        return text
    soft = [False] * len(lines)
    inner = flowing = 0
    for number, (line, following) in enumerate(pairwise(lines)):
        word = following.split(maxsplit=1)
        if not word or not line or line.isspace():
            continue
        inner += 1
        soft[number] = len(line) + 1 + len(word[0]) > width
        flowing += soft[number] and not (following[0].isupper() or following[0].isdigit())
    if 2 * flowing < inner or not flowing:
        return text
    return "".join(line + (" " if is_soft else "\n") for line, is_soft in zip(lines, soft, strict=True))[: len(text)]
