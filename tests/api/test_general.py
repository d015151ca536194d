"""What anybody may ask of an installation."""

from fastapi import FastAPI
from starlette.testclient import TestClient

from tests.api.conftest import ok


def test_anybody_may_ask_whether_it_lives(app: FastAPI) -> None:
    anybody = TestClient(app)
    for path in ("/heartbeat", "/health/live"):
        assert ok(anybody.get(path)) == {"status": "alive"}
    assert ok(anybody.get("/health/ready")) == {"status": "ready"}
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
