"""Words by their stems, so that one form of a word finds the others, in the languages that have a stemmer here."""

from collections.abc import Iterable
from functools import lru_cache
from threading import local
from typing import Final

import Stemmer

LANGUAGES: Final = {"de": "german", "en": "english"}
_MARK: Final = "="
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


@lru_cache(maxsize=500_000)
def stem_lexeme(word: str, language: str) -> str | None:
    """What an index holds beside a word that is not its own stem; no word looks like it."""
    stemmed = stem(word, language)
    return None if stemmed == word else f"{_MARK}{language}{_MARK}{stemmed}"


def stem_lexemes(words: Iterable[str], languages: Iterable[str]) -> set[str]:
    """The stems to hold beside these words."""
    return {lexeme for language in languages for word in words if (lexeme := stem_lexeme(word, language))}


def forms(word: str) -> tuple[frozenset[str], frozenset[str]]:
    """What finds a word in any of its forms: words that may stand in a text, and stems that may be held beside them."""
    stems = {language: stem(word, language) for language in LANGUAGES}
    return frozenset((word, *stems.values())), frozenset(f"{_MARK}{one}{_MARK}{stems[one]}" for one in stems)
