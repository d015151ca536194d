"""Words by their stems, so that one form of a word finds the others, in the languages that have a stemmer here."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from functools import cache, lru_cache
from itertools import chain, compress
from threading import local
from typing import TYPE_CHECKING, Final

import Stemmer

if TYPE_CHECKING:
    from systems.text_stems_table_system import StemTable

LANGUAGES: Final = {"de": "german", "en": "english"}
_MARK: Final = "="
_REMEMBERED: Final = 200_000
_ASKED: Final = 1_000
_local: Final = local()


def languages_of(language: str | None) -> tuple[str, ...]:
    """Those by whose rules a text is stemmed: its own, if there are any, and all where it is not known."""
    if language is None:
        return tuple(LANGUAGES)
    return (language,) if language in LANGUAGES else ()


def stem(word: str, language: str) -> str:
    """The stem of a folded word."""
    stemmers = vars(_local)
    if language not in stemmers:
        stemmers[language] = Stemmer.Stemmer(LANGUAGES[language], 0)
    return str(stemmers[language].stemWord(word))


class _Lexemes(dict[str, str]):
    """What an index holds beside each word in a language: nothing beside one that is its own stem."""

    def __init__(self, language: str) -> None:
        self._language = language

    def __missing__(self, word: str) -> str:
        # There are so many numbers that they would push out the words.
        if word.isdecimal():
            return ""
        if len(self) >= _REMEMBERED:
            self.clear()
        stemmed = stem(word, self._language)
        self[word] = lexeme = "" if stemmed == word else f"{_MARK}{self._language}{_MARK}{stemmed}"
        return lexeme


_LEXEMES: Final = {language: _Lexemes(language) for language in LANGUAGES}


def stem_lexemes(words: Collection[str], languages: Iterable[str]) -> Iterator[str]:
    """The stems to hold beside these words, some more than once; no word looks like one."""
    lexemes = (map(_LEXEMES[language].__getitem__, words) for language in languages)
    return filter(None, chain.from_iterable(lexemes))


@cache
def _table(language: str) -> "StemTable":
    # Where few texts are indexed nobody needs to wait for what it is made with.
    from systems.text_stems_table_system import StemTable

    return StemTable(_LEXEMES[language].__getitem__)


def stems_beside(texts: Sequence[str], languages: Sequence[Collection[str]]) -> list[str]:
    """What `stem_lexemes` says of each folded text in its languages, those of one after those of the other, parted by
    spaces; it takes far less time for many texts."""
    found: list[list[str]] = [[] for _ in texts]
    for language in LANGUAGES:
        if not (those := [place for place, some in enumerate(languages) if language in some]):
            continue
        for place, stems in zip(those, _table(language).beside([texts[place] for place in those]), strict=True):
            if stems:
                found[place].append(stems)
    return list(map(" ".join, found))


def having_stems(words: Iterable[str], languages: Iterable[str], stems: Collection[str]) -> set[str]:
    """Those of the words beside which one of these stems is held."""
    # A stem begins as its words do, which is seen faster than what each word's stem is.
    first = {one.rpartition(_MARK)[2][:1] for one in stems}
    words = [word for word in words if word[:1] in first]
    found: set[str] = set()
    for language in languages:
        found.update(compress(words, map(stems.__contains__, map(_LEXEMES[language].__getitem__, words))))
    return found


@lru_cache(_ASKED)
def forms(word: str) -> tuple[frozenset[str], frozenset[str]]:
    """What finds a word in any of its forms: words that may stand in a text, and stems that may be held beside them."""
    stems = {language: stem(word, language) for language in LANGUAGES}
    return frozenset((word, *stems.values())), frozenset(f"{_MARK}{one}{_MARK}{stems[one]}" for one in stems)
