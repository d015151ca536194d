"""Elasticsearch refuses, dawdles, does things by halves, and dies: once it is well again, it knows the whole log.

Meanwhile everything else is answered, and who asks for what is late is told so. `python -m tests.reliability.outages`
lets it die, stop and fall silent as often as one likes.
"""

from collections.abc import Callable, Iterator
from typing import Any

import httpx2
import pytest
from fastapi import FastAPI

from api._read_models import ReadModels
from configs.schema import load
from projections import _rebuild as rebuild
from projections import _registry as registry
from projections._behind_verify import differences
from projections._dead_letter import dead_letters
from projections._follow import Follower
from projections._model import Backend
from projections.memo_text import MEMO_TEXT
from services.elasticsearch import elasticsearch as elasticsearch_service
from tests._servers import Servers
from tests.api._people import Person, account, ok
from tests.api.test_table_search import EVERYTHING
from tests.cli._server import wait_for
from tests.read_models import catch_up
from tests.reliability._diaries import Diaries, followed
from tests.reliability._outage import play
from tests.reliability._proxy import Answer, Asked, Fault, Onward, Proxy, partly, proxy, refusing, slow

Opened = Callable[..., Diaries]


@pytest.fixture
def through(elasticsearch_settings: list[str]) -> Iterator[Proxy]:
    address, _ = elasticsearch_settings
    with proxy(address.removeprefix("elasticsearch.url=")) as made:
        yield made


@pytest.fixture
def app(start: Callable[..., FastAPI], through: Proxy, elasticsearch_settings: list[str]) -> FastAPI:
    _, prefix = elasticsearch_settings
    settings = [f"elasticsearch.url={through.url}", prefix]
    app = start(*settings, "elasticsearch.timeout_seconds=2", "read_models.wait_seconds=0.1")
    services = app.state.services
    # Whoever makes an index has more patience.
    patient = ReadModels(
        load("test", [*settings, "elasticsearch.timeout_seconds=120"], {}), services.postgres, services.blobs
    )
    rebuild.ensure(services.postgres, patient, MEMO_TEXT.name, Backend.ELASTICSEARCH)
    patient.close()
    catch_up(services.read_models)
    return app


@pytest.fixture
def ada(app: FastAPI) -> Person:
    return account(app)


def memo(ada: Person, project: int, name: str) -> int:
    """Write one about the sea on a new code; the revision of the project then."""
    code = ok(ada.http.post("/code", json={"project_id": project, "name": name}))["id"]
    answer = ada.http.post(
        f"/memo?attached_object_id={code}&attached_object_type=code",
        json={"title": name, "content": "By the sea.", "content_json": ""},
    )
    ok(answer)
    return int(answer.headers["X-Project-Revision"])


def search(ada: Person, project: int, min_revision: int = 0) -> httpx2.Response:
    return ada.http.post(
        "/search/memo",
        params={"project_id": project, "search_query": "sea", "min_revision": min_revision, "page_size": 100},
        json={"filter": EVERYTHING, "sorts": []},
    )


def late(ada: Person) -> Any:
    return ok(ada.http.get("/health/ready"))["late"]


FAULTS: dict[str, Fault] = {
    "503": refusing(503),
    "401": refusing(401),
    "slow": slow(3),
    "429 and 500 for some": partly((429, 500), 2),
}


@pytest.mark.parametrize("what", FAULTS)
def test_what_passes_is_waited_for(app: FastAPI, ada: Person, through: Proxy, what: str) -> None:
    services = app.state.services
    project = ada.project()
    known = memo(ada, project, "first")
    with services.postgres.connection() as connection:
        version = registry.serving(connection, MEMO_TEXT.name)
    with followed(services.postgres, Follower(services.postgres, MEMO_TEXT, services.read_models.target(version))):
        wait_for(lambda: search(ada, project, known).is_success)
        through.bulks.clear()
        through.fault = FAULTS[what]
        revision = [memo(ada, project, f"memo {number}") for number in range(5)][-1]
        wait_for(lambda: len(through.bulks) > 2)
        assert late(ada) == [MEMO_TEXT.name]
        refused = search(ada, project, revision)
        assert refused.status_code == 503
        assert refused.json()["type"] == "urn:palimpsest:problem:late"
        assert int(refused.headers["Retry-After"]) > 0
        at_once = search(ada, project)
        assert at_once.status_code == 200 or (at_once.status_code == 503 and "Retry-After" in at_once.headers)
        assert len(ok(ada.http.get(f"/code/project/{project}"))) > 5
        first, second, third = through.bulks[:3]
        assert second - first >= 0.2
        assert third - second >= 0.4
        through.fault = None
        wait_for(lambda: search(ada, project, revision).is_success)
        wait_for(lambda: late(ada) == [])
    assert ok(search(ada, project, revision))["total_results"] == 6
    with services.postgres.connection() as connection:
        assert dead_letters(connection) == []
    assert list(services.read_models.differences(version)) == []


def never_shown(asked: Asked, onward: Onward) -> Answer:
    """All is done, and nobody can see it."""
    if asked.path.partition("?")[0].endswith("/_refresh"):
        return refusing(503)(asked, onward)
    return onward(asked)


def test_of_a_project_that_ended_not_even_that_stays_which_nobody_could_see(diaries: Opened, through: Proxy) -> None:
    written = diaries(Backend.ELASTICSEARCH, f"elasticsearch.url={through.url}")
    written.write(20)
    through.fault = never_shown
    with followed(written.postgres, written.follower()):
        wait_for(lambda: written.version.error)
    written.end(1)
    through.fault = None
    written.catch_up()
    written.write(5)
    written.catch_up()
    assert written.faults() == []


def test_an_index_that_somebody_removed_is_made_again(diaries: Opened) -> None:
    written = diaries(Backend.ELASTICSEARCH)
    written.write(30)
    written.catch_up()
    written.trailed().drop()
    for repair in (False, True):
        found = differences(written.postgres, written.trailed(), Backend.ELASTICSEARCH, repair=repair)
        assert {one.kind for one in found} == {"entry_missing"}
    written.write(5)
    written.catch_up()
    assert written.faults() == []


def test_it_dies_while_it_is_written_to(diaries: Opened, own_servers: Servers) -> None:
    server = own_servers.started(elasticsearch_service("-XX:TieredStopAtLevel=1"))
    written = diaries(Backend.ELASTICSEARCH, f"elasticsearch.url={server.url}", "elasticsearch.timeout_seconds=10")
    play(written, server, "kill")
    assert written.faults() == []
