"""Every line of the log that a request causes says which request, whose, about which project at which revision."""

import io
import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
from fastapi import FastAPI
from loguru import logger
from starlette.testclient import TestClient

from api._address import Id
from api.authz_user import Authz
from systems import log_system
from tests.api.conftest import Person, ok


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    stream, root = io.StringIO(), logging.getLogger()
    handlers, level = root.handlers[:], root.level
    log_system.set_up(level="INFO", form="json", folder=None, rotation_mb=1, kept_files=1, stream=stream)
    yield stream
    logger.remove()
    root.handlers, root.level = handlers, level


def lines(log: io.StringIO, request_id: str) -> list[dict[str, Any]]:
    told = [json.loads(line) for line in log.getvalue().splitlines()]
    return [line for line in told if line.get("request_id") == request_id]


def test_a_line_written_on_the_way_says_it_too(app: FastAPI, ada: Person, log: io.StringIO) -> None:
    def talkative(proj_id: Id, authz_user: Authz) -> None:
        authz_user.assert_in_project(proj_id)
        logger.warning("On the way")

    app.add_api_route("/talkative/{proj_id}", talkative, tags=["test"])
    project = ada.project()
    answer = ada.http.get(f"/talkative/{project}", headers={"X-Request-ID": "r-1"})
    ok(answer)
    warning, request = lines(log, "r-1")
    assert warning["message"] == "On the way"
    for line in (warning, request):
        assert (line["actor"], line["project"]) == (ada.id, project)
        assert str(line["revision"]) == answer.headers["x-project-revision"]


def test_the_line_of_a_bug_says_it_too(app: FastAPI, ada: Person, log: io.StringIO) -> None:
    def broken(proj_id: Id, authz_user: Authz) -> None:
        authz_user.assert_in_project(proj_id)
        raise ZeroDivisionError

    app.add_api_route("/broken/{proj_id}", broken, tags=["test"])
    project = ada.project()
    http = TestClient(app, raise_server_exceptions=False, headers=dict(ada.http.headers))
    assert http.get(f"/broken/{project}", headers={"X-Request-ID": "r-2"}).status_code == 500
    bug, request = lines(log, "r-2")
    assert "ZeroDivisionError" in bug["exception"]
    revision = ada.http.get(f"/project/{project}").headers["x-project-revision"]
    for line in (bug, request):
        assert (line["actor"], line["project"]) == (ada.id, project)
        assert str(line["revision"]) == revision
