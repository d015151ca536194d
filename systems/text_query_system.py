"""What is asked of texts, as a tree that every backend understands alike."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from math import comb
from typing import Final, assert_never
from unicodedata import normalize

from systems.text_folding_system import words as folded_words

MAX_LENGTH: Final = 2_000
MAX_DEPTH: Final = 30
MAX_LEVELS: Final = 24
MAX_LEAVES: Final = 100
MAX_WORDS: Final = 60
MAX_SLOP: Final = 50
MAX_SPREADS: Final = 200
"""In how many ways the words of a loose phrase may be spread."""


class Malformed(Exception):
    """A query cannot be read: `at` is the code point where `expected` should have been."""

    def __init__(self, at: int, expected: str) -> None:
        self.at = at
        self.expected = expected
        super().__init__(f"At character {at}: expected {expected}.")


@dataclass(frozen=True, slots=True)
class Word:
    """A word in any of its forms. Here and below: folded, and in any field if `field` is None."""

    word: str
    field: str | None = None


@dataclass(frozen=True, slots=True)
class Phrase:
    """Exactly these words in this order, with at most `slop` others between them, all counted together."""

    words: tuple[str, ...]
    slop: int = 0
    field: str | None = None


@dataclass(frozen=True, slots=True)
class Fuzzy:
    """A word that becomes this one by at most `distance` letters added, left out, replaced or swapped with the next."""

    word: str
    distance: int
    field: str | None = None


@dataclass(frozen=True, slots=True)
class Pattern:
    """A word of this form, in which * stands for any letters and ? for one."""

    pattern: str
    field: str | None = None


@dataclass(frozen=True, slots=True)
class And:
    items: "tuple[Query, ...]"


@dataclass(frozen=True, slots=True)
class Or:
    items: "tuple[Query, ...]"


@dataclass(frozen=True, slots=True)
class Not:
    item: "Query"


@dataclass(frozen=True, slots=True)
class Everything:
    """Found in all texts; it is never part of another query."""


@dataclass(frozen=True, slots=True)
class Nothing:
    """Found in no text; it is never part of another query."""


Leaf = Word | Phrase | Fuzzy | Pattern
Query = Leaf | And | Or | Not | Everything | Nothing


def all_of(items: Iterable[Query]) -> Query:
    kept: dict[Query, None] = {}
    for item in items:
        if isinstance(item, Nothing):
            return item
        if not isinstance(item, Everything):
            kept.update(dict.fromkeys(item.items if isinstance(item, And) else (item,)))
    return And(tuple(kept)) if len(kept) > 1 else next(iter(kept), Everything())


def any_of(items: Iterable[Query]) -> Query:
    kept: dict[Query, None] = {}
    for item in items:
        if isinstance(item, Everything):
            return item
        if not isinstance(item, Nothing):
            kept.update(dict.fromkeys(item.items if isinstance(item, Or) else (item,)))
    return Or(tuple(kept)) if len(kept) > 1 else next(iter(kept), Nothing())


def none_of(item: Query) -> Query:
    match item:
        case Everything():
            return Nothing()
        case Nothing():
            return Everything()
        case Not(item=inner):
            return inner
        case _:
            return Not(item)


def leaves(query: Query, *, positive: bool = False) -> Iterator[Leaf]:
    """Its leaves; only those whose presence helps a text to be found if `positive`."""
    return _leaves(query, positive, True)


def _leaves(query: Query, only_positive: bool, is_positive: bool) -> Iterator[Leaf]:
    match query:
        case And(items=items) | Or(items=items):
            for item in items:
                yield from _leaves(item, only_positive, is_positive)
        case Not(item=item):
            yield from _leaves(item, only_positive, not is_positive)
        case Everything() | Nothing():
            return
        case Word() | Phrase() | Fuzzy() | Pattern():
            if is_positive or not only_positive:
                yield query
        case _:
            assert_never(query)


def words(text: str) -> list[str]:
    """The words that somebody has written, on whatever keyboard: texts are kept in NFC."""
    return folded_words(normalize("NFC", text))


def restricted(query: Query, field: str) -> Query:
    """The same in one field only, where it names none itself."""
    match query:
        case And(items=items):
            return And(tuple(restricted(item, field) for item in items))
        case Or(items=items):
            return Or(tuple(restricted(item, field) for item in items))
        case Not(item=item):
            return Not(restricted(item, field))
        case Word() | Phrase() | Fuzzy() | Pattern():
            return query if query.field else replace(query, field=field)
        case _:
            return query


def written(text: str, field: str | None) -> Query:
    """A word as somebody has written it: what the folding parts is a phrase. Nothing if no letter is in it."""
    found = words(text)
    if not found:
        return Nothing()
    return Word(found[0], field) if len(found) == 1 else Phrase(tuple(found), 0, field)


def written_phrase(text: str, slop: int, field: str | None, at: int) -> Phrase | Nothing:
    """A phrase between quotation marks that begins at `at`. Nothing if no letter is in it."""
    found = tuple(words(text))
    if not found:
        return Nothing()
    if len(found) > MAX_WORDS:
        raise Malformed(at, f"a phrase of at most {MAX_WORDS} words")
    if len(found) == 1:
        slop = 0
    if slop > MAX_SLOP or comb(len(found) - 1 + slop, slop) > MAX_SPREADS:
        raise Malformed(at, f"fewer words between the {len(found)} words of the phrase")
    return Phrase(found, slop, field)


def written_fuzzy(text: str, distance: int | None, field: str | None) -> Query:
    """A word followed by ~; without a number, longer words may differ more. Nothing if no letter is in it."""
    return all_of(_fuzzy(word, distance, field) for word in words(text)) if words(text) else Nothing()


def _fuzzy(word: str, distance: int | None, field: str | None) -> Query:
    if distance is None:
        distance = 0 if len(word) < 3 else 1 if len(word) < 6 else 2
    return Fuzzy(word, distance, field) if distance else Word(word, field)


def written_pattern(pieces: Iterable[str], field: str | None, at: int) -> Query:
    """A word with wildcards: `pieces` are "*", "?" and the letters between them."""
    found: list[str] = [""]
    for piece in pieces:
        if piece in ("*", "?"):
            found[-1] += piece
            continue
        parts = words(piece)
        if not parts:
            raise Malformed(at, "letters or digits beside * and ?")
        found[-1] += parts[0]
        found += parts[1:]
    if all(set(part) <= {"*", "?"} for part in found):
        raise Malformed(at, "at least one letter or digit beside * and ?")
    return all_of(Pattern(part, field) if {"*", "?"} & set(part) else Word(part, field) for part in found)


def check_size(query: Query) -> Query:
    """The query, if no more is asked than can be answered. Raises Malformed."""
    if sum(1 for _ in leaves(query)) > MAX_LEAVES:
        raise Malformed(0, f"at most {MAX_LEAVES} words and phrases")
    if _levels(query) > MAX_LEVELS:
        raise Malformed(0, "fewer brackets and negations inside each other")
    return query


def _levels(query: Query) -> int:
    match query:
        case And(items=items) | Or(items=items):
            return 1 + max(map(_levels, items))
        case Not(item=item):
            return 1 + _levels(item)
        case _:
            return 0


def check_length(text: str) -> None:
    if len(text) > MAX_LENGTH:
        raise Malformed(MAX_LENGTH, f"at most {MAX_LENGTH:,} characters")
