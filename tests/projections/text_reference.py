"""What a query should find, worked out word by word without any index."""

from collections.abc import Iterable, Mapping
from fnmatch import fnmatchcase
from typing import assert_never

from rapidfuzz.distance import OSA

from systems.text_folding_system import words
from systems.text_query_system import And, Everything, Fuzzy, Leaf, Not, Nothing, Or, Pattern, Phrase, Query, Word
from systems.text_stems_system import forms, languages_of, stem_lexemes


def finds(query: Query, texts: Mapping[str, str], language: str | None) -> bool:
    match query:
        case And(items=items):
            return all(finds(item, texts, language) for item in items)
        case Or(items=items):
            return any(finds(item, texts, language) for item in items)
        case Not(item=item):
            return not finds(item, texts, language)
        case Everything():
            return True
        case Nothing():
            return False
        case Word() | Phrase() | Fuzzy() | Pattern():
            named = [texts[query.field]] if query.field else texts.values()
            return any(_leaf_finds(query, words(text), languages_of(language)) for text in named)
        case _:
            assert_never(query)


def _leaf_finds(leaf: Leaf, found: list[str], languages: Iterable[str]) -> bool:
    match leaf:
        case Word(word=word):
            plain, stems = forms(word)
            return bool(plain & set(found) or stems & set(stem_lexemes(found, languages)))
        case Phrase(words=phrase, slop=slop):
            return any(_stands(phrase, slop, found, at) for at in range(len(found)))
        case Fuzzy(word=word, distance=distance):
            return any(OSA.distance(word, one) <= distance for one in found)
        case Pattern(pattern=pattern):
            return any(fnmatchcase(one, pattern) for one in found)
        case _:
            assert_never(leaf)


def _stands(phrase: tuple[str, ...], slop: int, found: list[str], at: int) -> bool:
    if found[at] != phrase[0]:
        return False
    if len(phrase) == 1:
        return True
    following = range(at + 1, min(at + 2 + slop, len(found)))
    return any(_stands(phrase[1:], slop - (next_ - at - 1), found, next_) for next_ in following)
