"""Queries with fields and operators: name:letter AND (lazy OR "long afternoon"~2) NOT h?use* AND afternoon~1.

Words that stand side by side must all be there. What is written wrongly is refused, with the place.
"""

import re
from collections.abc import Collection
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
    written,
    written_fuzzy,
    written_pattern,
    written_phrase,
)

_SPACE: Final = re.compile(r"\s*")
_FIELD: Final = re.compile(r"([^\W\d]\w*):")
_PHRASE: Final = re.compile(r'"((?:[^"\\]|\\.)*)"(?:~(\d+)?)?', re.S)
_WORD: Final = re.compile(r"""((?:[^\s"()[\]{}^~:\\!&|]|\\.|(?<=.)[!&|](?![&|]))+)(~(\d+)?)?""", re.S)
_PIECES: Final = re.compile(r"([*?])|((?:[^*?\\]|\\.)+)", re.S)
_ESCAPED: Final = re.compile(r"\\(.)", re.S)
_AND: Final = re.compile(r"AND(?![\w:])|&&")
_OR: Final = re.compile(r"OR(?![\w:])|\|\|")
_NOT: Final = re.compile(r"NOT(?![\w:])|!|-")
_UNKNOWN: Final = {
    "[": "a word; ranges are not known here",
    "{": "a word; ranges are not known here",
    "/": "a word; regular expressions are not known here",
    "^": "a word; weights are not known here",
    ":": "the name of a field before the colon",
}


def parse_expert(text: str, fields: Collection[str]) -> Query:
    """The tree of a query over these fields; an empty one finds everything. Raises Malformed."""
    check_length(text)
    if not text.strip():
        return Everything()
    reader = _Reader(text, fields)
    query = reader.any(None)
    reader.end()
    return check_size(query)


class _Reader:
    """Every method reads from `at`; `field` is that of the brackets around it."""

    def __init__(self, text: str, fields: Collection[str]) -> None:
        self._text = text
        self._fields = fields
        self._at = 0
        self._depth = 0

    def any(self, field: str | None) -> Query:
        found = [self._all(field)]
        while self._take(_OR):
            found.append(self._all(field))
        return any_of(found)

    def end(self) -> None:
        if self._at < len(self._text):
            raise Malformed(self._at, "no closing bracket, because none is open" if self._here() == ")" else "a word")

    def _all(self, field: str | None) -> Query:
        found = [self._one(field)]
        while True:
            if self._take(_AND):
                found.append(self._one(field))
            elif self._here() in ("", ")") or _OR.match(self._text, self._at):
                return all_of(found)
            else:
                found.append(self._one(field))

    def _one(self, field: str | None) -> Query:
        self._skip()
        begin = self._at
        if self._take(_NOT):
            self._deeper(begin)
            item = none_of(self._one(field))
            self._depth -= 1
            return item
        if self._here() == "+":
            self._at += 1
        if named := _FIELD.match(self._text, self._at):
            field = self._known(named[1])
            self._at = named.end()
        return self._primary(field)

    def _primary(self, field: str | None) -> Query:
        self._skip()
        begin = self._at
        if self._here() == "(":
            return self._bracket(begin, field)
        if self._here() == '"':
            return self._phrase(begin, field)
        word = _WORD.match(self._text, begin)
        if word is None or word[1][0] == "/" or _AND.fullmatch(word[0]) or _OR.fullmatch(word[0]):
            raise Malformed(begin, _UNKNOWN.get(self._here(), "a word, a phrase or a bracket"))
        self._at = word.end()
        if self._at < len(self._text) and self._text[self._at] in "^[]{}:":
            raise Malformed(self._at, f"a space, or \\ before {self._text[self._at]}")
        self._ended(word[2])
        return self._word(word, begin, field)

    def _word(self, word: "re.Match[str]", begin: int, field: str | None) -> Query:
        pieces = [found[1] or _plain(found[2]) for found in _PIECES.finditer(word[1])]
        wild = any(found[1] for found in _PIECES.finditer(word[1]))
        if word[2]:
            if wild:
                raise Malformed(word.start(2), "no ~ behind a word with * or ?")
            return _searchable(written_fuzzy(pieces[0], _distance(word), field), begin)
        if wild and pieces == ["*"] and field is None:
            return Everything()
        return written_pattern(pieces, field, begin) if wild else _searchable(written(pieces[0], field), begin)

    def _phrase(self, begin: int, field: str | None) -> Query:
        phrase = _PHRASE.match(self._text, begin)
        if phrase is None:
            raise Malformed(len(self._text), f"a quotation mark that closes the one at {begin}")
        self._at = phrase.end()
        self._ended(phrase[2])
        return _searchable(written_phrase(_plain(phrase[1]), _number(phrase[2]), field, begin), begin)

    def _ended(self, number: str | None) -> None:
        """A number behind ~ is a whole one, and nothing else follows on it."""
        if number and _WORD.match(self._text, self._at):
            raise Malformed(self._at, "a space behind a whole number")

    def _bracket(self, begin: int, field: str | None) -> Query:
        self._deeper(begin)
        self._at += 1
        item = self.any(field)
        self._depth -= 1
        self._skip()
        if self._here() != ")":
            raise Malformed(self._at, f"a bracket that closes the one at {begin}")
        self._at += 1
        return item

    def _deeper(self, begin: int) -> None:
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise Malformed(begin, f"at most {MAX_DEPTH} brackets or negations inside each other")

    def _known(self, name: str) -> str:
        if name not in self._fields:
            raise Malformed(self._at, f"one of the fields {', '.join(sorted(self._fields))}")
        return name

    def _skip(self) -> None:
        if space := _SPACE.match(self._text, self._at):
            self._at = space.end()

    def _here(self) -> str:
        """The next character, or nothing."""
        self._skip()
        return self._text[self._at : self._at + 1]

    def _take(self, operator: "re.Pattern[str]") -> bool:
        self._skip()
        if found := operator.match(self._text, self._at):
            self._at = found.end()
            return True
        return False


def _distance(word: "re.Match[str]") -> int | None:
    if word[3] is None:
        return None
    if int(word[3][:4]) > 2:
        raise Malformed(word.start(3), "a distance of 0, 1 or 2")
    return int(word[3])


def _number(digits: str | None) -> int:
    return int(digits[:6]) if digits else 0


def _searchable(query: Query, at: int) -> Query:
    if isinstance(query, Nothing):
        raise Malformed(at, "at least one letter or digit")
    return query


def _plain(text: str) -> str:
    return _ESCAPED.sub(r"\1", text)
