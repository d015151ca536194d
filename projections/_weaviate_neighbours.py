"""What is nearest to a vector among the objects of one project in a collection of Weaviate."""

from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING

from projections._vector_reader import Hit
from projections._weaviate_tenant import MOST, of_documents, tenant_name, unless_absent, with_vectors
from repos.half_vector import unpacked

if TYPE_CHECKING:
    from weaviate import WeaviateClient
    from weaviate.collections.classes.filters import _Filters as Filters

_FILTERED = 2_000  # documents up to which a filter is faster than looking through what comes first anyway
_DIGITS = 6  # to which equal distances are equal
_NEAR = 0.0001  # how far apart two measures of one cosine may lie


PartKey = tuple[int, int]
"""A document, and the number of its part."""


class Neighbours:
    """Of a tenant that may not be there yet: then there are none."""

    def __init__(self, client: "WeaviateClient", collection: str, project_id: int) -> None:
        self._objects = client.collections.use(collection).with_tenant(tenant_name(project_id))

    def nearest(self, vector: Sequence[float], top_k: int, among: Sequence[int] | None) -> list[Hit]:
        """The best, those with equal scores by their ids."""
        if among is not None and len(among) > _FILTERED:
            hits = self._among_the_first(vector, top_k, set(among))
            if hits is not None:
                return hits
        return self._first(vector, top_k, with_vectors() if among is None else of_documents(among))

    def unfound(self, parts: Mapping[PartKey, bytes]) -> set[int]:
        """Those documents of which somebody who asks for what is nearest in these gets a part not, or not as near as it
        is. Of more than 10,000 that are just the same nobody gets all.
        """
        lost: set[int] = set()
        filters = of_documents(sorted({document for document, _ in parts})) & with_vectors()
        left = dict(parts)
        while left:
            vector = next(iter(left.values()))
            hits = self._near(unpacked(vector), MOST, filters)
            scores = {(hit.sdoc_id, hit.part): hit.score for hit in hits}
            seen = [key for key in left if key in scores]
            for key, cosine in zip(seen, _cosines(vector, [left[key] for key in seen]), strict=True):
                if abs(scores[key] - cosine) > _NEAR:
                    lost.add(key[0])
            missing = {key: other for key, other in left.items() if key not in scores}
            if len(hits) < MOST:
                return lost | {document for document, _ in missing}
            # There may be more than the server gives: the next question is about one of those that are missing.
            if hits[-1].score < 1 - _NEAR:
                lost.update(document for (document, _), other in missing.items() if other == vector)
            left = {key: other for key, other in missing.items() if other != vector}
        return lost

    def _among_the_first(self, vector: Sequence[float], top_k: int, among: Collection[int]) -> list[Hit] | None:
        """The best of so many documents are mostly among the best of all; None if not."""
        limit = min(4 * top_k + 20, MOST)
        while True:
            hits = self._first(vector, limit, with_vectors())
            allowed = [hit for hit in hits if hit.sdoc_id in among]
            if len(allowed) >= top_k or len(hits) < limit:
                return allowed[:top_k]
            if limit == MOST:
                return None
            limit = min(5 * limit, MOST)

    def _first(self, vector: Sequence[float], top_k: int, filters: "Filters") -> list[Hit]:
        """As many hits, and of those that are level with the last one those with the lowest ids."""
        limit = min(top_k + 1, MOST)
        while True:
            hits = self._near(vector, limit, filters)
            complete = len(hits) < limit or limit == MOST
            if complete or _level(hits[-1]) < _level(hits[top_k - 1]):
                hits.sort(key=lambda hit: (-_level(hit), hit.sdoc_id, hit.part))
                return hits[:top_k]
            limit = min(4 * limit, MOST)

    def _near(self, vector: Sequence[float], limit: int, filters: "Filters") -> list[Hit]:
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


def _cosines(vector: bytes, others: Sequence[bytes]) -> list[float]:
    import numpy as np

    if not others:
        return []
    rows = np.frombuffer(b"".join(others), dtype=">f2").astype(np.float32).reshape(len(others), -1)
    one = np.frombuffer(vector, dtype=">f2").astype(np.float32)
    lengths = np.linalg.norm(rows, axis=1) * np.linalg.norm(one)
    return [float(cosine) for cosine in rows @ one / lengths]


def _level(hit: Hit) -> float:
    return round(hit.score, _DIGITS)
