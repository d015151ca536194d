"""The connection to a real Elasticsearch, and to one that is away."""

import socket
from functools import partial

import pytest
from elasticsearch import ApiError, BadRequestError, NotFoundError
from elasticsearch import Elasticsearch as Client

from configs.schema import load
from repos._unavailable import Unavailable
from repos.elasticsearch_repo import Elasticsearch
from services.elasticsearch import VERSION
from tests.repos._answering import answering


def test_it_says_its_version(elasticsearch: Elasticsearch) -> None:
    assert elasticsearch.ping() == VERSION


def test_it_does_for_texts_what_we_build_on(elasticsearch: Elasticsearch) -> None:
    index, serving = f"{elasticsearch.prefix}-1", f"{elasticsearch.prefix}-serving"
    properties = {"text": {"type": "text", "analyzer": "folded", "term_vector": "with_positions_offsets"}}
    analysis = {"analyzer": {"folded": {"tokenizer": "standard", "filter": ["lowercase", "asciifolding"]}}}
    with elasticsearch.connection() as client:
        client.indices.create(
            index=index,
            settings={"analysis": analysis},
            mappings={"dynamic": "strict", "_routing": {"required": True}, "properties": properties},
        )
        client.indices.update_aliases(actions=[{"add": {"index": index, "alias": serving}}])
        write = partial(client.index, index=index, id="1", routing="7", version_type="external_gte", refresh=True)
        write(version=5, document={"text": "Ein fauler Nachmittag im Café"})
        with pytest.raises(ApiError, match="version_conflict_engine_exception"):
            write(version=4, document={"text": "too late"})
        with pytest.raises(ApiError, match="strict_dynamic_mapping_exception"):
            write(version=6, document={"txet": "no such field"})
        found = client.search(
            index=serving, routing="7", query={"match_phrase": {"text": "im cafe"}}, highlight={"fields": {"text": {}}}
        )
    [hit] = found["hits"]["hits"]
    assert hit["highlight"]["text"] == ["Ein fauler Nachmittag <em>im Café</em>"]


def test_what_is_wrong_is_not_taken_for_a_passing_fault(elasticsearch: Elasticsearch) -> None:
    with pytest.raises(BadRequestError), elasticsearch.connection() as client:
        client.search(index="_all", query={"none": {}})
    with pytest.raises(NotFoundError), elasticsearch.connection() as client:
        client.get(index=_made(client, f"{elasticsearch.prefix}-1"), id="1")


def test_an_index_that_is_lost_is_waited_for(elasticsearch: Elasticsearch) -> None:
    with pytest.raises(Unavailable, match="no such index"), elasticsearch.connection() as client:
        client.search(index=f"{elasticsearch.prefix}-none")


def _made(client: Client, index: str) -> str:
    client.indices.create(index=index)
    return index


@pytest.mark.parametrize("status", [401, 403, 429, 500, 502, 503, 504])
def test_a_server_that_is_busy_or_in_disorder_is_unavailable(status: int) -> None:
    with answering(status, {"X-Elastic-Product": "Elasticsearch"}) as url:
        elasticsearch = Elasticsearch(load("test", [f"elasticsearch.url={url}"], {}).elasticsearch)
        with pytest.raises(Unavailable):
            elasticsearch.ping()
        elasticsearch.close()


def test_a_server_that_is_silent_or_away_is_unavailable() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}"
        settings = [f"elasticsearch.url={url}", "elasticsearch.timeout_seconds=1"]
        elasticsearch = Elasticsearch(load("test", settings, {}).elasticsearch)
        with pytest.raises(Unavailable, match="timed out"), elasticsearch.connection() as client:
            client.search(index="_all")
    with pytest.raises(Unavailable, match="refused"):
        elasticsearch.ping()
    elasticsearch.close()
