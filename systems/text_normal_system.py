"""The one form in which a text is kept: line ends, control characters and composition settled before offsets exist."""

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterable
from functools import cache
from typing import Final

_CONTROLS: Final = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f]")
_LINE_ENDS: Final = re.compile("\r\n|[\r\v\f\x85\u2028\u2029]")
_SURROGATES: Final = re.compile("[\ud800-\udfff]")
_LINES: Final = re.compile("[^\n]*\n|[^\n]+")
_MARK: Final = "\ufeff"
_LAST_COMBINING: Final = 0x1E94A


def normalise(text: str) -> str:
    """The text in NFC with LF as only line end (also for vertical tab, form feed, NEL, LS and PS), without byte order
    mark at its beginning and without control characters except tab; lone surrogates become U+FFFD. Doing it twice
    changes nothing more."""
    text = _LINE_ENDS.sub("\n", _CONTROLS.sub("", text))
    text = _SURROGATES.sub("\ufffd", text).lstrip(_MARK)
    if text.isascii():
        return text
    return composed(composed(text))


def composed(text: str) -> str:
    """NFC of the text in Unicode's stream-safe form (UAX #15): no run of more than 30 combining marks, whose ordering
    would take quadratic time. No writing system comes near that."""
    suspect, overlong = _mark_runs()
    if suspect.search(text):
        text = overlong.sub("\\1\u034f", text)
    return unicodedata.normalize("NFC", text)


def moved(text: str, offsets: Iterable[int]) -> dict[int, int]:
    """Where in the normalised text the places of these offsets into the text are; beyond its end they stay so."""
    begins, lengths = [0], [0]
    for line in _LINES.findall(text):
        lengths.append(lengths[-1] + _normal_length(line, begins[-1]))
        begins.append(begins[-1] + len(line))

    def place(offset: int) -> int:
        line = bisect_right(begins, offset) - 1
        beyond = max(0, offset - len(text))
        return lengths[line] + _normal_length(text[begins[line] : offset], begins[line]) + beyond

    return {offset: place(offset) for offset in offsets}


def _normal_length(piece: str, begin: int) -> int:
    """Of the beginning of a line; a byte order mark is one only where the text begins."""
    return len(normalise(f"\n{piece}")) - 1 if begin else len(normalise(piece))


@cache
def _mark_runs() -> tuple[re.Pattern[str], re.Pattern[str]]:
    """More than 30 combining marks in a row: a fast pattern that errs beyond the basic plane, and the exact one."""
    marks = "".join(filter(unicodedata.combining, map(chr, range(0x300, _LAST_COMBINING + 1))))
    basic = "".join(mark for mark in marks if mark <= "\uffff")
    suspect = f"[{basic}\U00010000-{chr(_LAST_COMBINING)}]{{31}}"
    return re.compile(suspect), re.compile(f"([{marks}]{{30}})(?=[{marks}])")
