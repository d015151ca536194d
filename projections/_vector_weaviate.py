"""Vectors in Weaviate: a collection for each place, a tenant for each project."""

from collections import defaultdict, deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from itertools import chain, groupby, islice
from operator import itemgetter
from typing import TYPE_CHECKING, TypeVar

import orjson
from loguru import logger

from projections import _registry as registry
from projections._behind import Change, Entry, Gone, NotMade, Place, Rejected, Stored, parted
from projections._vector_model import Part, VectorModel, digest
from projections._vector_reader import Hit, OtherModel
from projections._weaviate_neighbours import Neighbours, PartKey
from projections._weaviate_tenant import HEAD, Head, Object, Tenant, head_object, part_object, projects
from repos._obstacle import Unusable
from repos._unavailable import Unavailable
from repos.embedder_model import EmbedderModel
from repos.half_vector import unpacked
from repos.postgres_repo import Connection
from repos.weaviate_repo import Weaviate

if TYPE_CHECKING:
    from weaviate import WeaviateClient

T = TypeVar("T", Entry, Gone)

FORM = 2
"""Counts up whenever objects look otherwise or lie in another index."""

_ALL = 1_000_000_000  # more than there are
_TOGETHER = 5_000  # documents
_DOCUMENTS = 1_000  # in one filter
_RECENT = 500  # documents that are written again after an outage
_QUESTIONS = 4  # at the same time
_PARTS = 5_000  # in one of them
_NO_COLLECTION = ("could not find class", "class not found")


class OtherForm(Unusable):
    """The vectors lie in Weaviate as an earlier version of Palimpsest kept them:
    `palimpsest rebuild MODEL --to weaviate` writes them anew."""


class WeaviateVectorIndex:
    """An `Index` and a `VectorReader` in a collection that is named after the place."""

    def __init__(self, weaviate: Weaviate, place: Place, model: VectorModel) -> None:
        self.place = place
        self._weaviate = weaviate
        self._model = model
        self._name = f"{weaviate.prefix}_{place.name}"
        self._checked = False
        self._recent: dict[tuple[int, int], Change] = {}
        self._shaken: set[int] = set()

    def create(self) -> None:
        from weaviate.classes.config import Configure, DataType, Property, VectorDistances

        made_by = self._model.embeddings.model
        with self._asking() as client:
            if client.collections.exists(self._name):
                return
            client.collections.create(
                self._name,
                description=orjson.dumps([made_by.name, made_by.dimensions, FORM]).decode(),
                properties=[
                    Property(name="document", data_type=DataType.INT, index_filterable=True),
                    Property(name="has_vector", data_type=DataType.BOOL, index_filterable=True),
                    *(
                        Property(name=name, data_type=DataType.INT, index_filterable=False)
                        for name in ("part", "text_version", "revision")
                    ),
                    Property(name="source", data_type=DataType.TEXT, index_filterable=False, index_searchable=False),
                ],
                vector_config=Configure.Vectors.self_provided(
                    # A filter that lets fewer through than the cutoff is answered exactly, and nobody asks without one:
                    # so the graph may be as thin as the server allows.
                    vector_index_config=Configure.VectorIndex.hnsw(
                        distance_metric=VectorDistances.COSINE,
                        # What is compressed is not compared with all, and a server may be told to compress by default.
                        quantizer=Configure.VectorIndex.Quantizer.none(),
                        flat_search_cutoff=_ALL,
                        ef_construction=4,
                        max_connections=4,
                    )
                ),
                multi_tenancy_config=Configure.multi_tenancy(
                    enabled=True, auto_tenant_creation=True, auto_tenant_activation=True
                ),
            )

    def drop(self) -> None:
        with self._asking() as client:
            client.collections.delete(self._name)

    def check(self, connection: Connection) -> None:
        """Raises also OtherModel, OtherForm. What was written last may be lost with a server that did not answer."""
        self._checked = False
        try:
            with self._asking() as client:
                self._check(client)
        except Unavailable:
            self._shaken |= {project_id for project_id, _ in self._recent}
            raise

    def prepare(self, entries: Sequence[Entry]) -> int:
        with self._asking() as client:
            self._check(client)
        return self._model.fill(entries)

    def write(self, connection: Connection, changes: Iterable[Change]) -> Sequence[Rejected]:
        """After an outage also writes again what was last written to these projects: a server that dies forgets some
        of what it has acknowledged, in its objects or in what it finds them by."""
        return [
            one for entries, gone in parted(changes, _TOGETHER) for one in self._write_some(connection, entries, gone)
        ]

    def _write_some(self, connection: Connection, entries: Sequence[Entry], gone: Sequence[Gone]) -> Sequence[Rejected]:
        mine = {one.project_id for one in entries} | {one.project_id for one in gone}
        if registry.is_unwell(connection, self.place):
            self._shaken |= mine
        for one in chain[Change](entries, gone):
            self._recent.pop((one.project_id, one.id), None)
        try:
            rejected = self._put(connection, entries, gone)
            for project_id in mine & self._shaken:
                self._put_again(connection, project_id)
        except Unavailable:
            self._shaken |= mine | {project_id for project_id, _ in self._recent}
            raise
        self._remember(entries, gone, rejected)
        self._shaken -= mine
        return rejected

    def _remember(self, entries: Sequence[Entry], gone: Sequence[Gone], rejected: Sequence[Rejected]) -> None:
        refused = {one.entry.id for one in rejected}
        for those in (entries, gone):
            for one in those:
                if one.id not in refused:
                    self._recent[one.project_id, one.id] = one
        while len(self._recent) > _RECENT:
            del self._recent[next(iter(self._recent))]

    def _put_again(self, connection: Connection, project_id: int) -> None:
        recent = [one for (project, _), one in self._recent.items() if project == project_id]
        # What has ended never comes back.
        gone = [one for one in recent if isinstance(one, Gone)]
        entries = [one for one in recent if isinstance(one, Entry)]
        with self._asking() as client:
            there = Tenant(client, self._name, project_id).heads([one.id for one in entries])
        # What somebody else has written or removed since is theirs.
        held = [one for one in entries if one.id in there and there[one.id].revision <= one.revision]
        if held or gone:
            logger.info("{} writes again what was last written to project {}", self.place.name, project_id)
            self._put(connection, held, gone)

    def _put(self, connection: Connection, entries: Sequence[Entry], gone: Sequence[Gone]) -> Sequence[Rejected]:
        rejected: list[Rejected] = []
        with self._asking() as client:
            self._check(client)
            for project_id, those in _by_project(gone).items():
                ids = [one.id for one in those]
                for begin in range(0, len(ids), _DOCUMENTS):
                    Tenant(client, self._name, project_id).delete(ids[begin : begin + _DOCUMENTS])
            for project_id, mine in _by_project(entries).items():
                tenant = Tenant(client, self._name, project_id)
                for begin in range(0, len(mine), _DOCUMENTS):
                    some = mine[begin : begin + _DOCUMENTS]
                    rejected += self._write(connection, tenant, some, thoroughly=project_id in self._shaken)
                tenant.wait()
        return rejected

    def overwrite(
        self, connection: Connection, project_id: int, ids: Sequence[int], entries: Sequence[Entry]
    ) -> Sequence[Rejected]:
        for id in ids:
            self._recent.pop((project_id, id), None)
        with self._asking() as client:
            self._check(client)
            for begin in range(0, len(ids), _DOCUMENTS):
                Tenant(client, self._name, project_id).delete(ids[begin : begin + _DOCUMENTS])
        return self.write(connection, entries)

    def forget(self, connection: Connection, project_id: int) -> None:
        self._recent = {key: one for key, one in self._recent.items() if key[0] != project_id}
        self._shaken.discard(project_id)
        with self._asking() as client:
            Tenant(client, self._name, project_id).remove()

    def projects(self, connection: Connection) -> Iterator[int]:
        with suppress(NotMade), self._asking() as client:
            yield from projects(client, self._name)

    def stored(self, connection: Connection, project_id: int) -> Iterator[Stored]:
        """There are none if the collection is lost."""
        with suppress(NotMade), self._asking() as client:
            objects = Tenant(client, self._name, project_id).all()
            for id, those in groupby(objects, key=lambda one: one.document):
                rest = iter(those)
                head = next(rest)
                # A part that belongs to nothing has none before it.
                parts = rest if head.part == HEAD else chain([head], rest)
                content = digest(head.text_version, (Part(one.part, one.vector) for one in parts))
                yield Stored(id, head.revision, content)

    def digests(self, connection: Connection, entries: Sequence[Entry]) -> list[bytes]:
        return self._model.digests(connection, entries)

    def unfound(self, connection: Connection, entries: Sequence[Entry]) -> Iterator[int]:
        """Asks for what is near in these documents: a vector that the index has lost is still counted and listed."""
        if not entries:
            return
        lost: set[int] = set()
        with self._asking() as client, ThreadPoolExecutor(_QUESTIONS) as pool:
            self._check(client)
            under_way: deque[Future[set[int]]] = deque()
            for project_id, parts in self._some_parts(connection, entries):
                near = Neighbours(client, self._name, project_id)
                under_way.append(pool.submit(near.unfound, parts))
                if len(under_way) > _QUESTIONS:
                    lost |= under_way.popleft().result()
            lost.update(*(one.result() for one in under_way))
        yield from sorted(lost)

    def nearest(
        self, project_id: int, vector: bytes, top_k: int, threshold: float = -1.0, among: Sequence[int] | None = None
    ) -> list[Hit]:
        if among is not None and not among:
            return []
        with self._asking(in_haste=True) as client:
            self._check(client)
            hits = Neighbours(client, self._name, project_id).nearest(unpacked(vector), top_k, among)
        return [hit for hit in hits if hit.score >= threshold]

    def vector(self, project_id: int, sdoc_id: int, part: int = 0) -> bytes | None:
        with self._asking(in_haste=True) as client:
            self._check(client)
            found = Tenant(client, self._name, project_id).get(sdoc_id, part)
        return found.vector or None if found else None

    def _write(
        self, connection: Connection, tenant: Tenant, entries: Sequence[Entry], *, thoroughly: bool
    ) -> list[Rejected]:
        """Parts first and heads last, so that a head says that all parts of its revision were taken."""
        there = tenant.heads([one.id for one in entries])
        sources = {one.id: self._model.source(one).hex() for one in entries}
        newer = [one for one in entries if one.id not in there or there[one.id].revision <= one.revision]
        changed = [one for one in newer if not _is_known(one, sources[one.id], there.get(one.id))]
        tenant.delete([one.id for one in changed if one.id not in there], thoroughly=thoroughly)
        tenant.delete([one.id for one in changed if one.id in there])
        rejected: list[Rejected] = []

        def parts() -> Iterator[Object]:
            for content in self._model.contents(connection, changed):
                for part in content.parts:
                    yield part_object(content.entry, part)
                rejected.extend(Rejected(content.entry, reason) for reason in content.rejected[:1])

        tenant.insert(parts())
        refused = [one.entry.id for one in rejected]
        tenant.delete(refused, thoroughly=False)
        tenant.insert(head_object(one, sources[one.id]) for one in newer if one.id not in refused)
        return rejected

    def _some_parts(
        self, connection: Connection, entries: Sequence[Entry]
    ) -> Iterator[tuple[int, dict[PartKey, bytes]]]:
        """As many parts of a project as one question is about."""
        parts = (
            (content.entry.project_id, (content.entry.id, part.number), part.vector)
            for content in self._model.contents(connection, entries)
            for part in content.parts
        )
        for project_id, those in groupby(parts, key=itemgetter(0)):
            while some := {place: vector for _, place, vector in islice(those, _PARTS)}:
                yield project_id, some

    def _check(self, client: "WeaviateClient") -> None:
        """Raises OtherModel, OtherForm, NotMade."""
        if self._checked:
            return
        if not client.collections.exists(self._name):
            raise NotMade
        description = client.collections.use(self._name).config.get().description or "null"
        name, dimensions, *form = orjson.loads(description)
        there, set_ = EmbedderModel(name, dimensions), self._model.embeddings.model
        if there != set_:
            raise OtherModel(there, set_)
        if form != [FORM]:
            raise OtherForm
        self._checked = True

    @contextmanager
    def _asking(self, *, in_haste: bool = False) -> "Iterator[WeaviateClient]":
        """Whatever the server says no to, it may say yes to later: what we ask is well-formed."""
        from weaviate.exceptions import UnexpectedStatusCodeError, WeaviateInsertManyAllFailedError, WeaviateQueryError

        with self._weaviate.connection(in_haste=in_haste) as client:
            try:
                yield client
            except (UnexpectedStatusCodeError, WeaviateInsertManyAllFailedError, WeaviateQueryError) as error:
                if any(said in str(error) for said in _NO_COLLECTION):
                    raise NotMade from error
                raise Unavailable(f"Weaviate: {error}") from error


def _is_known(entry: Entry, source: str, head: Head | None) -> bool:
    """Whether its parts are there; what comes again with the same revision does so because something went wrong."""
    return head is not None and head.source == source and head.revision < entry.revision


def _by_project(those: Iterable[T]) -> dict[int, list[T]]:
    found: dict[int, list[T]] = defaultdict(list)
    for one in those:
        found[one.project_id].append(one)
    return found
