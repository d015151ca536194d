"""The sentence annotations of a document as an annotator sees them: sentence by sentence."""

from collections.abc import Iterator, Sequence
from itertools import pairwise

from projections._crud import Record


def by_sentence(annotations: Sequence[Record]) -> Iterator[tuple[int, list[Record]]]:
    """Each annotation at every sentence that it covers, in the order given; sentences without any are left out."""
    begins: dict[int, list[int]] = {}
    ends: dict[int, list[int]] = {}
    for place, annotation in enumerate(annotations):
        begins.setdefault(annotation["sentence_id_start"], []).append(place)
        ends.setdefault(annotation["sentence_id_end"] + 1, []).append(place)
    here: set[int] = set()
    turns = sorted(begins.keys() | ends.keys())
    for turn, following in pairwise(turns):
        here.difference_update(ends.get(turn, ()))
        here.update(begins.get(turn, ()))
        found = [annotations[place] for place in sorted(here)]
        for sentence in range(turn, following) if found else ():
            yield sentence, found
