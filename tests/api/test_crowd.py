"""More requests than can be worked on at the same time: they wait, or are told to come back, and nobody meets a bug."""

import asyncio
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from threading import Event
from typing import Any

import httpx2
import psycopg
from anyio.to_thread import current_default_thread_limiter
from fastapi import FastAPI
from starlette.testclient import TestClient

from tests.api._people import account
from tests.api.annotated import place
from tests.api.conftest import Person, ok
from tests.api.test_table_search import EVERYTHING
from tests.cli._server import wait_for
from tests.read_models import catch_up

POOL = 8  # in configs/test.yaml


def waiting_for_locks(url: str) -> int:
    with psycopg.connect(url) as connection:
        row = connection.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
        ).fetchone()
    assert row is not None
    return int(row[0])


@contextmanager
def locked(url: str, project: int) -> Iterator[None]:
    """Somebody writes to the project, and takes their time."""
    with psycopg.connect(url) as connection:
        connection.execute("SELECT FROM log.project_heads WHERE project_id = %s FOR UPDATE", (project,))
        yield
        connection.rollback()


def test_a_project_in_which_many_wait_leaves_room_for_the_others(
    app: FastAPI, ada: Person, person: Callable[..., Person], database_url: str
) -> None:
    bob = person("Bob")
    hot, calm = place(app, ada), bob.project()
    with ThreadPoolExecutor(2 * POOL) as threads:
        with locked(database_url, hot.project):
            writes = [threads.submit(ada.http.post, "/span", json=hot.span("sea")) for _ in range(2 * POOL)]
            wait_for(lambda: waiting_for_locks(database_url) == POOL // 2)
            assert ok(bob.http.get(f"/project/{calm}"))["id"] == calm
            assert bob.http.post("/code", json={"project_id": calm, "name": "joy"}).status_code == 201
            assert ok(ada.http.get(f"/span/sdoc/{hot.sdoc}")) == []
            assert bob.http.get("/health/ready").status_code == 200
        assert {write.result(60).status_code for write in writes} == {201}


def test_who_has_waited_too_long_is_told_to_come_back(start: Callable[..., FastAPI], database_url: str) -> None:
    app = start("api.lock_seconds=1")
    ada = account(app)
    hot = place(app, ada)
    with ThreadPoolExecutor(2 * POOL) as threads, locked(database_url, hot.project):
        # Of these, half wait for the lock, and half for those.
        writes = [threads.submit(ada.http.post, "/span", json=hot.span("sea")) for _ in range(POOL)]
        for write in writes:
            told = write.result(60)
            assert (told.status_code, told.headers["retry-after"]) == (503, "5")
            assert told.headers["content-type"] == "application/problem+json"
            assert told.json()["type"] == "urn:palimpsest:problem:busy"
    assert ada.http.post("/span", json=hot.span("sea")).status_code == 201


def test_a_queue_that_is_too_long_is_not_made_longer(start: Callable[..., FastAPI]) -> None:
    app = start("api.waiting_requests=2")
    done = Event()
    app.add_api_route("/slow", lambda: done.wait(60), tags=["test"])

    async def come() -> list[httpx2.Response]:
        threads = current_default_thread_limiter()
        threads.total_tokens = 1
        async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app=app), base_url="http://test") as http:
            slow = []
            for waiting in (0, 1, 2):
                slow.append(asyncio.create_task(http.get("/slow")))
                while threads.statistics().tasks_waiting < waiting or not threads.borrowed_tokens:
                    await asyncio.sleep(0)
            turned_away = await http.get("/slow")
            alive = await http.get("/health/live")
            done.set()
            return [turned_away, alive, *await asyncio.gather(*slow)]

    turned_away, alive, *slow = asyncio.run(come())
    assert (turned_away.status_code, turned_away.headers["retry-after"]) == (503, "5")
    assert turned_away.json()["type"] == "urn:palimpsest:problem:busy"
    assert turned_away.headers["x-request-id"]
    assert {answer.status_code for answer in (alive, *slow)} == {200}


def test_who_asks_a_read_model_waits_for_no_second_connection(start: Callable[..., FastAPI]) -> None:
    """Many who did would wait for each other."""
    rich, poor = start(), start("postgres.pool_size=1")
    ada = account(rich)
    project = place(rich, ada).project
    catch_up(rich.state.services.read_models)
    ada = replace(ada, http=TestClient(poor, headers=dict(ada.http.headers)))
    everything = {"filter": EVERYTHING, "sorts": []}
    by_name = {"filter": EVERYTHING, "sorts": [{"column": "SD_SOURCE_DOCUMENT_NAME", "direction": "asc"}]}
    found: dict[str, Any] = {"project_id": project, "search_query": "sea"}
    assert ok(ada.http.post("/search/sdoc", params=found, json=everything))["total_results"] == 1
    assert ok(ada.http.post("/search/sdoc", params=found, json=by_name))["total_results"] == 1
    assert ok(ada.http.post("/search/memo", params=found, json=everything))["total_results"] == 0
    asked: dict[str, Any] = {"project_id": project, "query": "sea"}
    assert ok(ada.http.post("/search_annotate/auto_annotate", params=asked))["hits"]
    assert ok(ada.http.post("/word_frequency/analysis", params={"project_id": project}, json=everything))
    alike = {"query": "sea", "filter": EVERYTHING}
    assert ok(ada.http.post("/simsearch/sentences", params={"proj_id": project}, json=alike))


def test_who_waits_for_a_read_model_leaves_room_for_all_else(start: Callable[..., FastAPI]) -> None:
    app = start("read_models.wait_seconds=3")
    ada = account(app)
    project = ada.project()
    catch_up(app.state.services.read_models)

    async def come() -> None:
        transport = httpx2.ASGITransport(app=app)
        async with httpx2.AsyncClient(transport=transport, base_url="http://test", headers=ada.http.headers) as http:

            def search(min_revision: int) -> "asyncio.Task[httpx2.Response]":
                params: dict[str, Any] = {"project_id": project, "search_query": "sea", "min_revision": min_revision}
                asked = http.post("/search/memo", params=params, json={"filter": EVERYTHING, "sorts": []})
                return asyncio.create_task(asked)

            waiting = [search(2**50) for _ in range(2 * int(current_default_thread_limiter().total_tokens))]
            first, _ = await asyncio.wait([*waiting, search(0)], return_when=asyncio.FIRST_COMPLETED)
            assert [task.result().status_code for task in first] == [200]
            assert ok(await http.get(f"/project/{project}"))["id"] == project
            assert not any(task.done() for task in waiting)
            told = [task.result() for task in (await asyncio.wait(waiting))[0]]
            assert {(one.status_code, one.headers["retry-after"]) for one in told} == {(503, "1"), (503, "5")}

    asyncio.run(come())


def test_who_waits_for_what_is_far_away_gives_way_to_who_asks_for_what_is_there(start: Callable[..., FastAPI]) -> None:
    app = start("read_models.wait_seconds=60", "postgres.pool_size=2")
    ada = account(app)
    project = ada.project()
    catch_up(app.state.services.read_models)

    async def come() -> list[httpx2.Response]:
        transport = httpx2.ASGITransport(app=app)
        async with httpx2.AsyncClient(transport=transport, base_url="http://test", headers=ada.http.headers) as http:
            asked: dict[str, Any] = {"project_id": project, "search_query": "sea"}
            body = {"filter": EVERYTHING, "sorts": []}
            searches = [
                http.post("/search/memo", params={**asked, "min_revision": revision}, json=body)
                for revision in (2**50, 1)
            ]
            return await asyncio.gather(*searches)

    far, there = asyncio.run(come())
    assert (far.status_code, far.headers["retry-after"]) == (503, "1")
    assert ok(there)["total_results"] == 0
