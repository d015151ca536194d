"""The whole system at work: how late the read models behind the log are, and what a rebuild costs those who write."""

import json
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from statistics import median, quantiles
from threading import Thread

import httpx2
import psutil

from benchmarks._corpus import Builder, Corpus
from benchmarks._figures import PAIRS, Report
from benchmarks._processes import answering, free_port, palimpsest, peak_memory
from benchmarks._wrk import Load, load
from migrations import upgrade
from projections import _rebuild as rebuild
from projections import _registry as registry
from projections._behind import Place
from projections._progress import Progress, progress
from repos import embedded_postgres

_TEXT = "The lazy afternoon went on and on. It was warm. Nobody said a word."
_ROUNDS = 300
_SECONDS = 8.0
_PATIENCE = 1_800.0
_MEMOS = "/memo?attached_object_type=span_annotation&attached_object_id="
_MEMO = {"title": "On afternoons", "content": "Everybody is lazy, and nobody says so."}


def measure(report: Report, folder: Path, many: int) -> None:
    data_folder = folder / "live"
    with embedded_postgres.start(data_folder / "postgres") as postgres:
        upgrade(postgres.url)
        builder = Builder(postgres.url, data_folder)
        corpus = builder.corpus(many, _TEXT)
        url = f"http://127.0.0.1:{(port := free_port())}"
        serve = palimpsest(
            "serve", "--port", str(port), "--data-folder", str(data_folder), "--postgres-url", postgres.url
        )
        with answering(serve, url, folder / "live.log") as server:
            live = _Live(builder, corpus, url, server)
            live.wait_until(live.is_idle)
            live.tidy()
            _wait(report, live)
            _lag(report, live)
            _write_cost(report, live)
            _memory(report, live)
        builder.services.close()


class _Live:
    def __init__(self, builder: Builder, corpus: Corpus, url: str, server: psutil.Process) -> None:
        self.postgres = builder.services.postgres
        self.read_models = builder.services.read_models
        self.corpus = corpus
        self.url = url
        self.server = server

    def child(self, name: str) -> psutil.Process:
        """The process of the server that runs this command."""
        (found,) = [one for one in self.server.children(recursive=True) if name in one.cmdline()]
        return found

    def progress(self, place: Place) -> Progress:
        with self.postgres.connection() as connection:
            return progress(connection, place, self.read_models.model(place.model))

    def serving(self, model: str) -> Place:
        with self.postgres.connection() as connection:
            return registry.serving(connection, model).place

    def is_idle(self) -> bool:
        """Whether every read model has been made, and none is being made anew or behind."""
        with self.postgres.connection() as connection:
            versions = registry.versions(connection)
        serving = {one.place.model for one in versions if one.state == "serving"}
        return (
            serving == set(self.read_models.models)
            and all(one.state != "building" for one in versions)
            and all(
                not self.progress(one.place).events_waiting
                for one in versions
                if one.state == "serving" and not self.read_models.model(one.place.model).inline
            )
        )

    def wait_until(self, is_so: Callable[[], bool]) -> None:
        deadline = time.monotonic() + _PATIENCE
        while not is_so():
            if time.monotonic() > deadline:
                raise TimeoutError("The read models did not come to rest.")
            time.sleep(0.1)

    def tidy(self) -> None:
        """What the database would do some time after so much was written, and while the rest is measured."""
        with self.postgres.connection() as connection:
            connection.execute("VACUUM (ANALYZE)")
            connection.execute("CHECKPOINT")

    def write(self, path: str, body: Mapping[str, object], seconds: float, first: int | None = None) -> Load:
        """Sixteen clients at full speed."""
        said = json.dumps(body)
        return load(
            f"{self.url}{path}", token=self.corpus.token, method="POST", body=said, seconds=seconds, first=first
        )

    def first_span_id(self) -> int:
        with self.postgres.connection() as connection:
            row = connection.execute("SELECT min(id) FROM inline.span_annotation").fetchone()
        assert row is not None
        return int(row[0])


def _wait(report: Report, live: _Live) -> None:
    """A memo is written, and then searched for by somebody who must see it; beside it the same search by others."""
    project_id = live.corpus.project_id
    search = f"/search/memo?project_id={project_id}&search_query=afternoons&limit=10"
    body = {"filter": {"logic_operator": "and", "items": []}, "sorts": []}
    waited, plain = [], []
    with httpx2.Client(base_url=live.url, headers={"Authorization": f"Bearer {live.corpus.token}"}, timeout=30) as http:

        def timed(path: str) -> float:
            begun = time.perf_counter()
            http.post(path, json=body).raise_for_status()
            return (time.perf_counter() - begun) * 1000

        for span_id in range(live.first_span_id(), live.first_span_id() + _ROUNDS):
            revision = http.post(f"{_MEMOS}{span_id}", json=_MEMO).raise_for_status().headers["X-Project-Revision"]
            waited.append(timed(f"{search}&min_revision={revision}"))
            plain.append(timed(search))
    usual = median(plain)
    over = quantiles((one - usual for one in waited), n=100)
    note = f"over the {usual:.1f} ms of the plain read, {_ROUNDS} times"
    report.under("behind.wait.p50", over[49], 10, "ms", note)
    report.under("behind.wait.p99", over[98], 30, "ms", note)


def _lag(report: Report, live: _Live) -> None:
    place = live.serving("memo_text")
    loads: list[Load] = []
    first = live.first_span_id() + _ROUNDS
    writer = Thread(target=lambda: loads.append(live.write(f"{_MEMOS}NUMBER", _MEMO, _SECONDS, first)))
    writer.start()
    lags = []
    while writer.is_alive():
        lags.append(live.progress(place).seconds * 1000)
        time.sleep(0.01)
    writer.join()
    note = f"memos behind the log while 16 clients write: {loads[0].note()}; p50 {median(lags):.0f} ms"
    report.tell("behind.lag", quantiles(lags, n=100)[98], "ms", note)


def _write_cost(report: Report, live: _Live) -> None:
    """The inline tables are the rebuild that costs most: every event of every project is retold."""
    live.wait_until(live.is_idle)
    span = live.corpus.span_body()

    def rebuilding(work: Callable[[], float]) -> tuple[float, float]:
        """What comes of the work, and how many events a second are retold meanwhile."""
        version = rebuild.request(live.postgres, live.read_models, "inline", None)
        before = live.progress(version.place)
        live.wait_until(lambda: live.progress(version.place).done > before.done)
        before, begun = live.progress(version.place), time.monotonic()
        outcome = work()
        rate = (live.progress(version.place).done - before.done) / (time.monotonic() - begun)
        rebuild.abandon(live.postgres, live.read_models, "inline")
        return outcome, rate

    def written() -> float:
        return live.write("/span", span, _SECONDS / 2).rate

    def rested() -> float:
        time.sleep(_SECONDS / 2)
        return 0.0

    _, unthrottled = rebuilding(rested)
    written()
    measured = [(*rebuilding(written), written()) for _ in range(PAIRS)]
    share = median(rate for _, rate, _ in measured) / unthrottled
    note = f"{median(a for a, _, _ in measured):,.0f} against {median(c for _, _, c in measured):,.0f} spans/s"
    report.at_least("rebuild.write_cost", median(a / c for a, _, c in measured), 0.7, note=note)
    report.at_least("rebuild.share", share, 0.25, note=f"of the {unthrottled:,.0f} events/s when nobody writes")


def _memory(report: Report, live: _Live) -> None:
    for model in live.read_models.models:
        rebuild.request(live.postgres, live.read_models, model, None)
    begun = time.monotonic()
    live.wait_until(live.is_idle)
    names = ", ".join(live.read_models.models)
    note = f"of the worker, having made {names} anew in {time.monotonic() - begun:.0f} s"
    report.under("worker.memory", peak_memory(live.child("worker").pid), 400, "MB", note)
    report.tell("embedder.memory", peak_memory(live.child("embedder").pid), "MB", "of its own process")
