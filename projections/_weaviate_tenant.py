"""The objects of one project in a collection of Weaviate: a head for each document, and its parts."""

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import islice
from typing import TYPE_CHECKING, Any, NamedTuple
from uuid import UUID

from projections._behind import Entry
from projections._vector_model import Part
from repos._unavailable import Unavailable
from repos.half_vector import exactly, unpacked

if TYPE_CHECKING:
    from weaviate import WeaviateClient
    from weaviate.collections.classes.filters import _Filters as Filters

HEAD = -1
"""The part that stands for the document itself: it has no vector and knows the revision."""

_TENANT = "project-"
MOST = 10_000  # the server gives no more of anything in one answer
_STRAY = 1 << 128
"""Beyond it are, as if they were documents, the objects that lie where none of ours can."""

_AT_ONCE = 500  # objects in one request
_REQUESTS = 2  # at the same time
_PAGE = 500
_FEW = 20
_LOOKS = 8  # at the same time
_POLL = 0.05
_STUCK = 120.0  # seconds in which nothing at all is indexed

Object = tuple[UUID, dict[str, Any], Sequence[float] | None]


class Stored(NamedTuple):
    """An object as it lies there; `vector` is packed, and empty if there is none."""

    document: int
    part: int
    text_version: int
    revision: int
    vector: bytes


class Head(NamedTuple):
    revision: int
    source: str


class Tenant:
    """May not be there yet: then it holds nothing, and the first object makes it."""

    def __init__(self, client: "WeaviateClient", collection: str, project_id: int) -> None:
        self._client = client
        self._collection = collection
        self._name = tenant_name(project_id)
        self._objects = client.collections.use(collection).with_tenant(self._name)

    def remove(self) -> None:
        self._client.collections.use(self._collection).tenants.remove([self._name])

    def heads(self, documents: Sequence[int]) -> dict[int, Head]:
        """Those that are there, of up to 10,000 documents."""
        if not documents:
            return {}
        uuids = [object_id(document, HEAD) for document in documents]
        found = unless_absent(lambda: self._objects.query.fetch_objects_by_ids(uuids, limit=len(uuids)).objects)
        return {
            _place(one.uuid)[0]: Head(int(one.properties["revision"] or 0), str(one.properties["source"]))
            for one in found or ()
        }

    def insert(self, objects: Iterable["Object"]) -> None:
        """In a few requests at a time. Raises Unavailable."""
        from weaviate.classes.data import DataObject

        rest = iter(objects)

        def send(batch: list["Object"]) -> None:
            result = self._objects.data.insert_many(
                [DataObject(uuid=uuid, properties=values, vector=vector) for uuid, values, vector in batch]
            )
            if result.has_errors:
                raise Unavailable(f"Weaviate: {next(iter(result.errors.values())).message}")

        with ThreadPoolExecutor(_REQUESTS) as pool:
            under_way: list[Future[None]] = []
            while batch := list(islice(rest, _AT_ONCE)):
                if len(under_way) == _REQUESTS:
                    under_way.pop(0).result()
                under_way.append(pool.submit(send, batch))
            for one in under_way:
                one.result()

    def delete(self, documents: Sequence[int], *, thoroughly: bool = True) -> None:
        """All objects of these documents, and strays: a head or part that is written over keeps what was wrong with it.

        After an outage the server may not know any more which document an object belongs to, and still have it:
        `thoroughly` also looks where each of them would lie.
        """
        for stray in (one for one in documents if one >= _STRAY):
            self._objects.data.delete_by_id(UUID(int=stray - _STRAY))
        documents = [one for one in documents if one < _STRAY]
        while documents:
            result = unless_absent(lambda: self._objects.data.delete_many(where=of_documents(documents)))
            if result is None:
                return
            if result.matches < MOST:
                break
            if result.successful == 0:
                raise Unavailable("Weaviate: objects cannot be deleted.")
        if thoroughly and documents:
            with ThreadPoolExecutor(_LOOKS) as pool:
                for _ in pool.map(self._delete_left, documents):
                    pass

    def _delete_left(self, document: int) -> None:
        before = UUID(int=object_id(document, HEAD).int - 1)
        while left := self._left(document, before):
            for uuid in left:
                self._objects.data.delete_by_id(uuid)
            before = left[-1]

    def _left(self, document: int, after: UUID) -> list[UUID]:
        query = self._objects.query
        page = unless_absent(
            lambda: query.fetch_objects(limit=_FEW, after=after, return_properties=["document"]).objects
        )
        return [one.uuid for one in page or () if _place(one.uuid)[0] == document]

    def all(self) -> Iterator[Stored]:
        """By document and part, as their ids are, and strays in the end."""
        strays: list[Stored] = []
        page = self._page(None)
        while page:
            for one in map(_stored, page):
                if one.document < _STRAY:
                    yield one
                else:
                    strays.append(one)
            page = self._page(page[-1].uuid)
        yield from sorted(strays)

    def get(self, document: int, part: int) -> Stored | None:
        found = unless_absent(
            lambda: self._objects.query.fetch_object_by_id(object_id(document, part), include_vector=True)
        )
        return None if found is None else _stored(found)

    def wait(self) -> None:
        """Until everything that was inserted is found. Raises Unavailable if that makes no progress."""
        left, deadline = 0, time.monotonic() + _STUCK
        while waiting := self._waiting():
            if waiting != left:
                left, deadline = waiting, time.monotonic() + _STUCK
            elif time.monotonic() > deadline:
                raise Unavailable(f"Weaviate: {waiting} vectors wait to be indexed.")
            time.sleep(_POLL)

    def _page(self, after: UUID | None) -> list[Any]:
        query = self._objects.query
        return unless_absent(lambda: query.fetch_objects(limit=_PAGE, after=after, include_vector=True).objects) or []

    def _waiting(self) -> int:
        nodes = self._client.cluster.nodes(collection=self._collection, shard=self._name, output="verbose")
        return sum(shard.vector_queue_length for node in nodes for shard in node.shards or ())


def tenant_name(project_id: int) -> str:
    return f"{_TENANT}{project_id}"


def projects(client: "WeaviateClient", collection: str) -> Iterator[int]:
    """Those that have a tenant in a collection."""
    for name in client.collections.use(collection).tenants.get():
        _, tenant, id = name.rpartition(_TENANT)
        if tenant and id.isascii() and id.isdecimal():
            yield int(id)


def head_object(entry: Entry, source: str) -> Object:
    """Says which revision of a document is there, once its parts are."""
    properties = {
        "document": entry.id,
        "part": HEAD,
        "text_version": entry.values["text_version"],
        "revision": entry.revision,
        "source": source,
    }
    return object_id(entry.id, HEAD), properties, None


def part_object(entry: Entry, part: Part) -> Object:
    properties = {
        "document": entry.id,
        "part": part.number,
        "text_version": entry.values["text_version"],
        "has_vector": True,
    }
    # The client takes lists only.
    return object_id(entry.id, part.number), properties, list(unpacked(part.vector))


def object_id(document: int, part: int) -> UUID:
    """One of the kind for numbers of one's own, whose order is that of documents and their parts."""
    first = document << 7
    return UUID(int=(first >> 12) << 80 | 8 << 76 | (first & 0xFFF) << 64 | 2 << 62 | (part + 1))


def _place(uuid: UUID) -> tuple[int, int]:
    """The document and the part that lie there, or would, in the order of all ids."""
    first = uuid.int >> 80 << 12 | uuid.int >> 64 & 0xFFF
    return first >> 7, (uuid.int & (1 << 62) - 1) - 1


def of_documents(documents: Sequence[int]) -> "Filters":
    from weaviate.classes.query import Filter

    return Filter.by_property("document").contains_any(list(documents))


def with_vectors() -> "Filters":
    from weaviate.classes.query import Filter

    return Filter.by_property("has_vector").equal(True)


def _stored(found: Any) -> Stored:
    """By where it lies; what says that it belongs elsewhere is not as any of ours."""
    document, part = _place(found.uuid)
    if found.uuid != object_id(document, part):
        return Stored(_STRAY + found.uuid.int, HEAD, -1, 0, b"")
    values, vector = found.properties, found.vector.get("default")
    belongs = (values["document"], values["part"]) == (document, part)
    try:
        content = exactly(vector) if vector and belongs else b""
    except OverflowError:
        content = b""  # It is none of ours.
    text_version = int(values["text_version"] or 0) if belongs else -1
    return Stored(document, part, text_version, int(values["revision"] or 0), content)


def unless_absent(ask: Callable[[], Any]) -> Any:
    """None instead of an answer about a tenant that nothing was ever put into."""
    from weaviate.exceptions import WeaviateQueryError

    try:
        return ask()
    except WeaviateQueryError as error:
        if "tenant not found" in error.message:
            return None
        raise
