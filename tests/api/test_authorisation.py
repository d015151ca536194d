"""Who may do what: every route and every person, with requests that are really sent."""

import re
from collections.abc import Mapping

import httpx2
import pytest
from fastapi import FastAPI
from fastapi.routing import iter_route_contexts

from tests.api._fields import resolved
from tests.api._matrix import MATRIX
from tests.api._row import PEOPLE, Row
from tests.api._sending import SENDABLE, send
from tests.api._world import Counted, Instead, Nothing, Things, World

ABOUT_A_PROJECT = [
    pytest.param(row, row.routes[0][0], id=str(row)) for row in MATRIX if row.expected["stranger"] == 404
]
ABOUT_PEOPLE = {"/user/by_id/{user_id}"}
"""What one may know of a person, whichever project it is that one has in common with them."""

OUTSIDERS = ("anonymous", "revoked", "erased", "stranger", "operator")
HEADERS = ("ETag", "Link", "Location", "X-Project-Revision", "WWW-Authenticate", "Retry-After")
INCIDENTAL = {"x-request-id", "x-project-revision", "content-length"}
"""Headers in which answers differ that say the same."""


def routes(app: FastAPI) -> list[tuple[str, str]]:
    """Every method and path that the application answers, those hidden from the schema included."""
    found = iter_route_contexts(app.routes)
    return [(method, str(route.path_format)) for route in found for method in route.methods or ()]


def told(response: httpx2.Response) -> tuple[int, str, Mapping[str, str]]:
    headers = {name: value for name, value in response.headers.items() if name not in INCIDENTAL}
    return response.status_code, response.text, headers


def test_every_route_has_a_row_and_every_row_a_route(world: World) -> None:
    assert set(routes(world.app)) == {route for row in MATRIX for route in row.routes}


@pytest.mark.parametrize(("row", "method"), SENDABLE)
def test_everybody_is_answered_as_they_may(world: World, row: Row, method: str) -> None:
    answers = {}
    outsiders = row.about(Things(world, world.people["stranger"]))
    for who in (*PEOPLE, "operator", "erased"):
        me = world.double(who) if row.once else world.people[who]
        refused = row.expected.get(who, 401) >= 400
        sent = outsiders if who in OUTSIDERS and refused else row.about(Things(world, me))
        answers[who] = send(me.http, method, row, sent)
    assert {who: answer.status_code for who, answer in answers.items()} == {
        **row.expected,
        "erased": row.expected["revoked"],
    }
    for answer in answers.values():
        if answer.status_code >= 400:
            assert answer.headers["content-type"] == "application/problem+json"
        if operation := world.app.openapi()["paths"].get(row.route, {}).get(method.lower()):
            told = resolved(world.app.openapi(), operation["responses"][str(answer.status_code)])
            assert {name for name in HEADERS if name in answer.headers} <= told["headers"].keys()
    about_a_project = row.expected["stranger"] == 404 and row.route not in ABOUT_PEOPLE
    assert about_a_project <= ("x-project-revision" in answers["owner"].headers)


@pytest.mark.parametrize(("row", "method"), ABOUT_A_PROJECT)
def test_what_others_have_looks_as_if_it_had_never_been(world: World, row: Row, method: str) -> None:
    stranger, owner = world.people["stranger"], world.owner
    refused = send(stranger.http, method, row, row.about(Things(world, stranger)))
    assert "x-project-revision" not in refused.headers
    assert told(refused) == told(send(stranger.http, method, row, row.about(Nothing(world, stranger))))
    assert told(refused) == told(send(owner.http, method, row, row.about(Nothing(world, owner))))


@pytest.mark.parametrize(("row", "method"), ABOUT_A_PROJECT)
def test_what_is_elsewhere_looks_as_if_it_had_never_been(world: World, row: Row, method: str) -> None:
    """One thing of another project in a request that is right otherwise."""
    counted = Counted(world, world.owner)
    row.about(counted)
    for place, kind in enumerate(counted.kinds):
        answers = []
        for exists in (True, False):
            things = Instead(world, world.owner, place, exists=exists)
            answer = send(world.owner.http, method, row, row.about(things))
            answers.append((answer.status_code, re.sub(rf"\b{things.given}\b", "?", answer.text)))
        assert answers[0] == answers[1], f"{kind} in place {place}"
