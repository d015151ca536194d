"""Asking texts in Elasticsearch."""

from collections.abc import Sequence
from typing import Any, Final

from projections._behind import Place
from projections._text_elastic_query import Asked, asked
from projections._text_model import TextModel
from projections._text_reader import Among, Chosen, Found, Hit
from repos._unavailable import Unavailable
from repos.elasticsearch_repo import Elasticsearch
from systems.text_query_system import Nothing, Query

_PAGE: Final = 10_000
_LAST: Final = 2**31 - 1
"""How many hits can be passed over at most."""


class ElasticTextReader:
    """A `TextReader` of one place."""

    def __init__(self, elasticsearch: Elasticsearch, place: Place, model: TextModel) -> None:
        self._elasticsearch = elasticsearch
        self._index = f"{elasticsearch.prefix}-{place.name}"
        self._model = model

    def search(
        self,
        project_id: int,
        query: Query,
        *,
        among: Among = None,
        after: Hit | None = None,
        skip: int = 0,
        limit: int = 10,
    ) -> Found:
        ids = _ids(among)
        if isinstance(query, Nothing) or (ids is not None and not ids):
            return Found(0, [])
        reachable = skip + limit <= _LAST
        found = self._ask(
            project_id,
            {"must": [asked(query, self._model.fields)], "filter": _mine(project_id, ids)},
            sort=[{"_score": "desc"}, {"id": "asc"}],
            search_after=[after.score, after.id] if after else None,
            from_=skip if reachable else 0,
            size=limit if reachable else 0,
            track_total_hits=True,
        )
        return Found(found["total"]["value"], [Hit(hit["sort"][1], hit["sort"][0]) for hit in found["hits"]])

    def matching(self, project_id: int, query: Query, *, among: Among = None) -> list[int]:
        some = _ids(among)
        if isinstance(query, Nothing) or (some is not None and not some):
            return []
        conditions = [asked(query, self._model.fields), *_mine(project_id, some)]
        ids: list[int] = []
        while True:
            page = self._ask(
                project_id,
                {"filter": conditions},
                sort=[{"id": "asc"}],
                search_after=ids[-1:] or [0],
                size=_PAGE,
                track_total_hits=False,
            )["hits"]
            ids += [hit["sort"][0] for hit in page]
            if len(page) < _PAGE:
                return ids

    def _ask(self, project_id: int, query: Asked, **parameters: Any) -> Any:
        with self._elasticsearch.connection() as client:
            answer = client.options(ignore_status=404).search(
                index=self._index, routing=str(project_id), query={"bool": query}, source=False, **parameters
            )
        if "hits" not in answer:
            raise Unavailable(f"Elasticsearch: there is no {self._index}")
        return answer["hits"]


def _ids(among: Among) -> Sequence[int] | None:
    return among.fetched() if isinstance(among, Chosen) else among


def _mine(project_id: int, ids: Sequence[int] | None) -> list[Asked]:
    mine: list[Asked] = [{"term": {"project_id": project_id}}]
    return mine if ids is None else [*mine, {"terms": {"id": list(ids)}}]
