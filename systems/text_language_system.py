"""The language that a text is written in, as far as its words tell."""

from functools import cache
from typing import TYPE_CHECKING, Final

from systems.text_blank_system import BLANK

if TYPE_CHECKING:
    from py3langid.langid import LanguageIdentifier

PRODUCER: Final = "py3langid"
"""The distribution that is asked; its version belongs to whatever is kept of an answer."""

_SAMPLE: Final = 1_000
_LETTERS: Final = 12
_IDEOGRAPHS: Final = 4
# Rare languages are more often a mistake about a short text than a text in that language.
_LANGUAGES: Final = (
    "ar bg bn ca cs da de el en es et fa fi fr ga he hi hr hu id is it ja ka ko la lt lv ms nl no pl pt ro ru sk sl sq "
    "sr sv sw ta th tr uk ur vi zh"
)


def language_of(text: str) -> str | None:
    """Its ISO 639-1 code, or None where there are too few words to tell. Always the same for the same text."""
    sample = _sample(text)
    if not _tells(sample):
        return None
    language, _ = _identifier().classify(sample)
    return str(language)


def _sample(text: str) -> str:
    """Its beginning, and as much from its middle, because many texts begin with something else."""
    text = text.strip(BLANK)
    if len(text) <= 2 * _SAMPLE:
        return text
    middle = len(text) // 2
    return f"{text[:_SAMPLE]}\n{text[middle : middle + _SAMPLE]}"


def _tells(sample: str) -> bool:
    letters = [character for character in sample if character.isalpha()]
    return len(letters) >= _LETTERS or sum(character >= "\u2e80" for character in letters) >= _IDEOGRAPHS


@cache
def _identifier() -> "LanguageIdentifier":
    """Takes a second and 100 MB, which only processes pay that make texts."""
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    identifier = LanguageIdentifier.from_model_file(MODEL_FILE)
    identifier.set_languages(_LANGUAGES.split())
    return identifier
