"""The objects of one project in a collection of Weaviate: a head for each document, and its parts."""

import time
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import islice
from typing import TYPE_CHECKING, Any, NamedTuple
from uuid import UUID

from projections._behind import Entry
from projections._vector_model import Part
from projections._vector_reader import Hit
from repos._unavailable import Unavailable
from repos.half_vector import exactly, unpacked

if TYPE_CHECKING:
    from weaviate import WeaviateClient
    from weaviate.collections.classes.filters import _Filters as Filters

HEAD = -1
"""The part that stands for the document itself: it has no vector and knows the revision."""

_MOST = 10_000  # the server gives no more of anything in one answer
_AT_ONCE = 500  # objects in one request
_REQUESTS = 2  # at the same time
_PAGE = 500
_FEW = 20
_LOOKS = 8  # at the same time
_FILTERED = 2_000  # documents up to which a filter is faster than looking through what comes first anyway
_DIGITS = 6  # to which equal distances are equal
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
        self._name = f"project-{project_id}"
        self._objects = client.collections.use(collection).with_tenant(self._name)

    def remove(self) -> None:
        self._client.collections.use(self._collection).tenants.remove([self._name])

    def heads(self, documents: Sequence[int]) -> dict[int, Head]:
        """Those that are there, of up to 10,000 documents."""
        if not documents:
            return {}
        uuids = [object_id(document, HEAD) for document in documents]
        found = _unless_absent(lambda: self._objects.query.fetch_objects_by_ids(uuids, limit=len(uuids)).objects)
        return {
            int(one.properties["document"]): Head(int(one.properties["revision"]), str(one.properties["source"]))
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
        """All objects of these documents: a head or part that is written over keeps what was wrong with it.

        After an outage the server may not know any more which document an object belongs to, and still have it:
        `thoroughly` also looks where each of them would lie.
        """
        while documents:
            result = _unless_absent(lambda: self._objects.data.delete_many(where=_among(documents)))
            if result is None:
                return
            if result.matches < _MOST:
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
        page = _unless_absent(
            lambda: query.fetch_objects(limit=_FEW, after=after, return_properties=["document"]).objects
        )
        return [one.uuid for one in page or () if one.properties["document"] == document]

    def all(self) -> Iterator[Stored]:
        """By document and part, as their ids are."""
        page = self._page(None)
        while page:
            yield from map(_stored, page)
            page = self._page(page[-1].uuid)

    def get(self, document: int, part: int) -> Stored | None:
        found = _unless_absent(
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

    def nearest(self, vector: Sequence[float], top_k: int, among: Sequence[int] | None) -> list[Hit]:
        """The best, those with equal scores by their ids."""
        if among is not None and len(among) > _FILTERED:
            hits = self._among_the_first(vector, top_k, set(among))
            if hits is not None:
                return hits
        return self._first(vector, top_k, None if among is None else _among(among))

    def finds(self, document: int, part: Part) -> bool:
        """Whether somebody who asks for this very vector gets this very part, as far as can be said."""
        limit = 10
        while True:
            hits = self._near(unpacked(part.vector), limit)
            if len(hits) < 2:
                # Not enough for anybody: then all would be looked at.
                hits = self._near(unpacked(part.vector), limit, _all())
            if any((hit.sdoc_id, hit.part) == (document, part.number) for hit in hits):
                return True
            # What is just the same may be there more often than is shown.
            crowded = len(hits) == limit and round(hits[-1].score, 3) >= 1
            if limit == _MOST:
                return crowded
            if not crowded and limit > 100:
                return False
            limit = min(10 * limit, _MOST)

    def _among_the_first(self, vector: Sequence[float], top_k: int, among: Collection[int]) -> list[Hit] | None:
        """The best of so many documents are mostly among the best of all; None if not."""
        limit = min(4 * top_k + 20, _MOST)
        while True:
            hits = self._first(vector, limit, None)
            allowed = [hit for hit in hits if hit.sdoc_id in among]
            if len(allowed) >= top_k or len(hits) < limit:
                return allowed[:top_k]
            if limit == _MOST:
                return None
            limit = min(5 * limit, _MOST)

    def _first(self, vector: Sequence[float], top_k: int, filters: "Filters | None") -> list[Hit]:
        """As many hits, and of those that are level with the last one those with the lowest ids."""
        limit = min(top_k + 1, _MOST)
        while True:
            hits = self._near(vector, limit, filters)
            if len(hits) < limit and filters is None:
                # There may be more behind what was deleted lately, where the index does not get through.
                hits = self._near(vector, limit, _all())
            complete = len(hits) < limit or limit == _MOST
            if complete or _level(hits[-1]) < _level(hits[top_k - 1]):
                hits.sort(key=lambda hit: (-_level(hit), hit.sdoc_id, hit.part))
                return hits[:top_k]
            limit = min(4 * limit, _MOST)

    def _near(self, vector: Sequence[float], limit: int, filters: "Filters | None" = None) -> list[Hit]:
        from weaviate.classes.query import MetadataQuery

        found = _unless_absent(
            lambda: (
                self._objects.query.near_vector(
                    list(vector),
                    limit=limit,
                    filters=filters,
                    return_metadata=MetadataQuery(distance=True),
                    return_properties=["document", "part", "text_version"],
                ).objects
            )
        )
        return [
            Hit(
                int(one.properties["document"]),
                int(one.properties["part"]),
                int(one.properties["text_version"]),
                max(-1.0, min(1.0, 1.0 - one.metadata.distance)),
            )
            for one in found or ()
        ]

    def _page(self, after: UUID | None) -> list[Any]:
        query = self._objects.query
        return _unless_absent(lambda: query.fetch_objects(limit=_PAGE, after=after, include_vector=True).objects) or []

    def _waiting(self) -> int:
        nodes = self._client.cluster.nodes(collection=self._collection, shard=self._name, output="verbose")
        return sum(shard.vector_queue_length for node in nodes for shard in node.shards or ())


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
    properties = {"document": entry.id, "part": part.number, "text_version": entry.values["text_version"]}
    # The client takes lists only.
    return object_id(entry.id, part.number), properties, list(unpacked(part.vector))


def object_id(document: int, part: int) -> UUID:
    """One of the kind for numbers of one's own, whose order is that of documents and their parts."""
    first = document << 7
    return UUID(int=(first >> 12) << 80 | 8 << 76 | (first & 0xFFF) << 64 | 2 << 62 | (part + 1))


def _among(documents: Sequence[int]) -> "Filters":
    from weaviate.classes.query import Filter

    return Filter.by_property("document").contains_any(list(documents))


def _all() -> "Filters":
    """Lets everything through, and makes the server look at each vector of a small project by itself."""
    from weaviate.classes.query import Filter

    return Filter.by_property("document").greater_or_equal(0)


def _level(hit: Hit) -> float:
    return round(hit.score, _DIGITS)


def _stored(found: Any) -> Stored:
    values, vector = found.properties, found.vector.get("default")
    try:
        content = exactly(vector) if vector else b""
    except OverflowError:
        content = b""  # It is none of ours.
    return Stored(
        int(values["document"]),
        int(values["part"]),
        int(values["text_version"] or 0),
        int(values["revision"] or 0),
        content,
    )


def _unless_absent(ask: Callable[[], Any]) -> Any:
    """None instead of an answer about a tenant that nothing was ever put into."""
    from weaviate.exceptions import WeaviateQueryError

    try:
        return ask()
    except WeaviateQueryError as error:
        if "tenant not found" in error.message:
            return None
        raise
