"""Texts as PostgreSQL's full text search holds them: tsvectors made here, so that every backend has the same words."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from projections._text_model import Texts
from systems.text_folding_system import words
from systems.text_query_system import MAX_SLOP, MAX_WORDS
from systems.text_stems_system import stem_lexemes

WEIGHTS = "ABCD"
"""The label of a field in a tsvector, by its place; the last field has the last."""

_APART = 256
"""Positions between two fields, so that no phrase reaches from one into the other."""

_SIZE = 4_000
_OVERLAP = MAX_WORDS + MAX_SLOP
# A tsvector keeps 255 positions of a word, and 1 MB in all.
_OCCURRENCES = 250
_LETTERS = 250_000


@dataclass(frozen=True, slots=True)
class Vectors:
    """The passages of an entry as literals of tsvectors, each with the number of its project, and all its words."""

    passages: list[str]
    words: set[str]


def lone(project_id: int) -> str:
    """The word that only entries of the project have that are one passage."""
    return f"#{project_id}"


def part(project_id: int) -> str:
    """The word that only entries of the project have that are several."""
    return f"+{project_id}"


def weight(place: int, fields: int) -> str:
    return WEIGHTS[place] if place < fields - 1 else WEIGHTS[-1]


def vectors(project_id: int, fields: Sequence[str], texts: Texts, languages: Sequence[str]) -> Vectors:
    """Those of an entry whose last field may be long, while the others are names and titles."""
    *short, long = [words(texts[field]) for field in fields]
    head = list(_head(short, len(fields), languages))
    begin = _APART * len(short) + sum(map(len, short))
    slices = list(_slices(long))
    marker = lone(project_id) if len(slices) == 1 else part(project_id)
    passages = []
    for number, piece in enumerate(slices):
        distinct = set(piece)
        lexemes = [marker, *(head if number == 0 else ())]
        lexemes += [f"{word}:{at}" for at, word in enumerate(piece, begin + 1)]
        lexemes += map(f"%s:{len(fields)}".__mod__, set(stem_lexemes(distinct, languages)))
        passages.append(" ".join(lexemes))
    return Vectors(passages, {*long, *(word for field in short for word in field)})


def _head(short: Sequence[list[str]], fields: int, languages: Sequence[str]) -> Iterator[str]:
    begin = 0
    for place, found in enumerate(short):
        label = weight(place, fields)
        for at, word in enumerate(found, begin + 1):
            yield f"{word}:{at}{label}"
        for lexeme in set(stem_lexemes(found, languages)):
            yield f"{lexeme}:{place + 1}{label}"
        begin += len(found) + _APART


def _slices(found: list[str]) -> Iterator[list[str]]:
    """Pieces of which each fits into a tsvector and overlaps with the next by the longest phrase."""
    begin = 0
    while True:
        size = _SIZE
        while size > _OCCURRENCES and not _fits(found[begin : begin + size]):
            size //= 2
        yield found[begin : begin + size]
        if begin + size >= len(found):
            return
        begin += size - _OVERLAP


def _fits(piece: list[str]) -> bool:
    if len(piece) <= _OCCURRENCES:
        return True
    return max(Counter(piece).values()) <= _OCCURRENCES and sum(map(len, piece)) <= _LETTERS
