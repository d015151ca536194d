"""Which names of a batch are free, and what the others could be called instead."""

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Sequence, Set

from commands.dto_base import name_key
from systems.upload_filename_system import numbered_filename

Taken = Callable[[Collection[str]], Set[str]]
"""Which of these name keys somebody has already."""


def settled(wanted: Sequence[str], taken: Taken, *, rename: bool) -> list[str | None]:
    """The names in order: the first to want one gets it, the others None or, with `rename`, `name (2).txt`."""
    used = set(taken({name_key(name) for name in wanted}))
    given: list[str | None] = []
    for name in wanted:
        key = name_key(name)
        given.append(None if key in used else name)
        used.add(key)
    if rename:
        late = [place for place, name in enumerate(given) if name is None]
        for place, name in zip(late, _numbered([wanted[place] for place in late], taken, used), strict=True):
            given[place] = name
    return given


def _numbered(wanted: Sequence[str], taken: Taken, used: set[str]) -> list[str]:
    """A free name for each: numbers are tried for all of them at once, more in every round."""
    given = list(wanted)
    pending = list(enumerate(wanted))
    begins: dict[str, int] = {}
    more = 1
    while pending:
        blocks: dict[str, Iterator[tuple[str, str]]] = {}
        asked: set[str] = set()
        for name, demand in Counter(name for _, name in pending).items():
            begin = begins.get(name, 2)
            begins[name] = begin + demand + more
            block = [numbered_filename(name, number) for number in range(begin, begins[name])]
            keyed = [(one, name_key(one)) for one in block]
            asked.update(key for _, key in keyed)
            blocks[name] = iter(keyed)
        used |= taken(asked)
        late = []
        for place, name in pending:
            found = next(((one, key) for one, key in blocks[name] if key not in used), None)
            if found is None:
                late.append((place, name))
                continue
            given[place] = found[0]
            used.add(found[1])
        pending = late
        more *= 4
    return given
