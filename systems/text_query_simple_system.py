"""Queries as people type them: words that must all be there, "phrases", + | - ( ), w*rds, word~1, "phrase"~3.

What is written wrongly is read as well as it can be: a quotation mark or bracket that is missing stands at the end,
signs without anything to act on are passed over.
"""

import re
from typing import Final

from systems.text_query_system import (
    MAX_DEPTH,
    Everything,
    Malformed,
    Nothing,
    Query,
    all_of,
    any_of,
    check_length,
    check_size,
    none_of,
    words,
    written,
    written_fuzzy,
    written_pattern,
    written_phrase,
)

_SPACE: Final = re.compile(r"\s+")
_PHRASE: Final = re.compile(r'"((?:[^"\\]|\\.)*)("|\\?\Z)(?:~(\d{1,4}))?', re.S)
_WORD: Final = re.compile(r'((?:[^\s"|+()~\\]|\\.)+)(~(\d{1,4})?)?', re.S)
_PIECES: Final = re.compile(r"(\*)|((?:[^*\\]|\\.)+)", re.S)
_ESCAPED: Final = re.compile(r"\\(.)", re.S)
_MAX_DISTANCE: Final = 2


def parse_simple(text: str) -> Query:
    """The tree of a query; an empty one finds everything. Raises Malformed only where too much is asked."""
    check_length(text)
    if not text.strip():
        return Everything()
    return check_size(_Reader(text).any() or Nothing())


class _Reader:
    """Every method reads from `at` and answers None where it finds nothing that could be searched for."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0
        self._depth = 0

    def any(self) -> Query | None:
        found: list[Query] = []
        while True:
            if (item := self._all()) is not None:
                found.append(item)
            if self._take("|"):
                continue
            return any_of(found) if found else None

    def _all(self) -> Query | None:
        found: list[Query] = []
        while True:
            self._skip()
            if self._take("+"):
                continue
            if not self._depth and self._take(")"):
                continue  # it closes nothing
            if self._at == len(self._text) or self._text[self._at] in "|)":
                return all_of(found) if found else None
            if (item := self._one()) is not None:
                found.append(item)

    def _one(self) -> Query | None:
        negated = False
        while self._take("-"):
            negated = not negated
        item = self._positive()
        return none_of(item) if negated and item is not None else item

    def _positive(self) -> Query | None:
        begin = self._at
        if self._take("("):
            return self._bracket(begin)
        if phrase := _PHRASE.match(self._text, begin):
            self._at = phrase.end()
            slop = int(phrase[3] or 0)
            return _searchable(written_phrase(_plain(phrase[1]), slop, None, begin))
        if word := _WORD.match(self._text, begin):
            self._at = word.end()
            return _searchable(_word(word[1], word[2], word[3], begin))
        if begin < len(self._text) and self._text[begin] not in "|+) \t\n":
            self._at += 1  # a sign that has nothing to act on
        return None

    def _bracket(self, begin: int) -> Query | None:
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise Malformed(begin, f"at most {MAX_DEPTH} brackets inside each other")
        item = self.any()
        self._depth -= 1
        self._take(")")
        return item

    def _skip(self) -> None:
        if space := _SPACE.match(self._text, self._at):
            self._at = space.end()

    def _take(self, sign: str) -> bool:
        if self._text.startswith(sign, self._at):
            self._at += 1
            return True
        return False


def _word(text: str, tilde: str | None, distance: str | None, at: int) -> Query:
    pieces = [found[1] or _plain(found[2]) for found in _PIECES.finditer(text)]
    letters = " ".join(piece for piece in pieces if piece != "*")
    if isinstance(written(letters, None), Nothing):
        return Everything() if pieces == ["*"] else Nothing()
    if tilde:
        return written_fuzzy(letters, min(int(distance), _MAX_DISTANCE) if distance else None, None)
    if "*" in pieces:
        return written_pattern([piece for piece in pieces if piece == "*" or words(piece)], None, at)
    return written(letters, None)


def _searchable(query: Query) -> Query | None:
    return None if isinstance(query, Nothing) else query


def _plain(text: str) -> str:
    return _ESCAPED.sub(r"\1", text)
