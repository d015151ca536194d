"""Every read model behind the log, and the places where its versions lie: joined here for API and workers alike."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial

from loguru import logger
from psycopg.errors import UndefinedColumn, UndefinedTable
from sqlalchemy.orm import Session

from configs.schema import Config
from events._integrity import Difference
from events._store import EventStore, NoSuchLog
from projections import INLINE
from projections import _rebuild as rebuild
from projections import _registry as registry
from projections import _rewrite as rewrite
from projections._ahead import TRANSIENT
from projections._batches import said
from projections._behind import Place
from projections._behind_verify import differences, refusals, write_anew
from projections._embeddings import Embeddings
from projections._entries_target import EntriesTarget
from projections._model import Backend, Model, Target
from projections._quote import quoter
from projections._registry import Version
from projections._repair import NotRetold, retell_each, retell_tables
from projections._tables_target import TablesTarget
from projections._text_elastic import ElasticTextIndex
from projections._text_elastic_reader import ElasticTextReader
from projections._text_postgres import PostgresTextIndex
from projections._text_postgres_reader import PostgresTextReader
from projections._text_reader import TextReader
from projections._vector_model import VectorModel
from projections._vector_postgres import NoVectors, PostgresVectorIndex
from projections._vector_reader import VectorReader
from projections._vector_weaviate import WeaviateVectorIndex
from projections._verify import Counts, Verification, snapshot
from projections._word_counts import WordCountIndex
from projections.document_text import DOCUMENT_TEXT, document_text
from projections.document_vector import DOCUMENT_VECTOR, document_parts
from projections.memo_text import MEMO_TEXT, memo_text
from projections.sentence_vector import SENTENCE_VECTOR, sentence_parts
from projections.word_frequency import WORD_FREQUENCY
from repos._obstacle import Obstacle
from repos._unavailable import Unavailable
from repos.blob_repo import BlobRepo
from repos.elasticsearch_repo import Elasticsearch
from repos.embedder_model import Embeds, embedder_model
from repos.embedder_socket import embedder_socket
from repos.orm_base import InlineORM
from repos.postgres_repo import Connection, Postgres
from repos.weaviate_repo import Weaviate

INLINE_TABLES = Model("inline", INLINE, inline=True)
"""The inline tables, while a new set of them is made; the set that serves is written by the append itself."""

MODELS: Mapping[str, Model] = {
    model.name: model
    for model in (INLINE_TABLES, DOCUMENT_TEXT, MEMO_TEXT, WORD_FREQUENCY, SENTENCE_VECTOR, DOCUMENT_VECTOR)
}

_BEFORE_REFRESH = 50
"""Batches that go into Elasticsearch before it makes them visible."""

Opener = Callable[[Place], Target]


class NoSuchModel(Obstacle):
    """There is no such read model:"""


class NoSuchBackend(Obstacle, Unavailable):
    """This read model cannot be kept there, or the settings do not say where that is:"""


class Broken(Obstacle):
    """Some of its tables are not there, or not as they must be, and `palimpsest rebuild MODEL` makes them anew:"""


class ReadModels:
    """The targets of all versions of all read models."""

    def __init__(self, config: Config, postgres: Postgres, blobs: BlobRepo) -> None:
        self.postgres = postgres
        self.models = MODELS
        self._blobs = blobs
        self._texts = {DOCUMENT_TEXT.name: document_text(blobs), MEMO_TEXT.name: memo_text}
        self.embeddings = Embeddings(postgres, embedder_model(config.embedder), lambda: _embedder(config, blobs))
        self._vectors = {
            SENTENCE_VECTOR.name: VectorModel(sentence_parts, blobs, self.embeddings),
            DOCUMENT_VECTOR.name: VectorModel(document_parts, blobs, self.embeddings),
        }
        self._elasticsearch = Elasticsearch(config.elasticsearch) if config.elasticsearch.url else None
        self._weaviate = Weaviate(config.weaviate) if config.weaviate.url else None
        self._vector_indexes: dict[Place, PostgresVectorIndex | WeaviateVectorIndex] = {}
        self._openers: Mapping[tuple[str, Backend], Opener] = {
            (INLINE_TABLES.name, Backend.POSTGRES): self._tables,
            (WORD_FREQUENCY.name, Backend.POSTGRES): self._words,
            **{(name, Backend.POSTGRES): self._text_in_postgres for name in self._texts},
            **({(name, Backend.ELASTICSEARCH): self._text_in_elastic for name in self._texts if self._elasticsearch}),
            **{
                (name, backend): partial(self._vectors_in, backend)
                for name in self._vectors
                for backend in (Backend.POSTGRES, Backend.WEAVIATE)
                if backend is Backend.POSTGRES or self._weaviate
            },
        }

    def close(self) -> None:
        if self._elasticsearch is not None:
            self._elasticsearch.close()
        if self._weaviate is not None:
            self._weaviate.close()
        self.embeddings.close()

    def model(self, name: str) -> Model:
        if name not in self.models:
            raise NoSuchModel(f"{name}. There are: {', '.join(self.models)}.")
        return self.models[name]

    def has(self, name: str, backend: Backend) -> bool:
        return (name, backend) in self._openers

    def target(self, version: Version) -> Target:
        return self.opened(version.place, version.backend)

    def opened(self, place: Place, backend: Backend) -> Target:
        """What is kept in this place. Raises NoSuchModel, NoSuchBackend."""
        opener = self._openers.get((self.model(place.model).name, backend))
        if opener is None:
            raise NoSuchBackend(f"{place.model} in {backend.value}.")
        return opener(place)

    def texts(self, version: Version, db: Session) -> TextReader:
        """For those who search in this version of a read model of texts, and ask the database in a session."""
        model = self._texts[version.place.model]
        if version.backend is Backend.POSTGRES:
            return PostgresTextReader(self.postgres, version.place, model, db)
        return ElasticTextReader(self._configured_elastic(), version.place, model)

    def vectors(self, version: Version) -> VectorReader:
        """For those who search in this version of a read model of vectors."""
        # Kept, because each first asks its backend by which model its vectors were made.
        if version.place not in self._vector_indexes:
            self._vector_indexes[version.place] = self._vector_index(version.place, version.backend)
        return self._vector_indexes[version.place]

    def versions(self, connection: Connection) -> dict[Place, Version]:
        return {one.place: one for one in registry.versions(connection)}

    def ensure(self) -> None:
        """Of every read model a version that serves, as far as this database can hold one."""
        for model in self.models.values():
            try:
                rebuild.ensure(self.postgres, self, model.name, model.backends[0])
            except NoVectors as obstacle:
                logger.warning("{} is not made: {}", model.name, obstacle)

    def let_serve(self, stopped: Callable[[], bool]) -> None:
        """Finish the versions that are being built and have caught up."""
        with self.postgres.connection() as connection:
            building = [one for one in registry.versions(connection) if one.state == "building"]
        for version in building:
            if not stopped() and version.rests_until is None and self.has(version.place.model, version.backend):
                rebuild.let_serve(self.postgres, self, version, self.refusals)

    def write_what_is_asked_for(self, stopped: Callable[[], bool]) -> None:
        """Write those projects anew for which somebody has asked, and say of each version what keeps it from that."""
        with self.postgres.connection() as connection:
            asked = rewrite.asked_for(connection)
            versions = [one for one in registry.versions(connection) if one.state == "serving"]
        serving = {one.place.model: one for one in versions if self.has(one.place.model, one.backend)}
        kept: dict[str, tuple[rewrite.Rewrite, Exception]] = {}
        left: set[str] = set()
        for one in asked:
            if one.model in serving:
                try:
                    if stopped() or not self._write_what_is_asked_for(one):
                        left.add(one.model)
                except TRANSIENT as error:
                    kept.setdefault(one.model, (one, error))
        with self.postgres.connection() as connection:
            for model, version in serving.items():
                if model in kept:
                    rewrite.note(connection, version, *kept[model])
                elif model not in left:
                    rewrite.note_over(connection, version)

    def _write_what_is_asked_for(self, one: rewrite.Rewrite) -> bool:
        """Whether it was ours to do. What fails for a reason of its own would fail again: it is told and given up."""
        with self.postgres.transaction() as connection:
            if not rewrite.take(connection, one):
                return False
            try:
                self.write_anew(*one)
                logger.info("What {} holds of project {} is written anew", *one)
            except TRANSIENT:
                raise
            except NoSuchLog:
                pass  # It has ended meanwhile.
            except Exception:
                logger.exception("What {} holds of project {} could not be written anew", *one)
            rewrite.done(connection, one)
        return True

    def differences(self, version: Version, project_id: int | None = None) -> Iterator[Difference]:
        """Where a version differs from the log as far as it has come."""
        target = self.target(version)
        if isinstance(target, EntriesTarget):
            yield from differences(self.postgres, target, version.backend, project_id)
            return
        # Readers of tables that serve find them under another name.
        place = None if version.state == "serving" else version.place
        with snapshot(self.postgres.url) as connection:
            verification = Verification(connection, INLINE, self._blobs, place=place)
            yield from verification.differences(project_id)

    def refusals(self, version: Version) -> Iterator[Difference]:
        """Why a version that is being built cannot serve yet."""
        target = self.target(version)
        if isinstance(target, EntriesTarget):
            return refusals(self.postgres, target, version.backend)
        return self.differences(version)

    def differences_behind(
        self, counts: Counts, project_id: int | None = None, *, repair: bool = False
    ) -> Iterator[Difference]:
        """The same for every version that serves and is not written inline. Raises Unavailable at the end, if a backend
        could not be asked, or the settings do not say where it is.
        """
        with self.postgres.connection() as connection:
            versions = [one for one in registry.versions(connection) if one.state == "serving"]
        away: list[str] = []
        for version in versions:
            if version.place.model not in self.models:
                continue
            try:
                target = self.target(version)
                if not isinstance(target, EntriesTarget):
                    continue
                found = differences(self.postgres, target, version.backend, project_id, repair=repair, counts=counts)
                for difference in found:
                    counts.differences += 1
                    yield difference
            except Unavailable as error:
                away.append(f"{version.place.name} cannot be compared: {error}")
            except (UndefinedTable, UndefinedColumn) as error:
                away.append(f"{version.place.name} cannot be compared: {Broken(said(error))}")
        if away:
            raise Unavailable("; ".join(away))

    def retell_tables(self, project_id: int) -> None:
        """Make the rows of one project what the log says. Raises NotRetold, or one of TRANSIENT."""
        retell_tables(self.postgres, INLINE, quoter(self._blobs), project_id)

    def mend_tables(self, project_ids: Iterable[int]) -> dict[int, NotRetold]:
        """The same for several projects; what keeps those from it that are left."""
        return retell_each(self.postgres, INLINE, quoter(self._blobs), project_ids)

    def write_anew(self, name: str, project_id: int) -> None:
        """Write again all that the serving version holds of a project. Raises NoSuchLog."""
        with self.postgres.connection() as connection:
            version = registry.serving(connection, self.model(name).name)
            # Logs of accounts and of applications have ids of zero and less.
            if project_id <= 0 or EventStore(self.postgres).head(connection, project_id) is None:
                raise NoSuchLog(project_id)
        target = self.target(version)
        if isinstance(target, EntriesTarget):
            write_anew(self.postgres, target, project_id)
        else:
            self.retell_tables(project_id)

    def _tables(self, place: Place) -> Target:
        return TablesTarget(self.postgres, place, InlineORM.__subclasses__(), INLINE, quoter(self._blobs))

    def _words(self, place: Place) -> Target:
        return EntriesTarget(WORD_FREQUENCY, WordCountIndex(self.postgres, place, self._blobs))

    def _text_in_postgres(self, place: Place) -> Target:
        index = PostgresTextIndex(self.postgres, place, self._texts[place.model])
        return EntriesTarget(self.models[place.model], index)

    def _text_in_elastic(self, place: Place) -> Target:
        index = ElasticTextIndex(self._configured_elastic(), place, self._texts[place.model])
        return EntriesTarget(self.models[place.model], index, batches=_BEFORE_REFRESH)

    def _vectors_in(self, backend: Backend, place: Place) -> Target:
        return EntriesTarget(self.models[place.model], self._vector_index(place, backend), slow=True)

    def _vector_index(self, place: Place, backend: Backend) -> PostgresVectorIndex | WeaviateVectorIndex:
        model = self._vectors[place.model]
        if backend is Backend.POSTGRES:
            return PostgresVectorIndex(self.postgres, place, model)
        if self._weaviate is None:
            raise NoSuchBackend("weaviate.")
        return WeaviateVectorIndex(self._weaviate, place, model)

    def _configured_elastic(self) -> Elasticsearch:
        """Raises NoSuchBackend."""
        if self._elasticsearch is None:
            raise NoSuchBackend("elasticsearch.")
        return self._elasticsearch


def _embedder(config: Config, blobs: BlobRepo) -> Embeds:
    # Loaded by the first who needs it: most processes ask the embedder nothing.
    from repos.embedder_repo import Embedder

    listener = None if config.embedder.url else embedder_socket(blobs.folder.parent)
    return Embedder(config.embedder, listener)
