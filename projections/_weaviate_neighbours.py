"""What is nearest to a vector among the objects of one project in a collection of Weaviate."""

from collections.abc import Collection, Iterable, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from projections._vector_model import Part
from projections._vector_reader import Hit
from projections._weaviate_tenant import MOST, of_documents, tenant_name, unless_absent
from repos.half_vector import unpacked

if TYPE_CHECKING:
    from weaviate import WeaviateClient
    from weaviate.collections.classes.filters import _Filters as Filters

EXACT = 100_000
"""Of up to so many objects each is looked at when one asks for the nearest: that takes some milliseconds for 10,000. A
graph of neighbours is faster, but loses sight of some where many vectors are just the same, as short answers are."""

_FILTERED = 2_000  # documents up to which a filter is faster than looking through what comes first anyway
_DIGITS = 6  # to which equal distances are equal

_Place = tuple[int, int]


class Neighbours:
    """Of a tenant that may not be there yet: then there are none."""

    def __init__(self, client: "WeaviateClient", collection: str, project_id: int) -> None:
        self._objects = client.collections.use(collection).with_tenant(tenant_name(project_id))
        self._crowds: dict[bytes, set[_Place]] = {}

    def nearest(self, vector: Sequence[float], top_k: int, among: Sequence[int] | None) -> list[Hit]:
        """The best, those with equal scores by their ids."""
        if among is not None and len(among) > _FILTERED:
            hits = self._among_the_first(vector, top_k, set(among))
            if hits is not None:
                return hits
        return self._first(vector, top_k, self._everything if among is None else of_documents(among))

    def finds(self, document: int, part: Part) -> bool:
        """Whether somebody who asks for this very vector gets this very part, as far as can be said."""
        wanted, vector, limit = (document, part.number), unpacked(part.vector), 10
        if wanted in self._crowds.get(part.vector, ()):
            return True
        while True:
            # What is found in the graph is found by who looks at all, and faster.
            hits = self._near(vector, limit)
            if wanted not in _places(hits) and self._everything is not None:
                hits = self._near(vector, limit, self._everything)
            same = [hit for hit in hits if round(hit.score, 3) >= 1]
            if wanted in _places(hits):
                if limit > 10:
                    self._crowds[part.vector] = _places(same)
                return True
            # What is just the same may be there more often than is shown.
            crowded = len(same) == limit
            if limit == MOST:
                return crowded
            if not crowded and limit > 100:
                return False
            limit = min(10 * limit, MOST)

    def filtered(self, document: int) -> set[int]:
        """Which of its objects a filter finds, 10,000 at most."""
        query = self._objects.query
        found = unless_absent(
            lambda: (
                query.fetch_objects(filters=of_documents([document]), limit=MOST, return_properties=["part"]).objects
            )
        )
        return {int(one.properties["part"]) for one in found or ()}

    def _among_the_first(self, vector: Sequence[float], top_k: int, among: Collection[int]) -> list[Hit] | None:
        """The best of so many documents are mostly among the best of all; None if not."""
        limit = min(4 * top_k + 20, MOST)
        while True:
            hits = self._first(vector, limit, self._everything)
            allowed = [hit for hit in hits if hit.sdoc_id in among]
            if len(allowed) >= top_k or len(hits) < limit:
                return allowed[:top_k]
            if limit == MOST:
                return None
            limit = min(5 * limit, MOST)

    def _first(self, vector: Sequence[float], top_k: int, filters: "Filters | None") -> list[Hit]:
        """As many hits, and of those that are level with the last one those with the lowest ids."""
        limit = min(top_k + 1, MOST)
        while True:
            hits = self._near(vector, limit, filters)
            complete = len(hits) < limit or limit == MOST
            if complete or _level(hits[-1]) < _level(hits[top_k - 1]):
                hits.sort(key=lambda hit: (-_level(hit), hit.sdoc_id, hit.part))
                return hits[:top_k]
            limit = min(4 * limit, MOST)

    def _near(self, vector: Sequence[float], limit: int, filters: "Filters | None" = None) -> list[Hit]:
        from weaviate.classes.query import MetadataQuery

        found = unless_absent(
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

    @cached_property
    def _everything(self) -> "Filters | None":
        """Lets everything through, and makes the server look at each vector by itself if there are not too many."""
        from weaviate.classes.query import Filter

        count = unless_absent(lambda: self._objects.aggregate.over_all(total_count=True).total_count) or 0
        return Filter.by_property("document").greater_or_equal(0) if count <= EXACT else None


def _places(hits: Iterable[Hit]) -> set[_Place]:
    return {(hit.sdoc_id, hit.part) for hit in hits}


def _level(hit: Hit) -> float:
    return round(hit.score, _DIGITS)
