"""Reading brat standoff: labelled passages in one file, the text they are about in another."""

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from repos._obstacle import Obstacle
from systems.text_encoding_system import decode
from systems.text_normal_system import moved, normalise

_PASSAGE = re.compile(r"T[^\t]*\t(\S+) (\d{1,9} \d{1,9}(?:;\d{1,9} \d{1,9})*)\t(.*)")


class NoStandoff(Obstacle):
    """There are no .ann files in"""


class BadStandoff(Obstacle):
    """This is not brat standoff:"""


@dataclass(frozen=True, slots=True)
class Passage:
    """Labelled ranges of code points, half-open: one, or several where brat has a passage in parts."""

    label: str
    ranges: tuple[tuple[int, int], ...]
    quote: str

    @property
    def begin(self) -> int:
        return min(begin for begin, _ in self.ranges)

    @property
    def end(self) -> int:
        return max(end for _, end in self.ranges)

    def moved(self, places: Mapping[int, int]) -> "Passage":
        """The same passage of a text in which everything is somewhere else."""
        return replace(self, ranges=tuple((places[begin], places[end]) for begin, end in self.ranges))


@dataclass(frozen=True, slots=True)
class Standoff:
    """One annotation file; `other` counts the kinds of lines that are no passages (R, E, A, #, ...)."""

    name: str
    text: Path | None
    passages: list[Passage]
    other: Counter[str] = field(default_factory=Counter)

    def normalised(self) -> list[Passage]:
        """The passages where they are in the text in its normal form, which is what a server keeps."""
        if self.text is None:
            return self.passages
        text, _ = decode(self.text.read_bytes())
        places = moved(text, {offset for passage in self.passages for one in passage.ranges for offset in one})
        return [replace(passage.moved(places), quote=normalise(passage.quote)) for passage in self.passages]


def read_folder(folder: Path) -> list[Standoff]:
    """The annotation files of a folder by name, each with its text if there is one. Raises NoStandoff, BadStandoff."""
    paths = sorted(folder.glob("*.ann"))
    if not paths:
        raise NoStandoff(folder)
    texts = [path.with_suffix(".txt") for path in paths]
    return [read_standoff(path, text if text.is_file() else None) for path, text in zip(paths, texts, strict=True)]


def read_standoff(path: Path, text: Path | None) -> Standoff:
    passages: list[Passage] = []
    other: Counter[str] = Counter()
    try:
        lines = path.read_text("utf-8-sig").split("\n")
    except UnicodeDecodeError as error:
        raise BadStandoff(f"{path.name} is not UTF-8 at byte {error.start:,}.") from None
    for number, line in enumerate(lines, start=1):
        if line.startswith("T"):
            passages.append(_passage(line, f"{path.name}, line {number}"))
        elif line.strip():
            other[line[0]] += 1
    return Standoff(path.stem, text, passages, other)


def _passage(line: str, place: str) -> Passage:
    match = _PASSAGE.fullmatch(line)
    if match is None:
        raise BadStandoff(f"{place}: {line[:80]!r}")
    label, written, quote = match.groups()
    ranges = tuple((int(begin), int(end)) for begin, end in (one.split() for one in written.split(";")))
    if any(begin >= end for begin, end in ranges):
        raise BadStandoff(f"{place}: {written} is empty.")
    return Passage(label, ranges, quote)
