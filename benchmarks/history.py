"""How long the history of a million events takes to answer, whatever the size of their commands."""

import json
import sys
import tempfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import count
from pathlib import Path
from random import Random
from statistics import median
from time import perf_counter

import orjson
from uuid_utils.compat import uuid7

from benchmarks._figures import Report
from events._tables import EVENT_COLUMNS
from migrations import upgrade
from projections._write import Quote
from queries.history_filter import HistoryFilter
from queries.history_service import History
from queries.log_service import json_lines
from repos import embedded_postgres
from repos.postgres_repo import Postgres

EVENTS = 1_000_000
CODES, DOCUMENTS = 200, 1_000
SIZES = (1, 14, 100, 1_000, 100_000)
ROUNDS = 9
_COPY = f"COPY log.events ({', '.join(EVENT_COLUMNS)}) FROM STDIN (FORMAT BINARY)"
_TYPES = ["uuid", "int8", "int8", "text", "int4", "text", "int2", "bytea", "int8", "uuid", "int4", "int4", "text"]
_TYPES += ["uuid", "timestamptz"]
_BEGINNING = datetime(2024, 1, 1, tzinfo=UTC)


def quote(_: int, passage: Quote) -> str:
    return f"the words from {passage.begin} on"


def facts(size: int, random: Random) -> Iterator[tuple[int, list[tuple[str, str, dict[str, object]]]]]:
    """Commands of a project: codes, documents, then spans, `size` of them in each."""
    code = {"name_key": "", "color": "#59a14f", "description": "", "parent_id": None, "enabled": True}
    for i in range(1, CODES + 1):
        yield 10_000, [(f"code-{i}", "code.created", {"name": f"joy {i}", **code, "is_system": False})]
    document = {"name_key": "", "doctype": "text", "folder_id": 1, "source_sha256": "a" * 64, "source_length": 9}
    for i in range(1, DOCUMENTS + 1):
        name = {"filename": f"{i}.txt", "name": f"{i}.txt", "media_type": "text/plain"}
        yield 10_000, [(f"sdoc-{i}", "sdoc.uploaded", {**document, **name})]
    spans = count(1)
    place = {"begin_token": 1, "end_token": 3, "text_version": 1, "text_sha256": "b" * 64, "codebook_version_id": None}
    while True:
        actor_id, sdoc_id = random.randrange(10_000, 10_005), random.randrange(1, DOCUMENTS + 1)
        said = {"sdoc_id": sdoc_id, "user_id": actor_id, **place}
        codes = [random.randrange(1, CODES + 1) for _ in range(size)]
        yield (
            actor_id,
            [
                (
                    f"span_annotation-{next(spans)}",
                    "span_annotation.created",
                    {"uuid": str(uuid7()), "code_id": code_id, "begin": i, "end": i + 12, **said},
                )
                for i, code_id in enumerate(codes)
            ],
        )


def fill(postgres: Postgres, project_id: int, size: int) -> int:
    """A log of a million events; its last revision."""
    revision = 0
    with postgres.transaction() as connection, connection.cursor() as cursor:
        with cursor.copy(_COPY) as copy:
            copy.set_types(_TYPES)
            for actor_id, said in facts(size, Random(project_id)):
                if revision >= EVENTS:
                    break
                command_id, at = uuid7(), _BEGINNING + timedelta(seconds=revision)
                for index, (stream_id, kind, data) in enumerate(said, start=1):
                    event = (stream_id, 1, kind, 1, json.dumps(data, separators=(",", ":")).encode())
                    command = (actor_id, command_id, index, len(said), "benchmark", None, at)
                    copy.write_row((uuid7(), project_id, (revision := revision + 1), *event, *command))
        cursor.execute("INSERT INTO log.project_heads (project_id, revision) VALUES ($1, $2)", (project_id, revision))
    return revision


def milliseconds(ask: Callable[[], object]) -> float:
    """The median, warm."""
    ask()
    times = []
    for _ in range(ROUNDS):
        begun = perf_counter()
        ask()
        times.append((perf_counter() - begun) * 1000)
    return median(times)


def measure(report: Report, postgres: Postgres) -> None:
    for project_id, size in enumerate(SIZES, start=1):
        head = fill(postgres, project_id, size)
        with postgres.connection() as connection:
            connection.execute("VACUUM ANALYZE log.events")
            history = History(connection, project_id, quote)

            def page(low: int = 1, high: int = head, history: History = history, **asked: object) -> float:
                wanted = HistoryFilter(low, high, **asked)  # type: ignore[arg-type]
                return milliseconds(lambda: orjson.dumps(history.page(wanted, skip=0, limit=50)))

            name = f"history.{size}"
            report.tell(f"{name}.newest", page(), "ms", "50 entries")
            report.tell(f"{name}.middle", page(high=head // 2), "ms", "50 entries")
            report.tell(f"{name}.middle_oldest", page(low=head // 2, newest_first=False), "ms", "50 entries")
            report.tell(f"{name}.nobody", page(actor_id=77), "ms", "an actor who did nothing")
            report.tell(f"{name}.no_kind", page(kinds=["code.merged"]), "ms", "a kind that never was")
            report.tell(f"{name}.rare_kind", page(kinds=["sdoc"]), "ms", "the thousand first of a million")
            report.tell(f"{name}.entity", page(entity="code-17"), "ms", "one code")
            report.tell(f"{name}.entry", milliseconds(partial(history.entry, head, skip=0, limit=100)), "ms")
    begun, read = perf_counter(), 0
    for chunk in json_lines(postgres, 1, 0, EVENTS):
        read += len(chunk)
    seconds = perf_counter() - begun
    report.tell(
        "events.lines", EVENTS / seconds, "events/s", f"{read / 1e6 / seconds:,.0f} MB/s, {seconds:.1f} s in all"
    )


def main() -> int:
    report = Report()
    with (
        tempfile.TemporaryDirectory(prefix="palimpsest-bench-") as folder,
        embedded_postgres.start(Path(folder), durable=False) as server,
    ):
        upgrade(server.url)
        postgres = Postgres(server.url)
        measure(report, postgres)
        postgres.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
