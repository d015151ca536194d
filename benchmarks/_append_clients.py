"""Sixteen clients in four processes that append as fast as they can, to our log or to the library's."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import get_context
from multiprocessing.connection import Connection as Pipe
from threading import Thread
from time import perf_counter
from typing import Literal
from urllib.parse import parse_qs, unquote, urlsplit
from uuid import uuid4

PROCESSES = 4
THREADS = 4
CLIENTS = PROCESSES * THREADS
Kind = Literal["single", "inline", "hot", "library"]
Append = Callable[[], object]


@dataclass(frozen=True)
class Setting:
    """A database with a project for each client, each with a code and a document to annotate."""

    url: str
    blobs: str
    project_ids: tuple[int, ...]
    code_ids: tuple[int, ...]
    sdoc_ids: tuple[int, ...]
    text_sha256: tuple[str, ...]


class Clients:
    """Waiting processes; `rate` lets all of them work for a while and says how many appends a second that was."""

    def __init__(self, setting: Setting) -> None:
        context = get_context("spawn")
        self._pipes: list[Pipe] = []
        self._processes = []
        for number in range(PROCESSES):
            ours, theirs = context.Pipe()
            process = context.Process(target=_work, args=(setting, number, theirs), daemon=True)
            process.start()
            self._pipes.append(ours)
            self._processes.append(process)
        for pipe in self._pipes:
            pipe.recv()

    def rate(self, kind: Kind, seconds: float) -> float:
        for pipe in self._pipes:
            pipe.send((kind, seconds))
        return float(sum(pipe.recv() for pipe in self._pipes)) / seconds

    def close(self) -> None:
        for pipe in self._pipes:
            pipe.send(None)
        for process in self._processes:
            process.join()


@contextmanager
def clients(setting: Setting) -> Iterator[Clients]:
    running = Clients(setting)
    try:
        yield running
    finally:
        running.close()


def _work(setting: Setting, number: int, pipe: Pipe) -> None:
    made = {kind: _appends(setting, number, kind) for kind in ("single", "inline", "hot", "library")}
    pipe.send("ready")
    while (order := pipe.recv()) is not None:
        kind, seconds = order
        counts = [0] * THREADS
        deadline = perf_counter() + seconds

        def run(thread: int, append: Append, deadline: float = deadline, counts: list[int] = counts) -> None:
            while perf_counter() < deadline:
                append()
                counts[thread] += 1

        threads = [Thread(target=run, args=(i, append)) for i, append in enumerate(made[kind])]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        pipe.send(sum(counts))


def _appends(setting: Setting, number: int, kind: str) -> list[Append]:
    if kind == "library":
        return _library_appends(setting)
    from pathlib import Path

    from benchmarks._span import span_created
    from events._event import Envelope, Fact, stream
    from events._store import Append as Command
    from events._store import EventStore
    from projections._quote import quoter
    from projections._sink import RelationalSink
    from projections.span_annotation_projector import project
    from repos.blob_repo import BlobRepo
    from repos.postgres_repo import Postgres

    postgres = Postgres(setting.url, pool_size=THREADS)
    sink = (
        RelationalSink({"span_annotation": project}, quoter(BlobRepo(Path(setting.blobs))))
        if kind == "inline"
        else None
    )
    store = EventStore(postgres, sink)

    def make(thread: int) -> Append:
        place = 0 if kind == "hot" else number * THREADS + thread
        event = span_created(setting.sdoc_ids[place], setting.code_ids[place], setting.text_sha256[place])
        envelope = Envelope(10_000, "benchmark")
        project_id = setting.project_ids[place]

        def append() -> None:
            facts = [Fact(stream("span_annotation", postgres.next_id("span_annotation")), event)]
            with postgres.connection() as connection:
                store.append(connection, Command(project_id, facts, envelope))

        return append

    return [make(thread) for thread in range(THREADS)]


def _library_appends(setting: Setting) -> list[Append]:
    """The recorder of the `eventsourcing` library on the same server, with the same payload."""
    from eventsourcing.persistence import StoredEvent
    from eventsourcing.postgres import PostgresApplicationRecorder

    from benchmarks._span import span_created

    recorder = PostgresApplicationRecorder(library_datastore(setting.url), events_table_name="library_events")
    event = span_created(setting.sdoc_ids[0], setting.code_ids[0], setting.text_sha256[0])

    def append() -> None:
        recorder.insert_events([StoredEvent(uuid4(), 1, event.type, event.encoded())])

    return [append] * THREADS


def library_datastore(url: str):  # type: ignore[no-untyped-def]  # the library's class is imported late on purpose
    from eventsourcing.postgres import PostgresDatastore

    parts = urlsplit(url)
    query = parse_qs(parts.query)
    return PostgresDatastore(
        dbname=parts.path.lstrip("/"),
        host=query["host"][0],
        port=query.get("port", ["5432"])[0],
        user=unquote(parts.username or ""),
        password="",
        pool_size=THREADS,
        max_overflow=THREADS,
        schema="public",
    )
