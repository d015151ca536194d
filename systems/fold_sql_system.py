"""Words in lower case, folded in SQL: where words are counted, only that form of them is kept."""

from collections.abc import Iterable, Mapping
from functools import cache

from sqlalchemy import ColumnElement, case, func

from systems.fold_system import fold
from systems.text_normal_system import composed

_LAST = 0xFFFF
"""Beyond it, no letter in lower case changes when it is folded."""


def folded_lower(word: ColumnElement[str]) -> ColumnElement[str]:
    """What `fold` makes of a word that is in lower case already."""
    letters, ligatures = _folds()
    one_by_one = func.translate(word, "".join(letters), "".join(letters.values()))
    apart: ColumnElement[str] = one_by_one
    for ligature, several in ligatures.items():
        apart = func.replace(apart, ligature, several)
    # Few words have such letters, and to look for them is what costs least.
    return case(
        (func.octet_length(word) == func.length(word), word),
        (word.regexp_match(_any_of(ligatures)), apart),
        (word.regexp_match(_any_of(letters)), one_by_one),
        else_=word,
    )


@cache
def _folds() -> tuple[Mapping[str, str], Mapping[str, str]]:
    """The letters in lower case that become another letter, such as the last sigma of a word, and those that become
    several, such as the German sharp s."""
    lower = (letter for letter in map(chr, range(_LAST + 1)) if composed(letter.lower()) == letter)
    folds = {letter: folded for letter in lower if (folded := fold(letter)) != letter}
    letters = {letter: folded for letter, folded in folds.items() if len(folded) == 1}
    return letters, {letter: folded for letter, folded in folds.items() if letter not in letters}


def _any_of(letters: Iterable[str]) -> str:
    return f"[{''.join(letters)}]"
