"""Documents of many sentences, and a read model that holds the vectors of these in Weaviate."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import count
from pathlib import Path

from weaviate.classes.query import Filter
from weaviate.exceptions import WeaviateBaseError

from api._read_models import ReadModels
from configs.schema import load
from events._event import Envelope, Event, Fact
from events._store import Append, EventStore
from events.source_document_events import (
    SourceDocumentDeleted,
    SourceDocumentTextExtracted,
    SourceDocumentUploaded,
)
from projections import _rebuild as rebuild
from projections import _registry as registry
from projections._dead_letter import dead_letters
from projections._follow import Follower
from projections._model import Backend
from projections._progress import progress
from projections._registry import Version
from projections.sentence_vector import SENTENCE_VECTOR
from repos._unavailable import Unavailable
from repos.blob_offsets import encode_offsets
from repos.blob_repo import BlobRepo
from repos.postgres_repo import Postgres
from repos.weaviate_repo import Weaviate
from systems.text_system import process
from tests.embedding import embeddings, endpoint, vector_of
from tests.spec import ADA

SENTENCES = 20  # of a document
_KEPT = 40  # documents of a project
_DIMENSIONS = 64


@contextmanager
def directions() -> Iterator[list[str]]:
    """Settings of an embedder that gives each text a direction of its own."""
    with endpoint(lambda asked: embeddings([vector_of(text, _DIMENSIONS) for text in asked["input"]])) as url:
        yield [f"embedder.url={url}", "embedder.model=directions", f"embedder.dimensions={_DIMENSIONS}"]


class Texts:
    """In projects 1 and 2, in turn; where there are many, the oldest document is thrown away."""

    def __init__(self, url: str, settings: Sequence[str], folder: Path) -> None:
        config = load("test", settings, {})
        self.postgres = Postgres(url, pool_size=8)
        self._blobs = BlobRepo(folder)
        self._read_models = ReadModels(config, self.postgres, self._blobs)
        self._weaviate = Weaviate(config.weaviate)
        self._store = EventStore(self.postgres)
        self._ids = count(1)
        self._looked_at = 0
        self._living: dict[int, list[int]] = {1: [], 2: []}
        with self.postgres.connection() as connection:
            for project_id in self._living:
                self._store.begin(connection, project_id)
        rebuild.ensure(self.postgres, self._read_models, SENTENCE_VECTOR.name, Backend.WEAVIATE)

    def close(self) -> None:
        self._weaviate.close()
        self._read_models.close()
        self.postgres.close()

    @property
    def version(self) -> Version:
        with self.postgres.connection() as connection:
            return registry.serving(connection, SENTENCE_VECTOR.name)

    def follower(self) -> Follower:
        return Follower(self.postgres, SENTENCE_VECTOR, self._read_models.target(self.version))

    def write(self, documents: int) -> None:
        for _ in range(documents):
            id = next(self._ids)
            project_id = 1 + id % len(self._living)
            living = self._living[project_id]
            self._say(project_id, id, *self._written(project_id, id))
            living.append(id)
            if len(living) > _KEPT:
                self._say(project_id, gone := living.pop(0), SourceDocumentDeleted(filename=f"{gone}", name=f"{gone}"))

    def retold(self) -> int:
        """The vectors of documents that are newer than the last look for faults; 0 if nobody can say."""
        name = f"{self._weaviate.prefix}_{self.version.place.name}"
        newer = Filter.by_property("document").greater_than(self._looked_at)
        try:
            with self._weaviate.connection() as client:
                texts = client.collections.use(name)
                counted = [
                    texts.with_tenant(tenant).aggregate.over_all(total_count=True, filters=newer).total_count
                    for tenant in texts.tenants.get()
                ]
        except (WeaviateBaseError, Unavailable):
            return 0
        return sum(one or 0 for one in counted)

    def caught_up(self) -> bool:
        with self.postgres.connection() as connection:
            return not progress(connection, self.version.place, SENTENCE_VECTOR).projects_waiting

    def faults(self) -> list[str]:
        """All that is wrong: what is missing, twice, of old, not found by those who ask for it, or parked."""
        self._looked_at = max(id for living in self._living.values() for id in living)
        with self.postgres.connection() as connection:
            parked = [str(letter) for letter in dead_letters(connection)]
        late = [] if self.caught_up() else ["it has not caught up"]
        return [*late, *parked, *map(str, self._read_models.differences(self.version))]

    def _written(self, project_id: int, id: int) -> tuple[Event, Event]:
        text = " ".join(f"This is sentence {number} of text {id}." for number in range(SENTENCES))
        made = process(f"{id}.txt", text.encode())
        blobs = self._blobs.write_many(
            project_id,
            [made.text.encode(), made.html.encode(), encode_offsets(made.sentences), encode_offsets(made.tokens)],
        )
        body, html, sentences, tokens = (blob.sha256 for blob in blobs)
        uploaded = SourceDocumentUploaded(
            filename=f"{id}.txt",
            name_key=f"{id}.txt",
            name=f"{id}.txt",
            doctype="text",
            folder_id=1,
            source_sha256=body,
            source_length=len(text),
            media_type="text/plain",
        )
        extracted = SourceDocumentTextExtracted(
            text_version=1,
            text_sha256=body,
            text_length=len(made.text),
            html_sha256=html,
            sentences_sha256=sentences,
            sentence_count=len(made.sentences) // 2,
            tokens_sha256=tokens,
            token_count=len(made.tokens) // 2,
            producer=made.producer,
        )
        return uploaded, extracted

    def _say(self, project_id: int, id: int, *events: Event) -> None:
        facts = [Fact(f"sdoc-{id}", event) for event in events]
        with self.postgres.connection() as connection:
            versions = self._store.versions(connection, project_id, [f"sdoc-{id}"])
            self._store.append(connection, Append(project_id, facts, Envelope(ADA, "test"), versions))
