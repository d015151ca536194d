"""Asking texts in an Elasticsearch that does not answer."""

import socket
import time

import pytest

from configs.schema import load
from projections._behind import Place
from projections._text_elastic_reader import ElasticTextReader
from projections.memo_text import memo_text
from repos._unavailable import Unavailable
from repos.elasticsearch_repo import Elasticsearch
from systems.text_query_system import Word


def test_whoever_waits_for_a_page_is_told_soon_that_nobody_answers() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"elasticsearch.url=http://127.0.0.1:{silent.getsockname()[1]}"
        elasticsearch = Elasticsearch(load("test", [url], {}).elasticsearch, patience=0.2)
        reader = ElasticTextReader(elasticsearch, Place("memo_text", 1), memo_text)
        begun = time.monotonic()
        with pytest.raises(Unavailable, match="timed out"):
            reader.search(1, Word("sea"))
        assert time.monotonic() - begun < 10
        elasticsearch.close()
