"""Texts in Elasticsearch: an index for each place, in which every project has its own shard."""

import time
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from operator import itemgetter
from typing import TYPE_CHECKING, Any, Final

import orjson

from projections._behind import FIRST, Change, Entry, Gone, NotMade, Place, Rejected, Stored
from projections._text_elastic_body import Whole, digest, encoded, wholes
from projections._text_elastic_bulk import CHUNK, Operation, light, perform
from projections._text_elastic_query import ANALYZER, stems, terms
from projections._text_model import TextModel
from repos._unavailable import Unavailable, passing
from repos.elasticsearch_repo import Elasticsearch
from repos.postgres_repo import Connection

if TYPE_CHECKING:
    from elasticsearch import Elasticsearch as Client

_SHARDS: Final = 3
_UNBOUNDED: Final = 2**31 - 1
_PAGE: Final = 1_000
_SAMPLE: Final = 3
_PAUSES: Final = (0.1, 0.2, 0.3, 0.5, 1.0, 3.0)
"""Seconds until what was removed can be forgotten: the clock of the server for it is a coarse one."""
_TYPES: Final[dict[type, str]] = {int: "long", str: "keyword", bool: "boolean"}
_SETTINGS: Final[dict[str, Any]] = {
    "number_of_shards": _SHARDS,
    "auto_expand_replicas": "0-1",
    # Whoever writes makes visible what is written, for which little is left to do if some of it is visible already. And
    # where nobody writes any more, searches must find out what has been merged: the many small pieces of a rebuild take
    # ten times as long as the few that become of them.
    "refresh_interval": "1s",
    "gc_deletes": "1h",
    "max_result_window": _UNBOUNDED,
    "max_terms_count": _UNBOUNDED,
    "analysis": {
        "tokenizer": {ANALYZER: {"type": "whitespace", "max_token_length": 1_024}},
        "analyzer": {
            ANALYZER: {"type": "custom", "tokenizer": ANALYZER},
            # For people who look into the index with tools of their own.
            "typed": {"type": "custom", "tokenizer": "standard", "filter": ["lowercase", "asciifolding"]},
        },
    },
}


class ElasticTextIndex:
    """An `Index` (see `_behind`). An alias has the name of the place, so that no write makes an index by itself."""

    def __init__(self, elasticsearch: Elasticsearch, place: Place, model: TextModel) -> None:
        self.place = place
        self._elasticsearch = elasticsearch
        self._model = model
        self._alias = f"{elasticsearch.prefix}-{place.name}"
        self._index = f"{self._alias}.held"

    def create(self) -> None:
        with self._elasticsearch.connection() as client:
            if client.indices.exists(index=self._index):
                # Who was to put it back may have been killed.
                self._remember(client)
            else:
                # Somebody else may have made it in the meantime.
                client.options(ignore_status=400).indices.create(
                    index=self._index, settings=_SETTINGS, mappings=self._mappings(), aliases={self._alias: {}}
                )
            client.cluster.health(index=self._index, wait_for_status="yellow")

    def drop(self) -> None:
        with self._elasticsearch.connection() as client:
            client.indices.delete(index=self._index, ignore_unavailable=True)

    def check(self, connection: Connection) -> None:
        with self._elasticsearch.connection() as client:
            if not client.indices.exists(index=self._alias):
                raise NotMade

    def prepare(self, entries: Sequence[Entry]) -> int:
        """Texts are taken apart faster than they are written."""
        return 0

    def write(self, connection: Connection, changes: Iterable[Change]) -> Sequence[Rejected]:
        rejected: list[Rejected] = []
        left = iter(changes)
        # A refresh of nothing would cut into pieces what another worker is writing.
        if (first := next(left, None)) is None:
            return rejected
        with self._elasticsearch.connection() as client:
            self._perform(client, chain([first], left), rejected)
            client.indices.refresh(index=self._alias)
        return rejected

    def overwrite(
        self, connection: Connection, project_id: int, ids: Sequence[int], entries: Sequence[Entry]
    ) -> Sequence[Rejected]:
        rejected: list[Rejected] = []
        with self._elasticsearch.connection() as client:
            self._erase_elsewhere(client, project_id, ids)
            newer = self._perform(client, entries, rejected)
            refused = {one.entry.id for one in rejected}
            if gone := {*ids} - {one.id for one in entries} | newer | refused:
                self._erase(client, [Gone(project_id, id, 0) for id in gone])
                self._perform(client, [one for one in entries if one.id in newer], rejected)
            client.indices.refresh(index=self._alias)
        return rejected

    def forget(self, connection: Connection, project_id: int) -> None:
        mine = {"term": {"project_id": project_id}}
        with self._elasticsearch.connection() as client:
            # Whoever wrote last may have died before anybody could see it.
            client.indices.refresh(index=self._alias)
            deleted = 1
            while deleted:
                answer = client.delete_by_query(
                    index=self._alias,
                    query=mine,
                    routing=str(project_id),
                    conflicts="proceed",
                    refresh=True,
                    max_docs=_PAGE,
                )
                deleted = answer["deleted"] + answer["version_conflicts"]

    def projects(self, connection: Connection) -> Iterator[int]:
        by_project = {"project": {"terms": {"field": "project_id"}}}
        asked: dict[str, Any] = {"size": _PAGE, "sources": [by_project]}
        with self._elasticsearch.connection() as client:
            while asked:
                found = client.search(
                    index=self._alias, size=0, aggs={"projects": {"composite": asked}}, ignore_unavailable=True
                ).get("aggregations", {"projects": {"buckets": []}})["projects"]
                yield from (bucket["key"]["project"] for bucket in found["buckets"])
                asked = {**asked, "after": found["after_key"]} if "after_key" in found else {}

    def stored(self, connection: Connection, project_id: int) -> Iterator[Stored]:
        """As the sources say; an entry that no search finds is none, and there are none if the index is lost."""
        with self._elasticsearch.connection() as client:
            for group in light(self._lengths(client, project_id), _PAGE, itemgetter(1)):
                docs = [{"_id": name, "routing": str(project_id)} for _, _, name in group]
                for (id, _, _), held in zip(group, client.mget(index=self._alias, docs=docs)["docs"], strict=True):
                    if held.get("found"):
                        yield Stored(id, held["_version"], digest(held["_source"]))

    def digests(self, connection: Connection, entries: Sequence[Entry]) -> list[bytes]:
        return [digest(one.body) if isinstance(one, Whole) else b"" for one in wholes(self._model, entries)]

    def unfound(self, connection: Connection, entries: Sequence[Entry]) -> Iterator[int]:
        """Asks for some words of each."""
        for begin in range(0, len(entries), CHUNK):
            chunk = entries[begin : begin + CHUNK]
            searches: list[dict[str, Any]] = []
            for entry, one in zip(chunk, wholes(self._model, chunk), strict=True):
                searches += self._sample(entry, one.body if isinstance(one, Whole) else {})
            with self._elasticsearch.connection() as client:
                answers = client.msearch(index=self._alias, searches=searches)["responses"]
            for entry, answer in zip(chunk, answers, strict=True):
                if "error" in answer:
                    raise Unavailable(f"Elasticsearch: {answer['error']['type']}")
                if not answer["hits"]["total"]["value"]:
                    yield entry.id

    def _mappings(self) -> dict[str, Any]:
        held: dict[str, Any] = {name: {"type": _TYPES[kind]} for name, kind in self._model.kept.items()}
        for field in self._model.fields:
            held[field] = {"type": "text", "index": False}
            held[terms(field)] = {"type": "text", "analyzer": ANALYZER, "search_analyzer": "typed"}
            held[stems(field)] = {"type": "text", "analyzer": ANALYZER, "norms": False, "index_options": "freqs"}
        for name in ("project_id", "id", "length", "words"):
            held[name] = {"type": "long"}
        return {"dynamic": "strict", "_routing": {"required": True}, "properties": held}

    def _perform(self, client: "Client", changes: Iterable[Change], rejected: list[Rejected]) -> set[int]:
        """Answers the ids of those in whose place is something newer."""
        newer = set()
        for failed in perform(client, self._alias, self._operations(changes, rejected)):
            if failed.status == 409:
                newer.add(failed.on.id)
            elif passing(failed.status) or not isinstance(failed.on, Entry) or failed.status == 404:
                raise Unavailable(f"Elasticsearch: {failed.reason}")
            else:
                rejected.append(Rejected(failed.on, failed.reason))
        return newer

    def _erase(self, client: "Client", those: Sequence[Gone]) -> None:
        """Whatever is there of these, which are of revision 0, as if it had never been: anything may take its place.

        What was removed is remembered with its revision, which nothing older may follow, until a refresh forgets it.
        """
        deletions = ((one, orjson.dumps({"delete": _lies(one)})) for one in those)
        for failed in perform(client, self._alias, deletions):
            raise Unavailable(f"Elasticsearch: {failed.reason}")
        for pause in _PAUSES:
            time.sleep(pause)
            client.indices.put_settings(index=self._index, settings={"gc_deletes": "0s"})
            try:
                client.indices.refresh(index=self._alias)
            finally:
                self._remember(client)
            if not self._perform(client, those, []):
                return
        raise Unavailable("Elasticsearch: what was removed is still remembered.")

    def _erase_elsewhere(self, client: "Client", project_id: int, ids: Sequence[int]) -> None:
        """What says that it is one of these, and lies where none of them does."""
        mine: dict[str, Any] = {"filter": [{"term": {"project_id": project_id}}, {"terms": {"id": list(ids)}}]}
        where = {"ids": {"values": [_id(project_id, id) for id in ids]}}
        client.indices.refresh(index=self._alias)
        client.delete_by_query(
            index=self._alias,
            query={"bool": {**mine, "must_not": [where]}},
            routing=str(project_id),
            conflicts="proceed",
        )

    def _remember(self, client: "Client") -> None:
        client.indices.put_settings(index=self._index, settings={"gc_deletes": _SETTINGS["gc_deletes"]})

    def _operations(self, changes: Iterable[Change], rejected: list[Rejected]) -> Iterator[Operation]:
        for one in wholes(self._model, changes):
            if isinstance(one, Gone):
                yield one, orjson.dumps({"delete": _address(one)})
            elif isinstance(one, Rejected):
                rejected.append(one)
            else:
                yield one.entry, b"%s\n%s" % (orjson.dumps({"index": _address(one.entry)}), encoded(one.body))

    def _lengths(self, client: "Client", project_id: int) -> Iterator[tuple[int, int, str]]:
        """Id, length and where it lies of all entries of a project that can be found, by id."""
        after = FIRST
        while True:
            hits = client.search(
                index=self._alias,
                routing=str(project_id),
                query={"bool": {"filter": [{"term": {"project_id": project_id}}]}},
                sort={"id": "asc"},
                search_after=[after],
                size=_PAGE,
                source=False,
                docvalue_fields=[{"field": "length"}],
                track_total_hits=False,
                ignore_unavailable=True,
            )["hits"]["hits"]
            for hit in hits:
                # What somebody else has put there may have none.
                length = hit.get("fields", {"length": [0]})["length"][0]
                yield hit["sort"][0], length, hit["_id"]
            if len(hits) < _PAGE:
                return
            after = hits[-1]["sort"][0]

    def _sample(self, entry: Entry, body: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
        """A search that finds this entry alone."""
        asked: list[dict[str, Any]] = [{"term": {"project_id": entry.project_id}}, {"term": {"id": entry.id}}]
        for field in map(terms, self._model.fields):
            if found := body.get(field, "").split():
                asked += [{"term": {field: found[-1 - len(found) * i // _SAMPLE]}} for i in range(_SAMPLE)]
        return {"routing": str(entry.project_id)}, {"query": {"bool": {"filter": asked}}, "size": 0}


def _id(project_id: int, id: int) -> str:
    return f"{project_id}-{id}"


def _address(one: Change) -> dict[str, Any]:
    """Where it is to lie; of two writes, that of the higher revision counts, whichever comes first."""
    return {**_lies(one), "version": one.revision, "version_type": "external_gte"}


def _lies(one: Change) -> dict[str, Any]:
    return {"_id": _id(one.project_id, one.id), "routing": str(one.project_id)}
