"""Queries to texts in the words of PostgreSQL's full text search."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, assert_never

from sqlalchemy import ColumnElement, String, and_, bindparam, cast, false, func, not_, or_, true
from sqlalchemy.dialects.postgresql import TSQUERY

from projections._text_reader import TooManyForms
from projections._text_vector import lone, part, weight
from systems.text_query_system import (
    And,
    Everything,
    Fuzzy,
    Leaf,
    Not,
    Nothing,
    Or,
    Pattern,
    Phrase,
    Query,
    Word,
    leaves,
)
from systems.text_stems_system import forms

Expand = Callable[[Fuzzy | Pattern], Sequence[str]]
"""The words of a project that a leaf stands for."""

MAX_ALL_FORMS: Final = 5_000
"""How many words all fuzzy words and patterns of a query may stand for: PostgreSQL takes the square of them in time."""

MAX_BYTES: Final = 500_000
"""How long these may be together: PostgreSQL takes no more than twice as much."""


@dataclass
class TsQuery:
    """One query to the passages of one project: as tsqueries, and as SQL where passages are parts of entries."""

    project_id: int
    fields: Sequence[str]
    expand: Expand
    _of_leaves: dict[Leaf, str] = field(default_factory=dict)
    _expanded: dict[Fuzzy | Pattern, Sequence[str]] = field(default_factory=dict)

    def check(self, query: Query) -> None:
        """Raises TooManyForms, of the leaf with which it is too much."""
        forms = size = 0
        for leaf in leaves(query):
            if isinstance(leaf, Fuzzy) or (isinstance(leaf, Pattern) and not _is_prefix(leaf.pattern)):
                words = self._expand(leaf)
                forms += len(words)
                size += sum(len(word.encode()) for word in words)
                if forms > MAX_ALL_FORMS or size > MAX_BYTES:
                    raise TooManyForms(leaf)

    def lone(self, query: Query) -> str:
        """What finds the entries that are one passage."""
        return f"'{lone(self.project_id)}' & {self._tree(query)}"

    def any_part(self, query: Query) -> str:
        """What finds the passages of entries that are found by one of them."""
        return f"('{lone(self.project_id)}' | '{part(self.project_id)}') & {self._tree(query)}"

    def parts(self, query: Query) -> str:
        """What finds all passages that decide about entries of several."""
        mark = f"'{part(self.project_id)}'"
        if _true_without_leaves(query):
            return mark
        return f"{mark} & ({' | '.join(f'({self._leaf(leaf)})' for leaf in leaves(query))})"

    def rank(self, query: Query) -> str:
        """What counts for the score: every word that helps, wherever it stands."""
        return " | ".join(f"({self._words(leaf)})" for leaf in leaves(query, positive=True)) or "'='"

    def having(self, query: Query, terms: ColumnElement[Any]) -> ColumnElement[bool]:
        """Whether an entry is found, from the terms of all its passages."""
        match query:
            case And(items=items):
                return and_(*(self.having(item, terms) for item in items))
            case Or(items=items):
                return or_(*(self.having(item, terms) for item in items))
            case Not(item=item):
                return not_(self.having(item, terms))
            case Everything():
                return true()
            case Nothing():
                return false()
            case Word() | Phrase() | Fuzzy() | Pattern():
                return func.bool_or(found(terms, self._leaf(query)))
            case _:
                assert_never(query)

    def _tree(self, query: Query) -> str:
        match query:
            case And(items=items):
                return "(" + " & ".join(map(self._tree, items)) + ")"
            case Or(items=items):
                return "(" + " | ".join(map(self._tree, items)) + ")"
            case Not(item=item):
                return f"!{self._tree(item)}"
            case Everything():
                return f"'{lone(self.project_id)}'"
            case Nothing():
                return f"!'{lone(self.project_id)}'"
            case Word() | Phrase() | Fuzzy() | Pattern():
                return f"({self._leaf(query)})"
            case _:
                assert_never(query)

    def _leaf(self, leaf: Leaf) -> str:
        if leaf not in self._of_leaves:
            self._of_leaves[leaf] = self._phrase(leaf) if isinstance(leaf, Phrase) else self._words(leaf)
        return self._of_leaves[leaf]

    def _words(self, leaf: Leaf) -> str:
        """The words of a leaf, as if any one of them were enough."""
        match leaf:
            case Word(word=word):
                return " | ".join(self._word(form, leaf) for some in forms(word) for form in sorted(some))
            case Phrase(words=words):
                return " | ".join(self._word(word, leaf) for word in dict.fromkeys(words))
            case Pattern(pattern=pattern) if _is_prefix(pattern):
                return self._word(pattern[:-1], leaf, "*")
            case Fuzzy() | Pattern():
                return " | ".join(self._word(word, leaf) for word in self._expand(leaf)) or "'='"
            case _:
                assert_never(leaf)

    def _expand(self, leaf: Fuzzy | Pattern) -> Sequence[str]:
        if leaf not in self._expanded:
            self._expanded[leaf] = self.expand(leaf)
        return self._expanded[leaf]

    def _phrase(self, phrase: Phrase) -> str:
        words = [self._word(word, phrase) for word in phrase.words]
        return " | ".join(
            "(" + words[0] + "".join(f" <{gap + 1}> {word}" for gap, word in zip(gaps, words[1:], strict=True)) + ")"
            for gaps in _spreads(len(words) - 1, phrase.slop)
        )

    def _word(self, word: str, leaf: Leaf, star: str = "") -> str:
        label = weight(self.fields.index(leaf.field), len(self.fields)) if leaf.field else ""
        return f"'{word}':{star}{label}" if star or label else f"'{word}'"


def tsquery(written: str) -> ColumnElement[Any]:
    return cast(bindparam(None, written, String), TSQUERY)


def found(terms: ColumnElement[Any], written: str) -> ColumnElement[bool]:
    """A tsquery finds terms."""
    return terms.bool_op("@@")(tsquery(written))


def found_by_one(query: Query) -> bool:
    """Whether an entry is found as soon as one of its passages is: nothing depends on what is in several."""
    match query:
        case Or(items=items):
            return all(map(found_by_one, items))
        case Word() | Phrase() | Fuzzy() | Pattern():
            return True
        case _:
            return False


def _is_prefix(pattern: str) -> bool:
    return pattern.endswith("*") and not {"*", "?"} & set(pattern[:-1])


def _spreads(gaps: int, slop: int) -> Iterator[tuple[int, ...]]:
    """How at most `slop` words can stand in some gaps."""
    if gaps == 0:
        yield ()
        return
    for first in range(slop + 1):
        for others in _spreads(gaps - 1, slop - first):
            yield (first, *others)


def _true_without_leaves(query: Query) -> bool:
    """Whether it finds an entry in which none of its leaves is."""
    match query:
        case And(items=items):
            return all(map(_true_without_leaves, items))
        case Or(items=items):
            return any(map(_true_without_leaves, items))
        case Not(item=item):
            return not _true_without_leaves(item)
        case Everything():
            return True
        case _:
            return False
