"""Where in a text a query is found, and the passages that show it."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from html import escape
from itertools import islice
from typing import Final, assert_never

from rapidfuzz.distance import OSA

from systems.text_folding_system import LONGEST, Folded, folded
from systems.text_grapheme_system import whole
from systems.text_query_system import Fuzzy, Leaf, Pattern, Phrase, Query, Word, leaves
from systems.text_stems_system import forms, having_stems

_WORD: Final = re.compile(r"\S+")
_AROUND: Final = 70
_NEAR: Final = 60
_TOGETHER: Final = 300
_ENOUGH: Final = 200

Range = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Snippet:
    """The code points [begin, end) of a text, and in them the ranges that were found."""

    begin: int
    end: int
    marks: Sequence[Range]

    def html(self, text: str) -> str:
        """The passage as HTML, with what was found in <em>."""
        pieces, at = [], self.begin
        for begin, end in self.marks:
            pieces += [escape(text[at:begin]), "<em>", escape(text[begin:end]), "</em>"]
            at = end
        return "".join([*pieces, escape(text[at : self.end])])


def snippets(query: Query, text: str, languages: Sequence[str], field: str, most: int) -> list[Snippet]:
    """The first passages, `most` of them at most, that show why a text in this field was found; no mark is in two."""
    asked = [leaf for leaf in leaves(query, positive=True) if leaf.field in (None, field)]
    marks = _merged(occurrences(asked, text, languages)) if asked else []
    groups = [[(0, 0)], *islice(_groups(marks), most + 1), [(len(text), len(text))]]
    return [
        Snippet(max(_start(text, near[0][0]), before[-1][1]), min(_stop(text, near[-1][1]), after[0][0]), near)
        for before, near, after in zip(groups, groups[1:-1][:most], groups[2:], strict=False)
    ]


def occurrences(asked: Iterable[Leaf], text: str, languages: Sequence[str], most: int = _ENOUGH) -> list[Range]:
    """The first places in order at which one of these is found, whole characters each.

    Those of different words may overlap; those of one phrase do not: where one ends, the next is looked for.
    """
    plain = folded(text)
    found: set[Range] = set()
    words: list[Fuzzy | Pattern | Word] = []
    for leaf in asked:
        if isinstance(leaf, Phrase):
            found.update(_of_phrase(leaf, plain, most))
        else:
            words.append(leaf)
    if words:
        for word in _like(words, set(plain.text.split()), languages):
            found.update(_of_word(word, plain, most))
    places = (whole(text, *plain.origin(begin, end)) for begin, end in sorted(found)[:most])
    return list(dict.fromkeys(places))


def _like(leaves: Sequence[Fuzzy | Pattern | Word], there: set[str], languages: Sequence[str]) -> set[str]:
    """Those words of a text that one of the leaves stands for."""
    plain: set[str] = set()
    stems: set[str] = set()
    found: set[str] = set()
    for leaf in leaves:
        if isinstance(leaf, Word) and len(leaf.word) < LONGEST:
            some, others = forms(leaf.word)
            plain |= some
            stems |= others
        else:
            fits = _fits(leaf)
            found.update(word for word in there if fits(word[:LONGEST]))
    # All stems at once: to look at every word of a text is what takes long.
    return found | there & plain | (having_stems(there, languages, stems) if stems else set())


def _fits(leaf: Fuzzy | Pattern | Word) -> Callable[[str], bool]:
    match leaf:
        case Word(word=word):
            return forms(word)[0].__contains__
        case Fuzzy(word=word, distance=distance):
            return partial(_is_near, word, distance)
        case Pattern(pattern=pattern):
            return partial(_has_shape, _shape(pattern))
        case _:
            assert_never(leaf)


def _is_near(word: str, distance: int, other: str) -> bool:
    return abs(len(word) - len(other)) <= distance and OSA.distance(word, other, score_cutoff=distance) <= distance


def _shape(pattern: str) -> "re.Pattern[str]":
    """What stands between two * is taken where it is first, and never sought again: many * take no longer than one."""
    first, *others = ("".join("." if one == "?" else re.escape(one) for one in part) for part in pattern.split("*"))
    if not others:
        return re.compile(first)
    *between, last = others
    return re.compile("".join([first, *(f"(?>.*?{part})" for part in between if part), f".*{last}"]))


def _has_shape(shape: "re.Pattern[str]", word: str) -> bool:
    return shape.fullmatch(word) is not None


def _of_word(word: str, plain: Folded, most: int) -> Iterator[Range]:
    """Where it stands between spaces; no word has one in it."""
    text, at = plain.text, plain.text.find(word)
    while at >= 0 and most:
        end = at + len(word)
        if (at == 0 or text[at - 1].isspace()) and (end == len(text) or text[end].isspace()):
            yield at, end
            most -= 1
        at = text.find(word, end)


def _of_phrase(phrase: Phrase, plain: Folded, most: int) -> Iterator[Range]:
    """From its first word to its last."""
    first, *others = (word if len(word) < LONGEST else rf"{word}\S*" for word in phrase.words)
    if not phrase.slop:
        exact = r"\s+".join([first, *others])
        spans = (found.span() for found in re.finditer(rf"(?<!\S){exact}(?!\S)", plain.text))
    else:
        reach = len(others) + phrase.slop
        spans = (
            (found.start(), end)
            for found in re.finditer(rf"(?<!\S){first}(?!\S)", plain.text)
            if (end := _end(phrase.words[1:], phrase.slop, _following(plain.text, found.end(), reach)))
        )
    for _, span in zip(range(most), spans, strict=False):
        yield span


def _following(text: str, at: int, most: int) -> list["re.Match[str]"]:
    return [found for _, found in zip(range(most), _WORD.finditer(text, at), strict=False)]


def _end(words: Sequence[str], slop: int, following: Sequence["re.Match[str]"]) -> int:
    """Where the last of these words ends, with at most so many others between; 0 if they are not there."""
    if not words:
        return 0
    for passed, found in enumerate(following[: slop + 1]):
        if found[0][:LONGEST] != words[0]:
            continue
        if len(words) == 1:
            return found.end()
        if end := _end(words[1:], slop - passed, following[passed + 1 :]):
            return end
    return 0


def _merged(ranges: Iterable[Range]) -> list[Range]:
    """Without overlaps."""
    merged: list[Range] = []
    for begin, end in ranges:
        if merged and begin < merged[-1][1]:
            merged[-1] = merged[-1][0], max(end, merged[-1][1])
        else:
            merged.append((begin, end))
    return merged


def _groups(marks: Iterable[Range]) -> Iterator[list[Range]]:
    """What stands near enough together to be shown in one passage, which does not grow without end."""
    group: list[Range] = []
    for mark in marks:
        if group and (mark[0] - group[-1][1] > _NEAR or mark[1] - group[0][0] > _TOGETHER):
            yield group
            group = []
        group.append(mark)
    if group:
        yield group


def context(text: str, begin: int, end: int) -> tuple[str, str]:
    """Some words before a range, and some after it."""
    return text[_start(text, begin) : begin], text[end : _stop(text, end)]


def _start(text: str, at: int) -> int:
    """Some words before."""
    first = max(at - _AROUND, 0)
    if first == 0:
        return 0
    space = text.find(" ", first, at)
    return space + 1 if space >= 0 else whole(text, first, at)[0]


def _stop(text: str, at: int) -> int:
    last = min(at + _AROUND, len(text))
    if last == len(text):
        return last
    space = text.rfind(" ", at, last)
    return space if space >= 0 else whole(text, at, last)[1]
