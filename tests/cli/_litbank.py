"""What LitBank's files say, read and counted as simply as can be, to hold what the product answers against it."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

Quote = tuple[str, str, int, int, str]
"""Document, code, begin, end and words of a span."""

# Letters, digits and underscores; inside of words apostrophes and full stops, inside of numbers commas as well.
_WORD = re.compile(r"(?:\w|(?<=[^\W\d_])['\u2019.](?=[^\W\d_])|(?<=\d)[.,;'](?=\d))+")


@dataclass(frozen=True)
class LitBank:
    """Texts by the names of their files without an ending; labels in lower case."""

    folder: Path

    @cached_property
    def texts(self) -> dict[str, str]:
        return {path.stem: path.read_bytes().decode() for path in (self.folder / "entities").glob("*.txt")}

    @cached_property
    def spans(self) -> Counter[Quote]:
        return Counter(quote for part in ("entities", "coreference") for quote in quotes(self.folder / part))

    @cached_property
    def words(self) -> dict[str, Counter[str]]:
        """Of each text the words in lower case, and how often they stand there."""
        return {name: Counter(words(text)) for name, text in self.texts.items()}

    def with_phrase(self, phrase: str) -> set[str]:
        """The texts in which these words follow each other, whatever signs are between them."""
        wanted = re.compile(r"(?<!\w)" + r"\W+".join(phrase.split()) + r"(?!\w)", re.IGNORECASE)
        return {name for name, text in self.texts.items() if wanted.search(text)}


def quotes(folder: Path) -> Iterator[Quote]:
    """What the .ann files say."""
    for path in folder.glob("*.ann"):
        for line in path.read_text("utf-8").split("\n"):
            if line.startswith("T"):
                _, place, words = line.split("\t")
                label, begin, end = place.split(" ")
                yield path.stem, label.lower(), int(begin), int(end), words


def words(text: str) -> Iterator[str]:
    for word in _WORD.findall(text):
        if any(map(str.isalnum, word)):
            yield word.lower()
