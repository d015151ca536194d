"""Reading brat standoff: labelled passages in one file, the text they are about in another."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

_PASSAGE = re.compile(r"^(T[^\t]*)\t(\S+) (\d+ \d+(?:;\d+ \d+)*)\t?(.*)$")


class BadStandoff(Exception):
    """A line of the annotation file is not brat standoff."""


@dataclass(frozen=True, slots=True)
class Passage:
    """A labelled range of code points, half-open; `pieces` is more than 1 if brat has it in parts."""

    label: str
    begin: int
    end: int
    quote: str
    pieces: int = 1


@dataclass(frozen=True, slots=True)
class Standoff:
    """One annotation file; `other` counts the kinds of lines that are no passages (R, E, A, #, ...)."""

    name: str
    text: Path | None
    passages: list[Passage]
    other: Counter[str] = field(default_factory=Counter)


def read_folder(folder: Path) -> Iterator[Standoff]:
    """The annotation files of a folder by name, each with its text file if there is one. Raises BadStandoff."""
    for path in sorted(folder.glob("*.ann")):
        text = path.with_suffix(".txt")
        yield read_standoff(path, text if text.exists() else None)


def read_standoff(path: Path, text: Path | None) -> Standoff:
    passages: list[Passage] = []
    other: Counter[str] = Counter()
    for number, line in enumerate(path.read_text("utf-8").split("\n"), start=1):
        if not line.strip():
            continue
        if not line.startswith("T"):
            other[line[0]] += 1
            continue
        match = _PASSAGE.match(line)
        if match is None:
            raise BadStandoff(f"{path.name}, line {number}: {line[:80]!r} is not a brat annotation")
        _, label, ranges, quote = match.groups()
        pieces = [tuple(map(int, piece.split(" "))) for piece in ranges.split(";")]
        begin, end = min(piece[0] for piece in pieces), max(piece[1] for piece in pieces)
        passages.append(Passage(label, begin, end, quote, len(pieces)))
    return Standoff(path.stem, text, passages, other)
