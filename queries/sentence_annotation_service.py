"""The sentence annotations of a document as an annotator sees them: sentence by sentence."""

from collections.abc import Iterable

from projections._crud import Record


def by_sentence(annotations: Iterable[Record]) -> dict[int, list[Record]]:
    """Each annotation at every sentence that it covers; sentences without any are left out."""
    found: dict[int, list[Record]] = {}
    for annotation in annotations:
        for sentence in range(annotation["sentence_id_start"], annotation["sentence_id_end"] + 1):
            found.setdefault(sentence, []).append(annotation)
    return dict(sorted(found.items()))
