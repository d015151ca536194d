"""What a read model of vectors holds: of each document the vectors of its parts."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from itertools import groupby, islice
from struct import Struct
from typing import NamedTuple

import orjson

from projections._behind import Entry
from projections._embeddings import PIECE, Embeddings
from repos.blob_repo import BlobError, BlobRepo
from repos.embedder_model import Untakable
from repos.half_vector import BYTES, NoDirection, packed
from repos.postgres_repo import Connection

VERSION = 1
"""Counts up whenever the same documents would have other vectors; what was written before is then told by `verify`."""
LONGEST = 2_000
"""Code points of a sentence that count for its vector."""

_HEAD = Struct(">i")
_PART = Struct(">ihh")


class Part(NamedTuple):
    """A vector of a document; the part's number is that of the sentence, or 0 for the whole."""

    number: int
    vector: bytes


Parts = Callable[[Iterable[bytes]], Iterator[Part]]
"""From the vectors of a document's sentences, in order. Raises NoDirection."""


def each(vectors: Iterable[bytes]) -> Iterator[Part]:
    """A part for each sentence."""
    return map(Part._make, enumerate(vectors))


def whole(vectors: Iterable[bytes]) -> Iterator[Part]:
    """One part: the mean of the sentences, because an embedding of a long text would be one of its beginning."""
    import numpy as np

    # In this order and in double precision, the sum is the same on every machine.
    total = None
    for vector in vectors:
        components = np.frombuffer(vector, dtype=">f2").astype(np.float64)
        total = components if total is None else total + components
    if total is not None:
        yield Part(0, packed(total.tolist()))


@dataclass(frozen=True)
class Content:
    """Part after part of one document; whoever reads on learns only at the end that it cannot be told whole."""

    entry: Entry
    parts: Iterator[Part]
    rejected: list[str]
    """Why there are not all of its parts, if so, once they have been read."""


@dataclass(frozen=True)
class VectorModel:
    """What the parts of a document are, and where its text and the vectors of its sentences come from."""

    parts: Parts
    blobs: BlobRepo
    embeddings: Embeddings

    def fill(self, entries: Iterable[Entry]) -> int:
        """Have all sentences embedded, and say how many; nobody is told of texts not there. Raises Unavailable."""
        return self.embeddings.fill(text for text in map(_text_of, self._sentences(entries)) if text is not None)

    def contents(self, connection: Connection, entries: Sequence[Entry]) -> Iterator[Content]:
        """In the order of the entries, each to be read to its end before the next. Raises Unavailable."""
        by_place = groupby(self._embedded(connection, entries), key=lambda sentence: sentence[0])
        for place, sentences in by_place:
            rejected: list[str] = []
            yield Content(entries[place], self._parts(sentences, rejected), rejected)

    def digests(self, connection: Connection, entries: Sequence[Entry]) -> list[bytes]:
        """Of the content that each entry should have; nothing where it cannot be told. Raises Unavailable."""
        self.fill(entries)
        return [_digest(content) for content in self.contents(connection, entries)]

    def source(self, entry: Entry) -> bytes:
        """A hash of all that the parts of an entry are made from."""
        values = entry.values
        made_from = [VERSION, values["text_version"], values["text_sha256"], values["sentences_sha256"]]
        return sha256(orjson.dumps(made_from)).digest()

    def _parts(self, sentences: "Iterator[_Embedded]", rejected: list[str]) -> Iterator[Part]:
        def vectors() -> Iterator[bytes]:
            for _, number, vector in sentences:
                if isinstance(vector, bytes):
                    yield vector
                elif vector is not None:
                    rejected.append(f"Sentence {number}: {vector.reason}" if number >= 0 else vector.reason)
                    return

        try:
            yield from self.parts(vectors())
        except NoDirection as error:
            rejected.append(str(error.__doc__))

    def _embedded(self, connection: Connection, entries: Sequence[Entry]) -> "Iterator[_Embedded]":
        sentences = self._sentences(entries)
        while piece := list(islice(sentences, PIECE)):
            texts = [text for _, _, text in piece if isinstance(text, str)]
            vectors = iter(self.embeddings.of(connection, texts))
            for place, number, text in piece:
                yield place, number, next(vectors) if isinstance(text, str) else text

    def _sentences(self, entries: Iterable[Entry]) -> "Iterator[_Sentence]":
        """At least one item for each entry: nothing instead of a sentence where there is no text."""
        for place, entry in enumerate(entries):
            text_sha256, sentences_sha256 = entry.values["text_sha256"], entry.values["sentences_sha256"]
            if text_sha256 is None:
                yield place, -1, None
                continue
            try:
                text = self.blobs.read_text_once(entry.project_id, text_sha256)
                offsets = self.blobs.read_offsets_once(entry.project_id, sentences_sha256)
            except BlobError as error:
                yield place, -1, Untakable(str(error))
                continue
            yield place, -1, None
            for number in range(len(offsets) // 2):
                begin, end = offsets[2 * number], offsets[2 * number + 1]
                yield place, number, text[begin : min(end, begin + LONGEST)]


_Sentence = tuple[int, int, str | Untakable | None]
"""Of which entry, which sentence; -1 for none."""
_Embedded = tuple[int, int, bytes | Untakable | None]


def digest(text_version: int, parts: Iterable[Part]) -> bytes:
    """Of the content of a document, as PostgreSQL computes it too: vectors as its extension sends them."""
    content = sha256(_HEAD.pack(text_version))
    for number, vector in parts:
        content.update(_PART.pack(number, len(vector) // BYTES, 0))
        content.update(vector)
    return content.digest()


def _digest(content: Content) -> bytes:
    of_all = digest(content.entry.values["text_version"], content.parts)
    return b"" if content.rejected else of_all


def _text_of(sentence: _Sentence) -> str | None:
    text = sentence[2]
    return text if isinstance(text, str) else None
