"""The sentences of a text, by the sentence boundaries of Unicode (UAX #29) and a few rules for prose."""

import re
from array import array
from bisect import bisect_left
from typing import Final

from icu4py.breakers import SentenceBreaker

from systems.text_blank_system import trimmed
from systems.text_boundary_system import boundaries
from systems.text_wrap_system import unwrapped

_ABBREVIATIONS: Final = frozenset(
    "Mr Mrs Ms Messrs Dr Drs Prof St Ste Rev Hon Fr Sr Jr Capt Col Gen Lt Maj Sgt Cmdr Gov Sen Rep Pres Mme Mlle MM Hr"  # noqa: SIM905
    " Sra Dra vs cf ca approx e.g i.e viz al et ed eds Fig fig Eq pp vol Vol Bd Nr bzw vgl Vgl sog z.B d.h u.a".split()
)
"""Words before a full stop that hardly ever end a sentence."""

_BEFORE_NUMBERS: Final = frozenset(("No", "Nos", "Art", "Sec", "Ch", "p", "pp", "ll"))
_REACH: Final = 40
_ENUMERATOR: Final = re.compile(r"\s*\(?(?:\d{1,3}|[A-Za-z]|[IVXLCivxlc]{2,6})\.\s*\Z")
_NO_WORDS_TO_LINE_END: Final = re.compile(r"[^\w\n]{1,40}(?:\n|\Z)")
_CLOSERS: Final = "”\u2019»)\\]"
_CLOSING: Final = re.compile(rf"[{_CLOSERS}]+[ \t\xa0]+")
_AFTER_QUOTE: Final = re.compile(rf"[\"'“{_CLOSERS}]\s*\Z")
_QUOTE_THEN_WORD: Final = re.compile(rf"[\"'{_CLOSERS}]\s+(\w)")
_OPENERS: Final = "\"'“\u2018«([-—\u2013"


def sentences(text: str, tokens: "array[int]") -> "array[int]":
    """Half-open code-point ranges [b0, e0, b1, e1, ...] of a normalised text: in order, disjoint, trimmed of blanks,
    never blank; every visible character is in one, no token is in two. Every line end parts sentences, except inside
    the paragraphs of a hard-wrapped text, where only a blank line does."""
    flow = unwrapped(text)
    starts = memoryview(tokens)[::2]
    found = array("I")
    begin = 0
    for cut in boundaries(SentenceBreaker(flow, "root"), flow):
        if flow[cut - 1] != "\n" and (closing := _CLOSING.match(flow, cut)):
            cut = closing.end()
        if cut < len(flow) and flow[cut - 1] != "\n":
            token = bisect_left(starts, cut) - 1
            if (token >= 0 and tokens[2 * token + 1] > cut) or _goes_on(flow, begin, cut):
                continue
        first, last = trimmed(text, begin, cut)
        if first < last:
            found.extend((first, last))
        begin = cut
    return found


def _goes_on(flow: str, begin: int, cut: int) -> bool:
    """Whether the sentence from `begin` reaches beyond the boundary `cut` that Unicode's rules alone would set."""
    before = flow[max(begin, cut - _REACH) : cut]
    words = before.split()
    last = words[-1].lstrip(_OPENERS) if words else ""
    if last.endswith(".") and (_is_initial(last) or _as_title(last[:-1]) in _ABBREVIATIONS):
        return True
    if last[:-1] in _BEFORE_NUMBERS and flow[cut].isdigit():
        return True
    if cut - begin <= len(before) and _ENUMERATOR.match(before) and (begin == 0 or flow[begin - 1] == "\n"):
        return True
    if _NO_WORDS_TO_LINE_END.match(flow, cut):
        return True
    if flow[cut].islower():
        return _AFTER_QUOTE.search(before) is not None
    quoted = _QUOTE_THEN_WORD.match(flow, cut)
    return quoted is not None and quoted[1].islower()


def _is_initial(word: str) -> bool:
    return len(word) == 2 and word[0].isupper() and word[0] != "I"


def _as_title(word: str) -> str:
    return word.capitalize() if word.isupper() else word
