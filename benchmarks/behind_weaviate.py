"""A rebuild of many remembered vectors into Weaviate, against the client's own import of ready-made objects."""

from array import array
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from hashlib import sha256
from itertools import accumulate
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import TYPE_CHECKING, Any, cast

import numpy as np

from api._read_models import ReadModels
from benchmarks._corpus import Builder
from benchmarks._documents import Text, log_of
from benchmarks._figures import Report, paired
from benchmarks._servers import started
from configs.schema import load
from projections import _registry as registry
from projections._behind import Index
from projections._entries_target import EntriesTarget
from projections._follow import Follower
from projections._model import Backend
from projections._vector_weaviate import WeaviateVectorIndex
from projections._weaviate_tenant import Tenant
from projections.sentence_vector import SENTENCE_VECTOR
from repos.half_vector import packed
from repos.weaviate_repo import Weaviate
from services._server import Server
from services.weaviate import WEAVIATE

if TYPE_CHECKING:
    from weaviate.classes.data import DataObject

_SENTENCES = 25  # of a document
_TOPICS = 200
_ASKED = 100
# Nothing is faster: from one to four requests at a time of 200 to 1,000 objects take as long, larger ones and
# `batch.fixed_size` up to a tenth longer, and `batch.stream` asks for a later server.
_AT_ONCE, _REQUESTS = 500, 2


def measure(report: Report, builder: Builder, folder: Path, size: int) -> None:
    with started(WEAVIATE, folder, report, ["behind.weaviate"]) as server:
        if server is not None:
            _measure(report, builder, server, size)


def _measure(report: Report, builder: Builder, server: Server, size: int) -> None:
    config = load("default", [], server.settings)
    # As a worker has them; that nobody makes a vector is seen by its having no embedder to ask.
    config = replace(config, embedder=replace(config.embedder, run=False))
    read_models = ReadModels(config, builder.services.postgres, builder.services.blobs)
    weaviate = Weaviate(config.weaviate)
    imports = _Imports(builder, read_models, weaviate, size)
    try:
        imports.ours()
        pair = paired(imports.ours, imports.theirs)
        note = f"{size:,} vectors of {config.embedder.dimensions} components: {pair.note('vectors/s')}"
        report.at_least("behind.weaviate", pair.ratio, 0.8, note=note)
        note = f"the 10 nearest of {size:,} vectors, p50 of {_ASKED} questions"
        report.tell("simsearch.weaviate", imports.asked, "ms", note=note)
    finally:
        weaviate.close()
        read_models.close()


class _Imports:
    """The same objects in a new collection each time, until all of them are found."""

    def __init__(self, builder: Builder, read_models: ReadModels, weaviate: Weaviate, size: int) -> None:
        self._postgres = builder.services.postgres
        self._read_models = read_models
        self._weaviate = weaviate
        self._size = size
        self._project_id = log_of(builder, _texts(size), _sentence(0))
        _remember(builder, read_models, size)
        self._objects: list[DataObject[Any, None]] = []
        self._digests: list[bytes] = []
        self.asked = 0.0
        """Milliseconds until what is nearest to a vector is known."""

    def ours(self) -> float:
        target = self._made()
        follower = Follower(self._postgres, SENTENCE_VECTOR, target)
        begun = perf_counter()
        while follower.step([self._project_id]).projects:
            pass
        rate = self._size / (perf_counter() - begun)
        if not self._objects:
            self._objects = self._held(target)
            self.asked = median(self._ask(target.index))
        self._compared(target)
        return rate

    def theirs(self) -> float:
        target = self._made()
        with self._weaviate.connection() as client:
            tenant = client.collections.use(self._name(target)).with_tenant(f"project-{self._project_id}")
            chunks = [self._objects[at : at + _AT_ONCE] for at in range(0, len(self._objects), _AT_ONCE)]
            begun = perf_counter()
            with ThreadPoolExecutor(_REQUESTS) as pool:
                for result in pool.map(tenant.data.insert_many, chunks):
                    assert not result.has_errors, result.errors
            Tenant(client, self._name(target), self._project_id).wait()
            rate = self._size / (perf_counter() - begun)
        self._compared(target)
        return rate

    def _ask(self, index: Index) -> Iterator[float]:
        assert isinstance(index, WeaviateVectorIndex)
        with_vectors = [one.vector for one in self._objects if one.vector]
        for vector in with_vectors[:: max(1, len(with_vectors) // _ASKED)][:_ASKED]:
            begun = perf_counter()
            hits = index.nearest(self._project_id, packed(cast("Sequence[float]", vector)), 10)
            yield (perf_counter() - begun) * 1_000
            assert len(hits) == 10

    def _made(self) -> EntriesTarget:
        with self._postgres.connection() as connection:
            version = registry.add(connection, SENTENCE_VECTOR.name, Backend.WEAVIATE, "kept")
        target = self._read_models.target(version)
        assert isinstance(target, EntriesTarget)
        target.create()
        return target

    def _compared(self, target: EntriesTarget) -> None:
        """Both sides end with the same; then it may go."""
        with self._postgres.connection() as connection:
            digests = [one.digest for one in target.index.stored(connection, self._project_id)]
        self._digests = self._digests or digests
        assert digests == self._digests
        target.drop()

    def _held(self, target: EntriesTarget) -> "list[DataObject[Any, None]]":
        """Everything that the collection holds."""
        from weaviate.classes.data import DataObject

        def vector(one: Any) -> Any:
            return one.vector.get("default")

        with self._weaviate.connection() as client:
            tenant = client.collections.use(self._name(target)).with_tenant(f"project-{self._project_id}")
            return [
                DataObject(
                    uuid=one.uuid,
                    properties={name: value for name, value in one.properties.items() if value is not None},
                    vector=vector(one),
                )
                for one in tenant.iterator(include_vector=True)
            ]

    def _name(self, target: EntriesTarget) -> str:
        return f"{self._weaviate.prefix}_{target.place.name}"


def _texts(size: int) -> Iterator[Text]:
    for begin in range(0, size, _SENTENCES):
        sentences = [_sentence(number) for number in range(begin, min(begin + _SENTENCES, size))]
        ends = list(accumulate(len(one) + 1 for one in sentences))
        begins = [0, *ends]
        places = array("I", (place for begin, end in zip(begins, ends, strict=False) for place in (begin, end - 1)))
        yield Text(" ".join(sentences), places)


def _sentence(number: int) -> str:
    return f"Afternoon {number} went on and on."


def _remember(builder: Builder, read_models: ReadModels, size: int) -> None:
    """The vector of each sentence, near that of its topic, as if it had been made before."""
    model = read_models.embeddings.model
    chance = np.random.default_rng(7)
    topics = chance.standard_normal((_TOPICS, model.dimensions))
    with (
        builder.services.postgres.connection() as connection,
        connection.cursor() as cursor,
        cursor.copy("COPY cache.embedding (model, sha256, vector) FROM STDIN") as stream,
    ):
        for number in range(size):
            vector = topics[number % _TOPICS] + chance.standard_normal(model.dimensions)
            half = (vector / np.linalg.norm(vector)).astype(">f2").tobytes()
            stream.write_row((model.name, sha256(_sentence(number).encode()).digest(), half))
