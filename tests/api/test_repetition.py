"""Requests with an `Idempotency-Key`: whoever does not know whether something was done may ask again."""

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from repos.postgres_repo import Postgres
from tests.api._matrix import MATRIX
from tests.api._people import Person, ok
from tests.api._row import Row
from tests.api._sending import send
from tests.api._world import Things, World, name
from tests.cli._server import wait_for

WRITES = [
    pytest.param(row, method, id=f"{method} {row.route} {row.of}".strip())
    for row in MATRIX
    for method, _ in row.routes
    if method not in ("GET", "HEAD") and (row.expected["anonymous"] == 401 or "register" in row.route)
    # What operators do is nobody's data, and nothing in a log.
    if row.operator is None
]
QUESTIONS = (
    "/tag/sdoc_counts/",
    "/tag/count_tags/",
    "/span/count_annotations/",
    "/sentence/count_annotations/",
    "/docprocessing/project/{proj_id}/search",
    *("/search/", "/search_annotate/", "/analysis/", "/statistics/", "/word_frequency/", "/simsearch/"),
)
"""What begins like this is asked by POST because it is long, and changes nothing."""
GONE = {("DELETE", "/user/"): 401, ("DELETE", "/user/{proj_id}/user/{user_id}"): 404}
"""Where one is no longer somebody who may ask."""


def logged(world: World) -> int:
    with world.app.state.services.postgres.connection() as connection:
        ((count,),) = connection.execute("SELECT count(*) FROM log.events").fetchall()
    return int(count)


@pytest.mark.parametrize(("row", "method"), WRITES)
def test_what_is_asked_twice_is_done_once(world: World, row: Row, method: str) -> None:
    me = world.double("owner") if row.once else world.owner
    sent = row.about(Things(world, me))
    key = {"Idempotency-Key": name("key").replace(" ", "-")}
    first = send(me.http, method, row, sent, headers=key)
    assert first.is_success
    done = logged(world)
    again = send(me.http, method, row, sent, headers=key)
    if row.once and (method, row.route) in GONE:
        assert again.status_code == GONE[method, row.route]
    else:
        assert again.status_code == first.status_code
        assert again.json() == first.json()
    assert logged(world) == done
    if sent.json is not None and not row.route.startswith(QUESTIONS):
        other = send(me.http, method, row, sent, content=json.dumps(sent.json).encode() + b" ", headers=key)
        assert (other.status_code, other.json()["type"]) == (422, "urn:palimpsest:problem:key-reused")


def test_a_key_is_for_one_person_and_one_route(ada: Person, stranger: Person) -> None:
    key = {"Idempotency-Key": "k-1"}
    body = {"title": "Letters"}
    first = ok(ada.http.post("/project", json=body, headers=key))
    second = ok(stranger.http.post("/project", json=body, headers=key))
    assert first["id"] != second["id"]
    code = {"project_id": first["id"], "name": "joy"}
    assert ok(ada.http.post("/code", json=code, headers=key))["name"] == "joy"


def test_what_had_to_say_nothing_is_remembered_too(ada: Person) -> None:
    """Otherwise the same request, sent again later, would undo what others did in between."""
    project = ada.project()
    code = ok(ada.http.post("/code", json={"project_id": project, "name": "joy"}))
    path, key = f"/code/{code['id']}", {"Idempotency-Key": "k-1"}
    assert ok(ada.http.patch(path, json={"name": "joy"}, headers=key))["version"] == 1
    ok(ada.http.patch(path, json={"name": "delight"}))
    assert ok(ada.http.patch(path, json={"name": "joy"}, headers=key))["name"] == "delight"


def test_a_refused_request_may_be_asked_again(ada: Person) -> None:
    project = ada.project()
    body, key = {"project_id": project, "name": "joy"}, {"Idempotency-Key": "k-1"}
    first = ok(ada.http.post("/code", json={**body}))
    assert ada.http.post("/code", json=body, headers=key).status_code == 409
    ok(ada.http.delete(f"/code/{first['id']}"))
    assert ok(ada.http.post("/code", json=body, headers=key))["name"] == "joy"


@pytest.mark.parametrize("processes", [1, 2])
def test_while_it_is_worked_on_it_is_not_begun_again(
    person: Callable[..., Person], postgres: Postgres, processes: int
) -> None:
    """Another process is one that does not see what this one remembers of the request."""
    ada = person()
    project, token = ada.project(), ada.http.headers["authorization"]
    body, key = {"project_id": project, "name": "joy"}, {"Idempotency-Key": "k-1"}
    other = token if processes == 1 else token.replace("Bearer", "bearer")
    headers = [{**key, "Authorization": one} for one in (token, other)]
    with ThreadPoolExecutor(2) as pool:
        with postgres.transaction() as connection:
            connection.execute("SELECT 1 FROM log.project_heads WHERE project_id = $1 FOR UPDATE", (project,))
            asked = [pool.submit(ada.http.post, "/code", json=body, headers=one) for one in headers]
            wait_for(lambda: waiting(postgres) == processes)
            assert sum(future.done() for future in asked) <= 2 - processes
        answers = [future.result() for future in asked]
    assert sorted(answer.status_code for answer in answers) == [201, 409]
    refused, made = sorted(answers, key=lambda answer: -answer.status_code)
    assert refused.json()["type"] == "urn:palimpsest:problem:in-flight"
    assert ada.http.post("/code", json=body, headers=key).json() == made.json()


def waiting(postgres: Postgres) -> int:
    """How many statements wait for a lock."""
    with postgres.connection() as connection:
        ((count,),) = connection.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
        ).fetchall()
    return int(count)
