"""Asking texts in Elasticsearch."""

from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import ColumnElement
from sqlalchemy.orm import Session

from projections import _crud
from projections._behind import NotMade, Place
from projections._text_elastic_query import Asked, asked
from projections._text_model import TextModel
from projections._text_reader import Among, Chosen, Found, Hit, TooManyForms
from repos.elasticsearch_repo import Elasticsearch
from systems.text_query_system import Nothing, Pattern, Query, leaves

_PAGE: Final = 10_000
_FEW: Final = 5_000
"""So many hits are asked for faster than all ids that count are sent."""

_LAST: Final = 2**31 - 1
"""How many hits can be passed over at most."""

_TOO_COMPLEX: Final = "too_complex_to_determinize_exception"
"""What is wrong with a pattern that can go on in too many ways at once, as *a???????????????? can."""

_Ranked = Sequence[Any]
"""The score and the id of a hit."""


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
        if isinstance(query, Nothing) or (among is not None and not among):
            return Found(0, [])
        if isinstance(among, Chosen):
            few = self._few(project_id, query)
            if few is not None:
                return _page(few, among, after, skip, limit)
        if (ids := _ids(among)) == []:
            return Found(0, [])
        reachable = skip + limit <= _LAST
        total, hits = self._ranked(
            project_id,
            query,
            ids,
            search_after=[after.score, after.id] if after else None,
            from_=skip if reachable else 0,
            size=limit if reachable else 0,
        )
        return Found(total, [Hit(id, score) for score, id in hits])

    def matching(self, project_id: int, query: Query, *, among: Among = None) -> list[int]:
        some = _ids(among)
        if isinstance(query, Nothing) or (some is not None and not some):
            return []
        conditions = [asked(query, self._model.fields), *_mine(project_id, some)]
        ids: list[int] = []
        while True:
            page = self._ask(
                project_id,
                query,
                {"filter": conditions},
                sort=[{"id": "asc"}],
                search_after=ids[-1:] or [0],
                size=_PAGE,
                track_total_hits=False,
            ).get("hits", ())
            ids += [hit["sort"][0] for hit in page]
            if len(page) < _PAGE:
                return ids

    def is_hit(self, db: Session, project_id: int, query: Query, id: ColumnElement[int]) -> ColumnElement[bool]:
        return _crud.among(id, self.matching(project_id, query))

    def _few(self, project_id: int, query: Query) -> Sequence[_Ranked] | None:
        """All hits, the best first, unless there are many."""
        counted = self._ask(
            project_id,
            query,
            {"filter": [asked(query, self._model.fields), *_mine(project_id, None)]},
            size=0,
            track_total_hits=_FEW + 1,
        )
        if counted["total"]["value"] > _FEW:
            return None
        total, hits = self._ranked(project_id, query, None, size=_FEW)
        return hits if total <= _FEW else None

    def _ranked(
        self, project_id: int, query: Query, ids: Sequence[int] | None, **page: Any
    ) -> tuple[int, Sequence[_Ranked]]:
        """How many hits there are, and a page of them, the best first."""
        found = self._ask(
            project_id,
            query,
            {"must": [asked(query, self._model.fields)], "filter": _mine(project_id, ids)},
            sort=[{"_score": "desc"}, {"id": "asc"}],
            track_total_hits=True,
            **page,
        )
        return found["total"]["value"], [hit["sort"] for hit in found.get("hits", ())]

    def _ask(self, project_id: int, query: Query, conditions: dict[str, list[Asked]], **parameters: Any) -> Any:
        from elasticsearch import BadRequestError

        with self._elasticsearch.connection() as client:
            try:
                answer = client.options(ignore_status=404, request_timeout=self._elasticsearch.patience).search(
                    index=self._index,
                    routing=str(project_id),
                    query={"bool": conditions},
                    # What is in the order of hits is all that is asked of them.
                    stored_fields="_none_",
                    filter_path=["took", "hits.total.value", "hits.hits.sort"],
                    **parameters,
                )
            except BadRequestError as error:
                if _TOO_COMPLEX in str(error.body):
                    raise TooManyForms(_most_open(query)) from None
                raise
        if "took" not in answer:
            raise NotMade
        return answer.get("hits", {})


def _page(ranked: Sequence[_Ranked], chosen: Chosen, after: Hit | None, skip: int, limit: int) -> Found:
    """Of all hits, those that count."""
    those = chosen.those([id for _, id in ranked])
    counting = [(score, id) for score, id in ranked if id in those]
    further = counting
    if after is not None:
        further = [(score, id) for score, id in counting if (-score, id) > (-after.score, after.id)]
    return Found(len(counting), [Hit(id, score) for score, id in further[skip : skip + limit]])


def _most_open(query: Query) -> Pattern:
    """The pattern that can go on in the most ways: which one is too much is not told."""
    patterns = [leaf for leaf in leaves(query) if isinstance(leaf, Pattern)]
    # Only what follows a * can begin in more than one place.
    return max(patterns, key=lambda leaf: sum(one in "*?" for one in leaf.pattern.partition("*")[2]))


def _ids(among: Among) -> Sequence[int] | None:
    return among.fetched() if isinstance(among, Chosen) else among


def _mine(project_id: int, ids: Sequence[int] | None) -> list[Asked]:
    mine: list[Asked] = [{"term": {"project_id": project_id}}]
    return mine if ids is None else [*mine, {"terms": {"id": list(ids)}}]
