"""What Elasticsearch holds of an entry: its texts as people read them, and as they are searched."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Final

import orjson

from projections._behind import Change, Entry, Gone, Rejected
from projections._text_elastic_bulk import CHUNK, light
from projections._text_elastic_query import stems, terms
from projections._text_model import VERSION, TextModel, Texts
from repos.blob_repo import BlobError
from systems.text_folding_system import spaced
from systems.text_stems_system import stems_beside

_SHOWN: Final = 100_000
_COUNTED: Final = 100_000
_TOGETHER: Final = 60_000
"""Code points of texts whose words are stemmed at once: what is made of more does not fit into a processor's cache."""

_Read = tuple[Entry, Texts]


@dataclass(frozen=True, slots=True)
class Whole:
    """An entry, and what is held of it."""

    entry: Entry
    body: dict[str, Any]


def encoded(body: dict[str, Any]) -> bytes:
    return orjson.dumps(body, option=orjson.OPT_SORT_KEYS)


def digest(body: dict[str, Any]) -> bytes:
    return sha256(encoded(body)).digest()


def wholes(model: TextModel, changes: Iterable[Change]) -> Iterator[Whole | Rejected | Gone]:
    """Each of the changes with what is to be held then, or why it cannot be made."""
    for group in light((_read(model, one) for one in changes), CHUNK, _length, _TOGETHER):
        yield from _made(model, group)
        # The next ones are read while this list is still known, and they may be large.
        group.clear()


def _read(model: TextModel, change: Change) -> _Read | Rejected | Gone:
    if isinstance(change, Gone):
        return change
    try:
        return change, model.texts(change)
    except BlobError as error:
        return Rejected(change, str(error))


def _length(one: _Read | Rejected | Gone) -> int:
    return sum(map(len, one[1].values())) if isinstance(one, tuple) else 0


def _made(model: TextModel, group: Sequence[_Read | Rejected | Gone]) -> Iterator[Whole | Rejected | Gone]:
    read = [one for one in group if isinstance(one, tuple)]
    found = [spaced(texts[field]) for _, texts in read for field in model.fields]
    languages = [model.languages(entry) for entry, _ in read for _ in model.fields]
    searched = zip(found, stems_beside(list(map(_counted, found)), languages), strict=True)
    for one in group:
        if not isinstance(one, tuple):
            yield one
            continue
        entry, texts = one
        body = _kept(model, entry, texts)
        for field in model.fields:
            body[terms(field)], body[stems(field)] = next(searched)
        yield Whole(entry, body)


def _kept(model: TextModel, entry: Entry, texts: Texts) -> dict[str, Any]:
    """All but what is searched."""
    shown = {field: texts[field][:_SHOWN] for field in model.fields}
    about = {"project_id": entry.project_id, "id": entry.id, "words": VERSION, "length": _length((entry, texts))}
    return {**about, **model.held(entry), **shown}


def _counted(words: str) -> str:
    """These words; each once where there are so many that all of them would be too much for a request."""
    # So many words have a letter and a space each.
    found = words.split() if len(words) > 2 * _COUNTED else ()
    return " ".join(dict.fromkeys(found)) if len(found) > _COUNTED else words
