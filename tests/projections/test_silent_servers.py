"""Asking read models in a server that does not answer: whoever waits for a page is told so soon."""

import socket
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager

import pytest

from configs.schema import load
from projections._behind import Place
from projections._text_elastic_reader import ElasticTextReader
from projections._vector_weaviate import WeaviateVectorIndex
from projections.memo_text import memo_text
from repos._unavailable import Unavailable
from repos.elasticsearch_repo import Elasticsearch
from repos.half_vector import packed
from repos.weaviate_repo import Weaviate
from systems.text_query_system import Word
from tests.projections.vectors import Corpus, at

SOON = 10.0  # seconds, where without haste it would be thirty


@contextmanager
def silent() -> Iterator[str]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield f"http://127.0.0.1:{server.getsockname()[1]}"


def told_soon(ask: Callable[[], object], match: str) -> None:
    begun = time.monotonic()
    with pytest.raises(Unavailable, match=match):
        ask()
    assert time.monotonic() - begun < SOON


def test_elasticsearch() -> None:
    with silent() as url:
        config = load("test", [f"elasticsearch.url={url}"], {}).elasticsearch
        with closing(Elasticsearch(config, patience=0.2)) as elasticsearch:
            reader = ElasticTextReader(elasticsearch, Place("memo_text", 1), memo_text)
            told_soon(lambda: reader.search(1, Word("sea")), "timed out")


def test_weaviate(corpus: Corpus) -> None:
    with silent() as url:
        config = load("test", [f"weaviate.url={url}"], {}).weaviate
        with closing(Weaviate(config, patience=0.2)) as weaviate:
            index = WeaviateVectorIndex(weaviate, Place("sentence_vector", 1), corpus.model())
            told_soon(lambda: index.nearest(1, packed(at(0)), 10), "timed out")
