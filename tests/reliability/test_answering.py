"""Whatever is wrong behind it, a started server answers: people go on with their work, and who asks for what is late is
told so, and when to ask again; afterwards all is there, once.
"""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import httpx2
import psutil
import pytest

from services._server import Server as Service
from services.elasticsearch import elasticsearch as elasticsearch_service
from services.weaviate import WEAVIATE
from tests._servers import Servers
from tests.api._people import ok
from tests.cli._server import Server, complete, palimpsest, wait_for
from tests.cli.test_rebuild import operator
from tests.cli.test_serve import url_of
from tests.reliability._cutting import cutting
from tests.reliability._visitor import Visitor, comes_later

Visited = Callable[[], AbstractContextManager[tuple[Server, Visitor]]]
FAR = 1_000_000  # revisions that nobody will live to see
SOON = ("--set", "read_models.wait_seconds=0.3")


@pytest.fixture
def visited(tmp_path: Path, embedder: list[str], monkeypatch: pytest.MonkeyPatch) -> Visited:
    for setting in embedder:
        name, _, value = setting.partition("=")
        monkeypatch.setenv(f"PALIMPSEST__{name.replace('.', '__').upper()}", value)
    return partial(visiting, tmp_path / "var")


@contextmanager
def visiting(folder: Path) -> Iterator[tuple[Server, Visitor]]:
    """Whatever happens, in the end everything is well."""
    where = ["--data-folder", str(folder)]
    with complete(folder, *SOON) as server, closing(operator(server, where)) as http:
        ada = Visitor(http)
        ada.work()
        yield server, ada
        ada.work()
        for what in ("memo", "sdoc"):
            found = known(ada, partial(ada.search, what))
            assert found["total_results"] == ada.days
        wait_for(lambda: ada.late() == [])
        names = [code["name"] for code in ok(http.get(f"/code/project/{ada.project}")) if not code["is_system"]]
        assert sorted(names) == sorted(f"day {number + 1}" for number in range(ada.days))
        verified = palimpsest("verify", *where)
        assert verified.returncode == 0, verified.stdout + verified.stderr
        assert "Traceback" not in server.said()


def moved(ada: Visitor, to: str, *models: str) -> None:
    """These read models are there from now on."""
    for model in models:
        ok(ada.http.post(f"/projections/{model}/rebuild", params={"to": to}))

    def serve() -> bool:
        there = ok(ada.http.get("/projections"))
        return {one["name"] for one in there if (one["backend"], one["state"]) == (to, "serving")} == {*models}

    wait_for(serve)


def known(ada: Visitor, ask: Callable[[int], httpx2.Response]) -> Any:
    """The answer as of now; until it can be given, it is said to come later."""
    revision = ada.processed()
    answers: list[httpx2.Response] = []

    def answered() -> bool:
        answers.append(ask(revision))
        if answers[-1].status_code == 503:
            comes_later(answers[-1])
        return answers[-1].status_code != 503

    wait_for(answered)
    assert int(answers[-1].headers["X-Project-Revision"]) >= revision
    return ok(answers[-1])


def test_elasticsearch_is_killed(visited: Visited, own_servers: Servers, monkeypatch: pytest.MonkeyPatch) -> None:
    elasticsearch = own_servers.started(elasticsearch_service("-XX:TieredStopAtLevel=1"))
    beside(elasticsearch, monkeypatch)
    with visited() as (_, ada):
        moved(ada, "elasticsearch", "document_text", "memo_text")
        elasticsearch.kill()
        revision = ada.work()
        for what in ("memo", "sdoc"):
            comes_later(ada.search(what))
            comes_later(ada.search(what, revision))
        wait_for(lambda: ada.late() == ["document_text", "memo_text"])
        ada.work()
        elasticsearch.start()


def test_weaviate_is_killed(visited: Visited, own_servers: Servers, monkeypatch: pytest.MonkeyPatch) -> None:
    weaviate = own_servers.started(WEAVIATE)
    beside(weaviate, monkeypatch)
    with visited() as (_, ada):
        known(ada, ada.alike)
        moved(ada, "weaviate", "document_vector", "sentence_vector")
        weaviate.kill()
        ada.work()
        comes_later(ada.alike())
        comes_later(ada.alike(ada.processed()))
        wait_for(lambda: ada.late() == ["document_vector", "sentence_vector"])
        known(ada, partial(ada.search, "sdoc"))
        weaviate.start()
        assert {hit["sdoc_id"] for hit in known(ada, ada.alike)} == {
            document["id"] for document in ok(ada.http.get(f"/sdoc/project/{ada.project}"))
        }


def test_all_connections_to_the_database_are_cut_again_and_again(visited: Visited, tmp_path: Path) -> None:
    with visited() as (_, ada):
        ada.patient = True
        with cutting(url_of(tmp_path / "var"), seconds=0.2) as cut:

            def enough() -> bool:
                ada.work()
                return len(cut) > 10 and ada.told > 0

            wait_for(enough)
        assert sum(cut) > 20

        def undisturbed() -> bool:
            told = ada.told
            ada.work()
            return ada.told == told

        # The first to use a connection that was cut is told so.
        wait_for(undisturbed)
        ada.patient = False


def test_the_worker_is_stopped_and_killed(visited: Visited) -> None:
    with visited() as (server, ada):
        known(ada, partial(ada.search, "memo"))
        worker = worker_of(server)
        worker.suspend()
        revision = ada.work()
        comes_later(ada.search("memo", revision))
        found = ada.search("memo")
        assert ok(found)["total_results"] == ada.days - 1
        assert int(found.headers["X-Project-Revision"]) < revision
        worker.kill()
        ada.work()
        wait_for(lambda: worker_of(server).pid != worker.pid)


def test_read_models_are_made_anew(visited: Visited) -> None:
    with visited() as (_, ada):
        for model in ("inline", "document_text", "memo_text", "word_frequency"):
            ok(ada.http.post(f"/projections/{model}/rebuild"))
            states = {"building"}
            while "building" in states:
                revision = ada.work()
                comes_later(ada.search("memo", revision + FAR))
                known(ada, partial(ada.search, "memo"))
                assert ada.late() == []
                states = {one["state"] for one in ok(ada.http.get(f"/projections/{model}/rebuild"))}
            assert states == {"kept", "serving"}


def beside(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    """A server that is started from now on finds this one."""
    for name, value in service.settings.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv(f"PALIMPSEST__{service.service.name.upper()}__TIMEOUT_SECONDS", "10")


def worker_of(server: Server) -> psutil.Process:
    """The process that follows the log."""
    found: list[psutil.Process] = []

    def there() -> bool:
        children = psutil.Process(server.process.pid).children()
        found[:] = [child for child in children if child.cmdline()[1:4] == ["-m", "cli.main", "worker"]]
        return bool(found)

    wait_for(there)
    return found[0]
