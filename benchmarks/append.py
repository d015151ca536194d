"""Appending to the log, against the library's recorder and against plain COPY."""

from time import perf_counter

from benchmarks._append_clients import Clients, Setting, clients, library_datastore
from benchmarks._figures import Report, paired
from benchmarks._processes import forget_peak, peak_memory
from benchmarks._span import span_created
from benchmarks._subprocess import in_process_of_its_own
from events._event import Envelope, Fact, stream
from events._store import Append, EventStore
from events._tables import EVENT_COLUMNS
from repos.postgres_repo import Postgres

SECONDS = 2.0
BULK = 100_000


def measure(report: Report, setting: Setting) -> None:
    from eventsourcing.postgres import PostgresApplicationRecorder

    PostgresApplicationRecorder(library_datastore(setting.url), events_table_name="library_events").create_table()
    with clients(setting) as running:
        for kind in ("single", "inline", "hot", "library"):
            running.rate(kind, 0.5)
        _against_library(report, running, "single", 5.0, "one event, 16 clients, 16 projects")
        _against_library(report, running, "inline", 3.5, "with its inline row and all its indexes")
        _against_library(report, running, "hot", 1.3, "16 clients on one project")
    ratio, memory, note = in_process_of_its_own(_bulk, setting)
    report.at_least("append.bulk", ratio, 0.4, note=note)
    report.under("append.bulk.memory", memory, 300, "MB", "more than before the append")


def _against_library(report: Report, running: Clients, kind: str, bar: float, note: str) -> None:
    pair = paired(lambda: running.rate(kind, SECONDS), lambda: running.rate("library", SECONDS))  # type: ignore[arg-type]
    report.at_least(f"append.{kind}", pair.ratio, bar, note=f"{note}: {pair.note('appends/s')}")


def _bulk(setting: Setting) -> tuple[float, float, str]:
    postgres = Postgres(setting.url, pool_size=2)
    store = EventStore(postgres)
    event = span_created(setting.sdoc_ids[0], setting.code_ids[0], setting.text_sha256[0])
    envelope = Envelope(10_000, "benchmark")
    memory = 0.0

    def facts() -> list[Fact]:
        ids = postgres.next_ids("span_annotation", BULK)
        return [Fact(stream("span_annotation", id), event.model_copy()) for id in ids]

    def ours() -> float:
        nonlocal memory
        said = facts()
        forget_peak()
        before = peak_memory()
        with postgres.connection() as connection:
            begun = perf_counter()
            store.append(connection, Append(setting.project_ids[1], said, envelope))
            seconds = perf_counter() - begun
        memory = max(memory, peak_memory() - before)
        return BULK / seconds

    def theirs() -> float:
        """COPY of ready-made rows of the same kind into the same table, in a log of their own."""
        from uuid_utils.compat import uuid7

        project_id = postgres.next_id("project")
        with postgres.connection() as connection:
            store.begin(connection, project_id)
            (now,) = connection.execute("SELECT now()").fetchone() or (None,)
            command = uuid7()
            rows = [
                (
                    *(uuid7(), project_id, i, f"span_annotation-{i}", 1, event.type, 1, event.encoded()),
                    *(10_000, command, i, BULK, "benchmark", None, now),
                )
                for i in range(1, BULK + 1)
            ]
            begun = perf_counter()
            with (
                connection.cursor() as cursor,
                cursor.copy(f"COPY log.events ({', '.join(EVENT_COLUMNS)}) FROM STDIN") as copy,
            ):
                for row in rows:
                    copy.write_row(row)
            return BULK / (perf_counter() - begun)

    ours(), theirs()
    pair = paired(ours, theirs)
    postgres.close()
    return pair.ratio, memory, f"100,000 events in one append: {pair.note('events/s')}"
