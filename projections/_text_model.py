"""What a read model of texts holds, whatever backend holds it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from hashlib import sha256

import orjson

from projections._behind import Entry
from projections._write import Values
from systems.text_stems_system import languages_of

VERSION = 1
"""Counts up whenever the same texts would be taken apart otherwise; what was written before is then told by `verify`.

What only one backend holds otherwise, it tells by itself: it compares all that it holds.
"""

Texts = Mapping[str, str]
"""A text for each field."""


@dataclass(frozen=True, slots=True)
class TextModel:
    """`fields` are what can be searched, names and titles first, the long one last; `texts` reads those of an entry.

    `texts` raises `BlobMissing` where a text is not to be had. `kept` are the values held beside the texts, each of
    its type, and `language` is the one of them, if any, that says which language these are in.
    """

    fields: tuple[str, ...]
    texts: Callable[[Entry], Texts]
    kept: Mapping[str, type]
    language: str | None = None

    def languages(self, entry: Entry) -> tuple[str, ...]:
        """Those by whose rules its words are stemmed."""
        return languages_of(entry.values[self.language] if self.language else None)

    def held(self, entry: Entry) -> Values:
        """What is held of an entry beside its texts."""
        return {name: entry.values[name] for name in self.kept}


def source(texts: Texts, languages: tuple[str, ...]) -> bytes:
    """A hash of all that the words of an entry are made from."""
    return sha256(orjson.dumps([VERSION, languages, texts], option=orjson.OPT_SORT_KEYS)).digest()
