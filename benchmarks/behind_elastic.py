"""A rebuild of many documents into Elasticsearch, against the client's own helper with ready-made bodies."""

from array import array
from pathlib import Path
from time import perf_counter
from typing import Any

import orjson

from api._read_models import ReadModels
from benchmarks._corpus import Builder
from benchmarks._documents import Text, log_of
from benchmarks._figures import Report, paired
from benchmarks._library import Library
from benchmarks._servers import started
from configs.schema import load
from projections import _registry as registry
from projections._follow import UNREAD_SECONDS, Follower
from projections._model import Backend, Target
from projections.document_text import DOCUMENT_TEXT
from repos.elasticsearch_repo import Elasticsearch
from services._server import Server
from services.elasticsearch import ELASTICSEARCH

_BEFORE = 2


def measure(report: Report, builder: Builder, folder: Path, size: int) -> None:
    with started(ELASTICSEARCH, folder, report, ["behind.elastic"]) as server:
        if server is not None:
            _measure(report, builder, server, folder, size)


def _measure(report: Report, builder: Builder, server: Server, folder: Path, size: int) -> None:
    config = load("default", [], server.settings)
    postgres = builder.services.postgres
    read_models = ReadModels(config, postgres, builder.services.blobs)
    elasticsearch = Elasticsearch(config.elasticsearch)
    library = Library(size)
    project_id = log_of(builder, (Text(library.text(id), array("I")) for id in range(1, size + 1)), library.text(0))
    bodies = folder / "bodies"

    def made() -> Target:
        with postgres.connection() as connection:
            version = registry.add(connection, DOCUMENT_TEXT.name, Backend.ELASTICSEARCH, "kept")
        target = read_models.target(version)
        target.create()
        return target

    def ended(target: Target) -> None:
        """All are there and can be found; then they may go."""
        with elasticsearch.connection() as client:
            assert client.count(index=_alias(elasticsearch, target))["count"] == size + 2
        target.drop()

    def ours() -> float:
        target = made()
        follower = Follower(postgres, DOCUMENT_TEXT, target, seconds=UNREAD_SECONDS)
        begun = perf_counter()
        while follower.step([project_id]).projects:
            pass
        rate = size / (perf_counter() - begun)
        if not bodies.exists():
            _keep(elasticsearch, _alias(elasticsearch, target), bodies)
        ended(target)
        return rate

    def theirs() -> float:
        target = made()
        begun = perf_counter()
        _bulk(elasticsearch, _alias(elasticsearch, target), bodies)
        rate = size / (perf_counter() - begun)
        ended(target)
        return rate

    # A server that has just started is still compiling itself: whoever comes later finds it faster.
    for _ in range(_BEFORE):
        ours()
        theirs()
    pair = paired(ours, theirs)
    note = f"{size:,} documents of 3 KB: {pair.note('documents/s')}"
    report.at_least("behind.elastic", pair.ratio, 0.7, note=note)
    elasticsearch.close()
    read_models.close()


def _alias(elasticsearch: Elasticsearch, target: Target) -> str:
    return f"{elasticsearch.prefix}-{target.place.name}"


def _keep(elasticsearch: Elasticsearch, alias: str, path: Path) -> None:
    """Everything that the index holds, a line for each."""
    from elasticsearch.helpers import scan

    with elasticsearch.connection() as client, path.open("wb") as file:
        for hit in scan(client, index=alias):
            file.write(orjson.dumps([hit["_id"], hit["_routing"], orjson.dumps(hit["_source"]).decode()]) + b"\n")


def _bulk(elasticsearch: Elasticsearch, alias: str, path: Path) -> None:
    from elasticsearch.helpers import parallel_bulk

    def expanded(line: bytes | str | dict[str, Any]) -> tuple[dict[str, Any], bytes]:
        assert isinstance(line, bytes)
        id, routing, body = orjson.loads(line)
        return {"index": {"_id": id, "routing": routing}}, body.encode()

    with elasticsearch.connection() as client, path.open("rb") as lines:
        for done, result in parallel_bulk(client, lines, index=alias, thread_count=4, expand_action_callback=expanded):
            assert done, result
        client.indices.refresh(index=alias)
