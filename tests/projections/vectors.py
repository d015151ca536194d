"""Documents with sentences whose vectors a test chooses, and places on every backend to keep them in."""

import math
import os
from array import array
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from struct import unpack
from typing import Any, Protocol
from uuid import UUID

from weaviate import WeaviateClient
from weaviate.classes.query import Filter
from weaviate.collections import Collection

from projections._behind import Entry, Gone, Index, Place, Rejected, Stored
from projections._embeddings import Embeddings
from projections._vector_model import Parts, VectorModel, each
from projections._vector_reader import Hit, VectorReader
from projections._weaviate_tenant import object_id
from repos.blob_offsets import encode_offsets
from repos.blob_repo import BlobRepo
from repos.embedder_model import EmbedderModel, Embedding, Embeds, Untakable
from repos.half_vector import packed
from repos.postgres_repo import Postgres
from repos.weaviate_repo import Weaviate
from systems.encoder_system import Encode
from tests.embedding import vector_of

PROJECT, OTHER = 1, 2
DIMENSIONS = 8

Vector = Sequence[float]


class VectorIndex(Index, VectorReader, Protocol):
    """What a backend has to offer."""


def at(degrees: float) -> Vector:
    """A vector of this direction in the plane of the first two dimensions."""
    return [math.cos(math.radians(degrees)), math.sin(math.radians(degrees))] + [0.0] * (DIMENSIONS - 2)


@dataclass
class Told:
    """Makes the vector `at(10)` of the text "at 10", and others of its own; `asked` is what it was asked."""

    refused: set[str] = field(default_factory=set)
    asked: list[str] = field(default_factory=list)

    def embed(self, texts: Sequence[str]) -> list[Embedding]:
        self.asked += texts
        return [Untakable("unloved") if text in self.refused else self._vector(text) for text in texts]

    def embed_now(self, texts: Sequence[str]) -> list[Embedding]:
        return self.embed(texts)

    def close(self) -> None:
        pass

    def _vector(self, text: str) -> bytes:
        word, _, degrees = text.partition(" ")
        return packed(at(float(degrees)) if word == "at" else vector_of(text, DIMENSIONS))


@dataclass
class Encoded:
    """The encoder that comes with the installation, without its process; it takes its time, but once for each text."""

    encode: Encode
    known: dict[str, bytes] = field(default_factory=dict)

    def embed(self, texts: Sequence[str]) -> list[Embedding]:
        new = [text for text in dict.fromkeys(texts) if text not in self.known]
        self.known |= zip(new, (packed(unpack("<512f", vector)) for vector in self.encode(new)), strict=True)
        return [self.known[text] for text in texts]

    embed_now = embed

    def close(self) -> None:
        pass


@dataclass
class Corpus:
    """Documents whose blobs are there, and what remembers their vectors."""

    postgres: Postgres
    blobs: BlobRepo
    embedder: Embeds = field(default_factory=Told)
    dimensions: int = DIMENSIONS
    model_name: str = "told"

    def model(self, parts: Parts = each) -> VectorModel:
        model = EmbedderModel(self.model_name, self.dimensions)
        return VectorModel(parts, self.blobs, Embeddings(self.postgres, model, lambda: self.embedder))

    def document(
        self, id: int, *sentences: str, project_id: int = PROJECT, revision: int = 1, text_version: int = 1
    ) -> Entry:
        """A document of these sentences, or without a text if there are none."""
        values: dict[str, object] = {"text_version": 0, "text_sha256": None, "sentences_sha256": None}
        if sentences:
            text, offsets = "", array("I")
            for sentence in sentences:
                offsets.extend((len(text), len(text) + len(sentence)))
                text += f"{sentence} "
            blobs = self.blobs.write_many(project_id, [text.encode(), encode_offsets(offsets)])
            values = {
                "text_version": text_version,
                "text_sha256": blobs[0].sha256,
                "sentences_sha256": blobs[1].sha256,
            }
        return Entry(project_id, id, revision, values)


@dataclass
class Kept:
    """A place on some backend, as whoever follows the log writes to it."""

    postgres: Postgres
    index: VectorIndex
    corpus: Corpus

    def write(self, *entries: Entry, gone: Sequence[Gone] = ()) -> Sequence[Rejected]:
        self.index.prepare(entries)
        with self.postgres.transaction() as connection:
            return self.index.write(connection, [*gone, *entries])

    def forget(self, project_id: int) -> None:
        with self.postgres.transaction() as connection:
            self.index.forget(connection, project_id)

    def stored(self, project_id: int = PROJECT) -> list[Stored]:
        with self.postgres.transaction() as connection:
            return list(self.index.stored(connection, project_id))

    def digests(self, *entries: Entry) -> list[bytes]:
        with self.postgres.transaction() as connection:
            return self.index.digests(connection, entries)

    def unfound(self, *entries: Entry) -> list[int]:
        with self.postgres.transaction() as connection:
            return list(self.index.unfound(connection, entries))

    def holds(self, *entries: Entry) -> bool:
        """Whether `verify` would find nothing to say of a project with these entries."""
        expected = [
            Stored(entry.id, entry.revision, digest)
            for entry, digest in zip(entries, self.digests(*entries), strict=True)
        ]
        return self.stored() == expected and self.unfound(*entries) == []

    def nearest(
        self,
        vector: Vector,
        top_k: int = 10,
        threshold: float = -1.0,
        among: Sequence[int] | None = None,
        project_id: int = PROJECT,
    ) -> list[Hit]:
        return self.index.nearest(project_id, packed(vector), top_k, threshold, among)

    def places(self, vector: Vector, top_k: int = 10, among: Sequence[int] | None = None) -> list[tuple[int, int]]:
        """Document and part of the hits, the best first."""
        return [(hit.sdoc_id, hit.part) for hit in self.nearest(vector, top_k, among=among)]


class Hand(Protocol):
    """Somebody who meddles with a place behind everybody's back."""

    def turn(self, place: Place, id: int, part: int, vector: Vector) -> None:
        """Give a part another vector."""

    def take(self, place: Place, id: int, part: int) -> None:
        """Take a part away."""

    def take_all(self, place: Place, id: int) -> None:
        """Take a document away."""

    def put(self, place: Place, id: int, part: int, vector: Vector) -> None:
        """Put in a part of a document that is not there."""


@dataclass
class PostgresHand:
    postgres: Postgres
    project_id: int = PROJECT

    def turn(self, place: Place, id: int, part: int, vector: Vector) -> None:
        self._do(place, "UPDATE {}.part SET vector = $3::halfvec WHERE id = $1 AND number = $2", id, part, str(vector))

    def take(self, place: Place, id: int, part: int) -> None:
        self._do(place, "DELETE FROM {}.part WHERE id = $1 AND number = $2", id, part)

    def take_all(self, place: Place, id: int) -> None:
        self._do(place, "DELETE FROM {}.part WHERE id = $1", id)
        self._do(place, "DELETE FROM {}.entry WHERE id = $1", id)

    def put(self, place: Place, id: int, part: int, vector: Vector) -> None:
        self._do(place, "INSERT INTO {}.part VALUES ($1, $2, $3, $4::halfvec)", self.project_id, id, part, str(vector))

    def _do(self, place: Place, statement: str, *arguments: object) -> None:
        with self.postgres.connection() as connection:
            assert connection.execute(statement.format(place.name), arguments).rowcount > 0


@dataclass
class WeaviateHand:
    weaviate: Weaviate
    project_id: int = PROJECT

    def turn(self, place: Place, id: int, part: int, vector: Vector) -> None:
        with self.weaviate.connection() as client:
            data = self._tenant(client, place).data
            data.update(uuid=object_id(id, part), properties={}, vector=list(vector))

    def take(self, place: Place, id: int, part: int) -> None:
        with self.weaviate.connection() as client:
            assert self._tenant(client, place).data.delete_by_id(object_id(id, part))

    def take_all(self, place: Place, id: int) -> None:
        with self.weaviate.connection() as client:
            documents = Filter.by_property("document").equal(id)
            assert self._tenant(client, place).data.delete_many(where=documents).successful > 0

    def put(self, place: Place, id: int, part: int, vector: Vector) -> None:
        self.lay(place, object_id(id, part), id, part, vector)

    def lay(self, place: Place, uuid: UUID, id: int, part: int, vector: Vector) -> None:
        """Put in an object wherever."""
        with self.weaviate.connection() as client:
            properties = {"document": id, "part": part, "text_version": 1, "has_vector": True}
            self._tenant(client, place).data.insert(properties, uuid=uuid, vector=list(vector))

    def rename(self, place: Place, uuid: UUID, id: int) -> None:
        """Let an object say that it belongs to another document."""
        with self.weaviate.connection() as client:
            self._tenant(client, place).data.update(uuid=uuid, properties={"document": id})

    def _tenant(self, client: WeaviateClient, place: Place) -> "Collection[Any, Any]":
        name = f"{self.weaviate.prefix}_{place.name}"
        return client.collections.use(name).with_tenant(f"project-{self.project_id}")


def lose_half_the_index(server: Path, place: Place) -> None:
    """As when a machine fails before Weaviate has written down what it indexed last; the objects are all there."""
    logs = (server / "data").rglob(f"*_{place.name}/*/*.hnsw.commitlog.d/*")
    (log,) = (file for file in logs if file.is_file())
    os.truncate(log, log.stat().st_size // 2)
