"""What anybody may ask of an installation."""

from collections.abc import Callable

from fastapi import FastAPI
from starlette.testclient import TestClient

from projections._registry import note, serving
from tests.api._people import account
from tests.api.conftest import ok


def test_anybody_may_ask_whether_it_lives(app: FastAPI) -> None:
    anybody = TestClient(app)
    for path in ("/heartbeat", "/health/live"):
        assert ok(anybody.get(path)) == {"status": "alive"}
    assert ok(anybody.get("/health/ready")) == {"status": "ready", "late": []}
    assert ok(anybody.get("/info"))["is_oidc_enabled"] is False
    assert anybody.get("/", follow_redirects=False).headers["location"] == "/docs"


def test_without_a_database_it_lives_but_is_not_ready(app: FastAPI) -> None:
    anybody = TestClient(app)
    assert anybody.get("/health/ready").is_success
    app.state.services.close()
    assert ok(anybody.get("/health/live")) == {"status": "alive"}
    unready = anybody.get("/health/ready")
    assert (unready.status_code, unready.headers["retry-after"]) == (503, "1")
    assert unready.headers["content-type"] == "application/problem+json"


def test_what_nobody_retells_is_late_and_the_rest_is_not(start: Callable[..., FastAPI]) -> None:
    app = start("read_models.late_seconds=0")
    ada = account(app)
    project = ada.project()
    anybody = TestClient(app)
    assert ok(anybody.get("/health/ready"))["late"] == []
    memo = {"title": "On joy", "content": "Joy is everywhere."}
    ok(ada.http.post(f"/memo?attached_object_type=project&attached_object_id={project}", json=memo))
    # Nobody has made it yet, and then nobody fills it.
    assert ok(anybody.get("/health/ready"))["late"] == ["memo_text"]
    app.state.services.read_models.ensure()
    assert ok(anybody.get("/health/ready"))["late"] == ["memo_text"]
    patient = TestClient(start("read_models.late_seconds=3600"))
    assert ok(patient.get("/health/ready"))["late"] == []


def test_it_says_which_answers_are_late(app: FastAPI) -> None:
    services = app.state.services
    services.read_models.ensure()
    with services.postgres.connection() as connection:
        version = serving(connection, "document_text")
        note(connection, version.place, "following", "Elasticsearch: nobody answers")
    assert ok(TestClient(app).get("/health/ready")) == {"status": "ready", "late": ["document_text"]}
