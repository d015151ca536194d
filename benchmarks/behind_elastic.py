"""A rebuild of many documents into Elasticsearch, against the client's own helper with ready-made bodies."""

from dataclasses import replace
from pathlib import Path
from time import perf_counter
from typing import Any

import orjson

from benchmarks._corpus import Builder
from benchmarks._figures import Report, paired
from benchmarks._library import Library
from configs.schema import load
from events._event import Envelope, Fact, stream
from events._store import Append
from events.source_document_events import SourceDocumentUploaded
from projections import _registry as registry
from projections._behind import Place
from projections._entries_target import EntriesTarget
from projections._follow import Follower
from projections._model import Backend
from projections._text_elastic import ElasticTextIndex
from projections.document_text import DOCUMENT_TEXT, document_text
from repos.elasticsearch_repo import Elasticsearch
from services._server import Server
from services._service import Absent
from services.elasticsearch import ELASTICSEARCH

_BATCH = 1_000
_MODEL = replace(DOCUMENT_TEXT, name="documents")


def measure(report: Report, builder: Builder, folder: Path, size: int) -> None:
    server = Server(ELASTICSEARCH, folder / "elasticsearch")
    try:
        ELASTICSEARCH.installed()
    except Absent as absent:
        report.unmeasured("behind.elastic", "x", str(absent))
        return
    server.start()
    try:
        _measure(report, builder, Elasticsearch(load("default", [], server.settings).elasticsearch), folder, size)
    finally:
        server.stop()


def _measure(report: Report, builder: Builder, elasticsearch: Elasticsearch, folder: Path, size: int) -> None:
    postgres = builder.services.postgres
    project_id = _log(builder, Library(size))
    bodies = folder / "bodies"
    version = 0

    def made() -> ElasticTextIndex:
        nonlocal version
        version += 1
        place = Place(_MODEL.name, version)
        index = ElasticTextIndex(elasticsearch, place, document_text(builder.services.blobs))
        index.create()
        with postgres.connection() as connection:
            registry.add(connection, _MODEL.name, Backend.ELASTICSEARCH, "kept")
        return index

    def ours() -> float:
        index = made()
        follower = Follower(postgres, _MODEL, EntriesTarget(_MODEL, index, batch=10_000))
        begun = perf_counter()
        while follower.step([project_id]).projects:
            pass
        rate = size / (perf_counter() - begun)
        if not bodies.exists():
            _keep(elasticsearch, index, bodies)
        index.drop()
        return rate

    def theirs() -> float:
        index = made()
        begun = perf_counter()
        _bulk(elasticsearch, index, bodies)
        rate = size / (perf_counter() - begun)
        index.drop()
        return rate

    ours()
    pair = paired(ours, theirs)
    note = f"{size:,} documents of 3 KB: {pair.note('documents/s')}"
    report.at_least("behind.elastic", pair.ratio, 0.7, note=note)
    elasticsearch.close()


def _log(builder: Builder, library: Library) -> int:
    """A project with all documents of the library."""
    services = builder.services
    corpus = builder.corpus(0)
    with services.postgres.connection() as connection:
        told = [one.event for one in services.store.read(connection, corpus.project_id)]
    uploaded = next(one for one in told if one.type == "sdoc.uploaded")
    extracted = next(one for one in told if one.type == "sdoc.text_extracted")
    assert isinstance(uploaded, SourceDocumentUploaded)
    envelope = Envelope(10_000, "benchmark")
    for begin in range(1, library.size + 1, _BATCH):
        numbers = range(begin, min(begin + _BATCH, library.size + 1))
        texts = [library.text(number).encode() for number in numbers]
        blobs = services.blobs.write_many(corpus.project_id, texts)
        facts = []
        ids = services.postgres.next_ids("sdoc", len(numbers))
        for number, id, blob in zip(numbers, ids, blobs, strict=True):
            name = f"Document {number}"
            named = {"filename": name, "name": name, "name_key": name.casefold()}
            source = {"source_sha256": blob.sha256, "source_length": blob.length}
            text = {"text_sha256": blob.sha256, "text_length": blob.length, "language": "en"}
            facts += [
                Fact(stream("sdoc", id), uploaded.model_copy(update={**named, **source})),
                Fact(stream("sdoc", id), extracted.model_copy(update=text)),
            ]
        with services.postgres.connection() as connection:
            services.store.append(connection, Append(corpus.project_id, facts, envelope))
    return corpus.project_id


def _keep(elasticsearch: Elasticsearch, index: ElasticTextIndex, path: Path) -> None:
    """Everything that the index holds, a line for each."""
    from elasticsearch.helpers import scan

    with elasticsearch.connection() as client, path.open("wb") as file:
        for hit in scan(client, index=f"{elasticsearch.prefix}-{index.place.name}"):
            file.write(orjson.dumps([hit["_id"], hit["_routing"], orjson.dumps(hit["_source"]).decode()]) + b"\n")


def _bulk(elasticsearch: Elasticsearch, index: ElasticTextIndex, path: Path) -> None:
    from elasticsearch.helpers import parallel_bulk

    alias = f"{elasticsearch.prefix}-{index.place.name}"

    def expanded(line: bytes | str | dict[str, Any]) -> tuple[dict[str, Any], bytes]:
        assert isinstance(line, bytes)
        id, routing, body = orjson.loads(line)
        return {"index": {"_id": id, "routing": routing}}, body.encode()

    with elasticsearch.connection() as client, path.open("rb") as lines:
        for done, result in parallel_bulk(client, lines, index=alias, thread_count=4, expand_action_callback=expanded):
            assert done, result
        client.indices.refresh(index=alias)
