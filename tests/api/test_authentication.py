"""Registering, logging in and out, and staying logged in."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from hashlib import sha256
from typing import Any

import pytest
from fastapi import FastAPI
from loguru import logger
from pydantic import SecretStr
from starlette.testclient import TestClient

from api.user_service import reset_password
from commands._decider import Request
from events._event import Envelope
from systems.password_system import Passwords
from tests.api._login import ADA, at, bearer, login, refresh
from tests.api.conftest import PASSWORD, ok


@pytest.fixture
def http(app: FastAPI) -> TestClient:
    """Ada at her desk, with an account."""
    http = at(app)
    ok(http.post("/authentication/register", json=ADA))
    return http


def test_a_person_registers_logs_in_works_and_logs_out(app: FastAPI) -> None:
    http = at(app)
    registered = http.post("/authentication/register", json=ADA)
    assert registered.status_code == 201
    assert registered.json()["id"] >= 10_000
    assert registered.json()["email"] == "Ada@example.org"

    session = ok(login(http, "ADA@EXAMPLE.org"))
    assert session["token_type"] == "bearer"
    assert ok(http.get("/user/me", headers=bearer(session))) == registered.json()
    assert http.get("/authentication/content", headers=bearer(session)).status_code == 204

    second = refresh(http, session["refresh_token"])
    assert second.headers["cache-control"] == "no-store"
    assert second.json()["refresh_token"] != session["refresh_token"]
    ok(http.post("/project", json={"title": "Letters"}, headers=bearer(second.json())))

    token = {"refresh_token": second.json()["refresh_token"]}
    assert http.post("/authentication/logout", params=token).status_code == 204
    assert refresh(http, token["refresh_token"]).status_code == 401
    assert http.post("/authentication/logout", params={"refresh_token": "unknown"}).status_code == 204


def test_an_email_registers_once(http: TestClient) -> None:
    again = http.post("/authentication/register", json={**ADA, "email": "ada@EXAMPLE.org"})
    assert (again.status_code, again.json()["errors"][0]["loc"]) == (409, ["body", "email"])


def test_of_parallel_registrations_with_one_email_one_wins(app: FastAPI) -> None:
    with ThreadPoolExecutor(16) as pool:
        answers = pool.map(lambda _: at(app).post("/authentication/register", json=ADA).status_code, range(16))
        assert sorted(answers) == [201] + [409] * 15


def test_a_repeated_registration_is_answered_again(app: FastAPI) -> None:
    http, key = at(app), {"Idempotency-Key": "k-1"}
    first = http.post("/authentication/register", json=ADA, headers=key)
    again = http.post("/authentication/register", json=ADA, headers=key)
    assert (again.status_code, again.json()) == (201, first.json())
    other = http.post("/authentication/register", json={**ADA, "password": "another one"}, headers=key)
    assert other.status_code == 422


def test_a_body_with_a_password_is_kept_so_that_nobody_can_try_passwords_on_it(app: FastAPI) -> None:
    request = at(app).build_request("POST", "/authentication/register", json=ADA, headers={"Idempotency-Key": "k-1"})
    ok(at(app).send(request))
    with app.state.services.postgres.connection() as connection:
        ((kept,),) = connection.execute("SELECT body_hash FROM log.idempotency_key").fetchall()
    assert kept != sha256(request.content).digest()


@pytest.mark.parametrize(
    "wrong",
    [{"password": "short"}, {"email": "no mail"}, {"first_name": " "}, {"password": None}, {"email": "a\0@b.org"}],
)
def test_a_wrong_registration_is_refused_without_repeating_the_password(app: FastAPI, wrong: dict[str, Any]) -> None:
    refused = at(app).post("/authentication/register", json={**ADA, **wrong})
    assert refused.status_code == 422
    assert refused.json()["errors"][0]["loc"] == ["body", *wrong]
    assert PASSWORD not in refused.text


def test_registration_can_be_closed(start: Callable[..., FastAPI]) -> None:
    closed = at(start("api.registration_open=false")).post("/authentication/register", json=ADA)
    assert closed.status_code == 403


class CountedPasswords(Passwords):
    """Passwords that tell how often one was really checked."""

    checked = 0

    def check(self, password: str, hashed: str | None) -> bool:
        self.checked += 1
        return super().check(password, hashed)


def test_a_wrong_password_and_an_unknown_account_look_the_same(http: TestClient, app: FastAPI) -> None:
    passwords = CountedPasswords(time_cost=1, memory_kib=256, parallelism=1, at_once=1)
    app.state.services = replace(app.state.services, passwords=passwords)
    answers = [
        login(http, password="not the one"),
        login(http, "nobody@example.org"),
        login(http, "system@palimpsest.invalid"),
        login(http, "nul\0@example.org"),
    ]
    assert {answer.status_code for answer in answers} == {401}
    assert len({answer.text for answer in answers}) == 1
    assert {answer.headers["www-authenticate"] for answer in answers} == {"Bearer"}
    assert passwords.checked == 4


def test_a_hash_of_other_parameters_is_renewed_at_the_next_login(start: Callable[..., FastAPI]) -> None:
    ok(at(start()).post("/authentication/register", json=ADA))
    stronger = start("auth.argon2_time_cost=2")
    ok(login(at(stronger)))
    with stronger.state.services.postgres.connection() as connection:
        ((kept,),) = connection.execute("SELECT password_hash FROM account.user WHERE id >= 10000").fetchall()
    assert "t=2" in kept
    ok(login(at(stronger)))


def test_a_spent_refresh_token_ends_the_session_even_after_a_restart(
    http: TestClient, start: Callable[..., FastAPI]
) -> None:
    first, other = ok(login(http)), ok(login(http))
    second = ok(refresh(http, first["refresh_token"]))

    restarted = at(start())
    reused = refresh(restarted, first["refresh_token"])
    assert (reused.status_code, reused.headers["www-authenticate"]) == (401, "Bearer")
    assert refresh(at(start()), second["refresh_token"]).status_code == 401
    ok(refresh(http, other["refresh_token"]))


def test_of_parallel_refreshes_one_wins(http: TestClient) -> None:
    session = ok(login(http))
    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(lambda _: refresh(http, session["refresh_token"]).status_code, range(16)))
    assert sorted(answers) == [200] + [401] * 15


def test_spent_tokens_of_one_session_that_come_back_together_do_no_harm(http: TestClient) -> None:
    tokens = [ok(login(http))["refresh_token"]]
    for _ in range(15):
        tokens.append(ok(refresh(http, tokens[-1]))["refresh_token"])
    with ThreadPoolExecutor(16) as pool:
        answers = set(pool.map(lambda token: refresh(http, token).status_code, tokens))
    assert answers <= {200, 401}
    assert all(refresh(http, token).status_code == 401 for token in tokens)


def test_an_expired_refresh_token_does_not_work(http: TestClient, app: FastAPI) -> None:
    session = ok(login(http))
    with app.state.services.postgres.connection() as connection:
        connection.execute("UPDATE account.refresh_token SET expires = issued")
    assert refresh(http, session["refresh_token"]).status_code == 401


def test_refresh_tokens_are_kept_as_hashes(http: TestClient, app: FastAPI) -> None:
    token = ok(login(http))["refresh_token"]
    with app.state.services.postgres.connection() as connection:
        kept = connection.execute("SELECT t::text FROM account.refresh_token t").fetchall()
    assert token not in str(kept)
    assert len(kept) == 1


def test_a_new_password_ends_every_session(http: TestClient) -> None:
    one, other = ok(login(http)), ok(login(http))
    change = {"password": "battery staple", "old_password": PASSWORD}
    ok(http.patch("/user/", json=change, headers=bearer(one)))
    assert http.get("/user/me", headers=bearer(one)).status_code == 401
    assert http.get("/user/me", headers=bearer(other)).status_code == 401
    assert refresh(http, other["refresh_token"]).status_code == 401
    assert login(http).status_code == 401
    ok(login(http, password="battery staple"))


class InterruptedPasswords(Passwords):
    """Passwords during whose check something else happens."""

    meanwhile: Callable[[], object] = staticmethod(lambda: None)

    def check(self, password: str, hashed: str | None) -> bool:
        right = super().check(password, hashed)
        self.meanwhile()
        return right


@pytest.fixture
def changed_meanwhile(app: FastAPI, http: TestClient) -> FastAPI:
    """An application in which an operator gives Ada another password while hers is checked."""
    user_id = ok(http.get("/user/me", headers=bearer(ok(login(http)))))["id"]
    passwords = InterruptedPasswords(time_cost=1, memory_kib=256, parallelism=1, at_once=2)
    services = app.state.services = replace(app.state.services, passwords=passwords)
    request = Request(Envelope(1, "test"))
    passwords.meanwhile = lambda: reset_password(services, user_id, SecretStr("from the operator"), request)
    return app


def test_a_password_that_changes_while_it_is_checked_lets_nobody_in(changed_meanwhile: FastAPI) -> None:
    assert login(at(changed_meanwhile)).status_code == 401


def test_a_password_that_changes_while_it_is_checked_is_not_changed_again(
    changed_meanwhile: FastAPI, start: Callable[..., FastAPI]
) -> None:
    session = ok(login(at(start())))
    change = {"password": "battery staple", "old_password": PASSWORD}
    assert at(changed_meanwhile).patch("/user/", json=change, headers=bearer(session)).status_code == 409
    assert login(at(start()), password="battery staple").status_code == 401
    ok(login(at(start()), password="from the operator"))


def test_no_password_and_no_token_is_ever_logged(http: TestClient) -> None:
    lines: list[str] = []
    sink = logger.add(lambda line: lines.append(str(line)), level="TRACE", serialize=True)
    try:
        http.post("/authentication/register", json={**ADA, "email": "bob@example.org"})
        http.post("/authentication/register", json={**ADA, "email": "no mail"})
        login(http, password=PASSWORD + " wrong")
        session = ok(login(http))
        second = ok(refresh(http, session["refresh_token"]))
        refresh(http, session["refresh_token"])
        http.patch("/user/", json={"password": "battery staple", "old_password": PASSWORD}, headers=bearer(session))
        http.post("/authentication/logout", params={"refresh_token": second["refresh_token"]})
    finally:
        logger.remove(sink)
    assert len(lines) > 8
    secrets = [
        PASSWORD,
        "battery staple",
        "$argon2",
        *(s[k] for s in (session, second) for k in s if k.endswith("token")),
    ]
    assert not [secret for secret in secrets if secret in "".join(lines)]


def test_without_a_valid_token_nobody_is_let_in(http: TestClient) -> None:
    for headers in ({}, {"Authorization": "Bearer x.y.z"}, {"Authorization": "Basic YTpi"}):
        refused = http.get("/authentication/content", headers=headers)
        assert (refused.status_code, refused.headers["www-authenticate"]) == (401, "Bearer")


def test_a_login_is_a_form(http: TestClient) -> None:
    assert http.post("/authentication/login", data={"username": "ada@example.org"}).status_code == 422
    assert http.post("/authentication/login", json={"username": "ada@example.org", "password": "x"}).status_code == 422
    assert http.post("/authentication/refresh_access").status_code == 422
