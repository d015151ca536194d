"""Searching documents in Elasticsearch, against the query to an index of one's own that one would write by hand."""

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

from benchmarks._figures import Report
from benchmarks._library import FIRST, PROJECT, Library
from benchmarks._searches import NAMED, SIZE, Found, Pair, compare, questions, search
from benchmarks._servers import started
from configs.schema import load
from projections._behind import Place
from projections._text_elastic import ElasticTextIndex
from projections._text_elastic_reader import ElasticTextReader
from projections.document_text import document_text
from repos.blob_repo import BlobRepo
from repos.elasticsearch_repo import Elasticsearch
from repos.postgres_repo import Postgres
from services._server import Server
from services.elasticsearch import ELASTICSEARCH

_PLACE = Place("document_text", 901)
_INDEX = "by-hand"
_MAPPINGS = {
    "properties": {
        "project_id": {"type": "long"},
        "id": {"type": "long"},
        "name": {"type": "keyword"},
        "content": {"type": "text", "analyzer": "english"},
    }
}


def measure(report: Report, postgres: Postgres, blobs: BlobRepo, library: Library, folder: Path) -> None:
    """The documents of the library are in the inline tables."""
    figures = [f"search.document.elastic.{name}" for name, _ in questions(library)]
    with started(ELASTICSEARCH, folder, report, figures) as server:
        if server is not None:
            _measure(report, postgres, blobs, library, server)


def _measure(report: Report, postgres: Postgres, blobs: BlobRepo, library: Library, server: Server) -> None:
    elasticsearch = Elasticsearch(load("default", [], server.settings).elasticsearch)
    _fill(elasticsearch, postgres, blobs, library)
    reader = ElasticTextReader(elasticsearch, _PLACE, document_text(blobs))
    ours = partial(search, postgres, blobs, reader)
    for name, pairs in questions(library):
        by_ids = partial(_by_ids, elasticsearch, postgres)
        compare(report, f"search.document.elastic.{name}", pairs, ours, by_ids)
        by_field = partial(_by_field, elasticsearch)
        compare(report, f"search.document.elastic.{name}.by_field", pairs, ours, by_field, None)
    elasticsearch.close()


def _fill(elasticsearch: Elasticsearch, postgres: Postgres, blobs: BlobRepo, library: Library) -> None:
    from elasticsearch.helpers import bulk

    index = ElasticTextIndex(elasticsearch, _PLACE, document_text(blobs))
    index.create()
    with postgres.connection() as connection:
        for entries in library.entries():
            assert not index.write(connection, entries)
    with elasticsearch.connection() as client:
        client.indices.create(index=_INDEX, mappings=_MAPPINGS, settings={"max_terms_count": 2**31 - 1})
        bulk(client, _bodies(library), index=_INDEX)
        # As both are after some time; a merge under way would be measured otherwise.
        both = f"{elasticsearch.prefix}-{_PLACE.name},{_INDEX}"
        client.options(request_timeout=600).indices.forcemerge(index=both, max_num_segments=1)
        client.indices.refresh(index=both)


def _bodies(library: Library) -> Iterator[dict[str, Any]]:
    for entries in library.entries():
        for entry in entries:
            beside = {"project_id": PROJECT, "id": entry.id, "name": entry.values["name"]}
            yield {"_id": str(entry.id), **beside, "content": library.text(entry.id - FIRST + 1)}


def _by_ids(elasticsearch: Elasticsearch, postgres: Postgres, pair: Pair) -> Found:
    """As one must where tags, codes and metadata are in the database."""
    with postgres.connection() as connection:
        rows = connection.execute(
            "SELECT id FROM inline.source_document WHERE project_id = $1 AND name_fold LIKE $2",
            (PROJECT, f"%{NAMED}%"),
        )
        ids = [id for (id,) in rows]
    return _asked(elasticsearch, pair, {"terms": {"id": ids}})


def _by_field(elasticsearch: Elasticsearch, pair: Pair) -> Found:
    """As one can with what is held in the index, too."""
    return _asked(elasticsearch, pair, {"wildcard": {"name": f"*{NAMED}*"}})


def _asked(elasticsearch: Elasticsearch, pair: Pair, allowed: dict[str, Any]) -> Found:
    with elasticsearch.connection() as client:
        answer = client.search(
            index=_INDEX,
            query={
                "bool": {
                    "must": [{"match": {"content": " ".join(pair)}}],
                    "filter": [{"term": {"project_id": PROJECT}}, allowed],
                }
            },
            highlight={"fields": {"content": {"number_of_fragments": 5}}},
            source=False,
            size=SIZE,
            track_total_hits=True,
        )["hits"]
    assert all(hit["highlight"] for hit in answer["hits"])
    return answer["total"]["value"], [int(hit["_id"]) for hit in answer["hits"]]
