"""How every request is received and answered, whatever it is about."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

import httpx2
import pytest
from fastapi import FastAPI
from starlette.responses import StreamingResponse
from starlette.testclient import TestClient

from api.main import EXPOSED
from tests.api._people import account
from tests.api.conftest import Person, ok

ANALYSIS = "https://analysis.example.org"


def quiet(person: Person) -> TestClient:
    """The same person, who is answered 500 where the application raises."""
    authorization = person.http.headers["authorization"]
    return TestClient(person.http.app, raise_server_exceptions=False, headers={"Authorization": authorization})


def assert_problem(response: httpx2.Response, status: int) -> None:
    assert response.status_code == status
    assert response.headers["content-type"] == "application/problem+json"
    told = response.json()
    assert told["status"] == status
    assert told["type"].startswith("urn:palimpsest:problem:")
    assert told["title"]
    assert told["detail"]
    assert response.headers["x-request-id"]
    assert response.headers["x-content-type-options"] == "nosniff"


def test_what_is_not_there_is_a_problem(ada: Person) -> None:
    assert_problem(ada.http.get("/nowhere"), 404)
    refused = ada.http.put("/heartbeat")
    assert_problem(refused, 405)
    assert refused.headers["allow"] == "GET, HEAD, OPTIONS"


def test_every_method_of_a_path_is_told(ada: Person) -> None:
    project = ada.project()
    code = ok(ada.http.post("/code", json={"project_id": project, "name": "joy"}))["id"]
    refused = ada.http.post(f"/code/{code}")
    assert_problem(refused, 405)
    assert refused.headers["allow"] == "GET, PATCH, DELETE, HEAD, OPTIONS"
    assert ada.http.delete("/code").headers["allow"] == "PUT, POST, OPTIONS"
    told = ada.http.options(f"/code/{code}")
    assert (told.status_code, told.content, told.headers["allow"]) == (204, b"", "GET, PATCH, DELETE, HEAD, OPTIONS")
    assert_problem(ada.http.options("/nowhere"), 404)


def test_what_can_be_got_can_be_asked_about(ada: Person) -> None:
    project = ada.project()
    for path in ("/heartbeat", "/user/me", f"/project/{project}", f"/code/project/{project}?limit=1", "/openapi.json"):
        got, asked = ada.http.get(path), ada.http.head(path)
        assert (asked.status_code, asked.content) == (200, b"")
        varying = {"x-request-id"}
        assert {k: v for k, v in asked.headers.items() if k not in varying} == {
            k: v for k, v in got.headers.items() if k not in varying
        }
    assert ada.http.head(f"/project/{project}/events").status_code == 200
    assert ada.http.head("/project/999999").status_code == 404
    assert ada.http.head("/project").status_code == 405


def test_a_bug_is_a_problem_that_gives_nothing_away(app: FastAPI, ada: Person) -> None:
    @app.get("/broken", tags=["test"])
    def broken() -> None:
        raise RuntimeError("a secret")

    failed = quiet(ada).get("/broken", headers={"X-Request-ID": "r-1"})
    assert_problem(failed, 500)
    assert "secret" not in failed.text
    assert failed.headers["x-request-id"] == "r-1"
    assert failed.headers["x-frame-options"] == "DENY"


def test_an_answer_that_breaks_off_is_not_begun_again(app: FastAPI, ada: Person) -> None:
    @app.get("/breaking", tags=["test"])
    async def breaking() -> StreamingResponse:
        async def pieces() -> AsyncIterator[bytes]:
            yield b"one"
            raise RuntimeError

        return StreamingResponse(pieces())

    with pytest.raises(RuntimeError):
        ada.http.get("/breaking")


def test_the_id_of_a_request_is_the_clients_or_ours(ada: Person, app: FastAPI) -> None:
    given = ada.http.post("/project", json={"title": "Letters"}, headers={"X-Request-ID": "r-42"})
    assert given.headers["x-request-id"] == "r-42"
    project = given.json()["id"]
    with app.state.services.postgres.connection() as connection:
        rows = connection.execute("SELECT DISTINCT correlation_id FROM log.events WHERE project_id = $1", (project,))
        assert rows.fetchall() == [("r-42",)]
    made = {
        ada.http.get("/heartbeat", headers={"X-Request-ID": bad}).headers["x-request-id"] for bad in ("", "a" * 101)
    }
    assert len(made) == 2
    assert all(len(id) == 36 for id in made)


def test_long_answers_are_compressed_for_those_who_want_it(ada: Person) -> None:
    project = ada.project()
    path = f"/code/project/{project}"
    packed = ada.http.get(path, headers={"Accept-Encoding": "gzip"})
    plain = ada.http.get(path, headers={"Accept-Encoding": "identity"})
    assert packed.headers["content-encoding"] == "gzip"
    assert int(packed.headers["content-length"]) < len(plain.content)
    assert "content-encoding" not in plain.headers
    assert packed.json() == plain.json()
    assert "content-encoding" not in ada.http.get("/heartbeat", headers={"Accept-Encoding": "gzip"}).headers


def test_every_answer_has_the_security_headers(ada: Person) -> None:
    for answer in (
        ada.http.get("/heartbeat"),
        ada.http.get("/nowhere"),
        ada.http.get("/user/me", headers={"Authorization": ""}),
    ):
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["x-frame-options"] == "DENY"
        assert answer.headers["referrer-policy"] == "no-referrer"


def test_pages_of_other_origins_are_answered_if_they_are_configured(start: Callable[..., FastAPI]) -> None:
    http = TestClient(start(f"api.cors_origins=[{ANALYSIS}]", "api.body_limit_mb=1"), raise_server_exceptions=False)
    asked = {"Origin": ANALYSIS, "Access-Control-Request-Method": "PATCH", "Access-Control-Request-Headers": "If-Match"}
    allowed = http.options("/code/1", headers=asked)
    assert allowed.status_code == 200
    assert allowed.headers["access-control-allow-origin"] == ANALYSIS
    assert "PATCH" in allowed.headers["access-control-allow-methods"]
    assert "If-Match" in allowed.headers["access-control-allow-headers"]
    assert http.options("/code/1", headers={**asked, "Origin": "https://elsewhere.example"}).status_code == 400

    answers = [
        http.get("/heartbeat", headers={"Origin": ANALYSIS}),
        http.get("/user/me", headers={"Origin": ANALYSIS}),
        http.post("/project", json={"title": "Letters" * 200_000}, headers={"Origin": ANALYSIS}),
    ]
    assert [answer.status_code for answer in answers] == [200, 401, 413]
    for answer in answers:
        assert answer.headers["access-control-allow-origin"] == ANALYSIS
        assert answer.headers["access-control-expose-headers"] == ", ".join(EXPOSED)


def test_pages_of_other_origins_are_not_answered_otherwise(ada: Person) -> None:
    assert "access-control-allow-origin" not in ada.http.get("/heartbeat", headers={"Origin": ANALYSIS}).headers


def test_a_bug_can_be_read_by_pages_of_other_origins(start: Callable[..., FastAPI]) -> None:
    app = start(f"api.cors_origins=[{ANALYSIS}]")
    app.add_api_route("/broken", lambda: 1 / 0, tags=["test"])
    failed = TestClient(app, raise_server_exceptions=False).get("/broken", headers={"Origin": ANALYSIS})
    assert_problem(failed, 500)
    assert failed.headers["access-control-allow-origin"] == ANALYSIS


def pieces(size: int) -> Iterator[bytes]:
    for _ in range(size // 100_000):
        yield b" " * 100_000


def test_requests_are_as_large_as_is_configured_for_them(start: Callable[..., FastAPI]) -> None:
    http = account(start("api.body_limit_mb=1", "api.bulk_body_limit_mb=2", "api.upload_limit_mb=3")).http
    limits = {
        ("POST", "/project"): 1_000_000,
        ("POST", "/span/bulk/create"): 2_000_000,
        ("DELETE", "/tag/bulk/unlink"): 2_000_000,
        ("POST", "/docprocessing/project/1/retry"): 2_000_000,
        ("POST", "/docprocessing/project/1/upload"): 3_000_000,
    }
    for (method, path), limit in limits.items():
        assert http.request(method, path, content=b" " * limit).status_code != 413, path
        assert_problem(http.request(method, path, content=b" " * (limit + 1)), 413)


@pytest.mark.parametrize("authorization", ["", "Bearer e30.e30.e30", "Bearer", "Basic YTpi"])
def test_nobody_reads_what_is_large_from_somebody_unknown(start: Callable[..., FastAPI], authorization: str) -> None:
    http = TestClient(start("api.body_limit_mb=1"), headers={"Authorization": authorization})
    for path in ("/span/bulk/create", "/docprocessing/project/1/retry", "/docprocessing/project/1/upload"):
        for content in (b" " * 1_100_000, pieces(1_100_000)):
            refused = http.post(path, content=content, headers={"Content-Type": "application/json"})
            assert_problem(refused, 401)
            assert refused.headers["www-authenticate"] == "Bearer"
    assert_problem(http.post("/project", content=b" " * 1_100_000), 413)


def test_a_request_that_does_not_say_its_size_is_measured(start: Callable[..., FastAPI]) -> None:
    http = TestClient(start("api.body_limit_mb=1"))
    assert_problem(http.post("/authentication/register", content=pieces(1_100_000)), 413)
    assert_problem(http.post("/authentication/register", content=pieces(900_000)), 422)


@pytest.mark.parametrize("length", ["x", "-1", "9" * 5_000, "1.5", ""])
def test_a_size_that_is_none_does_no_harm(ada: Person, length: str) -> None:
    assert ada.http.get("/heartbeat", headers={"Content-Length": length}).status_code in (200, 413)


def handed_on(app: FastAPI, received: list[dict[str, Any]], **scope: Any) -> list[Any]:
    """What the application sends when a server hands this on to it."""
    sent: list[Any] = []

    async def receive() -> dict[str, Any]:
        return received.pop(0)

    async def send(message: Any) -> None:
        sent.append(message)

    whole = {"type": "http", "method": "GET", "path": "/", "headers": [], "query_string": b"", **scope}
    asyncio.run(app(whole, receive, send))
    return sent


@pytest.mark.parametrize("path", ["*", "", "//", "/%0a", "/%00", "/\N{SHIP}", "/line\nof the log"])
def test_a_path_that_is_none_does_no_harm(app: FastAPI, path: str) -> None:
    """Servers are less strict than clients."""
    sent = handed_on(app, [{"type": "http.request"}], method="OPTIONS", path=path)
    assert sent[0]["status"] in (200, 204, 307, 404, 405)


def test_who_hangs_up_during_an_upload_is_no_bug(app: FastAPI, ada: Person) -> None:
    project, authorization = ada.project(), ada.http.headers["authorization"]
    sent = handed_on(
        app,
        [{"type": "http.request", "body": b"--b\r\n", "more_body": True}, {"type": "http.disconnect"}],
        method="POST",
        path=f"/docprocessing/project/{project}/upload",
        headers=[(b"authorization", authorization.encode()), (b"content-type", b"multipart/form-data; boundary=b")],
    )
    assert [message["status"] for message in sent if "status" in message] == []
