"""How often a password may be tried, and who has to wait for it."""

from collections.abc import Callable
from dataclasses import replace

from fastapi import FastAPI

from systems.password_system import Passwords
from tests.api._login import ADA, at, bearer, login
from tests.api.conftest import ok


def test_registration_is_throttled_by_address(start: Callable[..., FastAPI]) -> None:
    app = start("auth.registrations_per_hour=3")
    emails = [f"ada{number}@example.org" for number in range(5)]
    answers = [at(app).post("/authentication/register", json={**ADA, "email": email}) for email in emails]
    assert [answer.status_code for answer in answers] == [201, 201, 201, 429, 429]
    assert 0 < int(answers[3].headers["retry-after"]) < int(answers[4].headers["retry-after"])
    ok(at(app, "192.0.2.2").post("/authentication/register", json={**ADA, "email": emails[4]}))


def test_more_passwords_than_can_be_hashed_are_refused_for_a_moment(app: FastAPI) -> None:
    http = at(app)
    ok(http.post("/authentication/register", json=ADA))
    passwords = Passwords(time_cost=1, memory_kib=256, parallelism=1, at_once=1, patience=0.01)
    app.state.services = replace(app.state.services, passwords=passwords)
    with passwords.turn():
        for _ in range(20):
            busy = login(http)
            assert (busy.status_code, busy.headers["retry-after"]) == (429, "1")
    ok(login(http))


def test_attempts_are_throttled_across_a_restart_and_the_owner_gets_in_from_elsewhere(
    start: Callable[..., FastAPI],
) -> None:
    app = start("auth.login_failures=4")
    ok(at(app).post("/authentication/register", json=ADA))
    attacker = at(app, "203.0.113.9")
    assert [login(attacker, password="wrong one").status_code for _ in range(5)] == [401, 401, 401, 401, 429]

    restarted = start("auth.login_failures=4")
    attacker = at(restarted, "203.0.113.9")
    first, second = login(attacker), login(attacker)
    assert (first.status_code, second.status_code) == (429, 429)
    assert 0 < int(first.headers["retry-after"]) < int(second.headers["retry-after"])
    ok(login(at(restarted, "192.0.2.1")))
    assert login(attacker, "bob@example.org").status_code == 401

    pass_time(restarted, seconds=15 * 60)
    ok(login(attacker))


def test_an_account_that_many_addresses_attack_leaves_each_one_attempt(start: Callable[..., FastAPI]) -> None:
    app = start("auth.login_failures=3")
    ok(at(app).post("/authentication/register", json=ADA))
    for number in range(3):
        assert login(at(app, f"203.0.113.{number}"), password="wrong one").status_code == 401
    one_more = at(app, "203.0.113.99")
    assert [login(one_more, password="wrong one").status_code for _ in range(2)] == [401, 429]
    ok(login(at(app)))
    assert login(at(app), "bob@example.org").status_code == 401


def test_one_address_does_not_try_all_accounts(start: Callable[..., FastAPI]) -> None:
    app = start("auth.login_failures=1")
    guesses = [login(at(app, "2001:db8::1"), f"bob{number}@example.org").status_code for number in range(11)]
    assert guesses == [401] * 10 + [429]
    assert login(at(app, "2001:db8::2"), "bob@example.org").status_code == 429
    assert login(at(app, "2001:db8:0:1::1"), "bob@example.org").status_code == 401


def test_who_goes_on_with_one_account_keeps_nobody_else_at_the_address_out(start: Callable[..., FastAPI]) -> None:
    http = at(start("auth.login_failures=1"))
    assert [login(http).status_code for _ in range(15)] == [401] + [429] * 14
    assert login(http, "bob@example.org").status_code == 401


def test_right_passwords_are_not_counted(start: Callable[..., FastAPI]) -> None:
    app = start("auth.login_failures=1")
    ok(at(app).post("/authentication/register", json=ADA))
    assert [login(at(app)).status_code for _ in range(12)] == [200] * 12


def test_the_old_password_cannot_be_guessed_with_a_stolen_token(start: Callable[..., FastAPI]) -> None:
    app = start("auth.login_failures=3")
    http = at(app)
    ok(http.post("/authentication/register", json=ADA))
    thief = at(app, "203.0.113.9")
    thief.headers.update(bearer(ok(login(http))))
    guess = {"password": "battery staple", "old_password": "a guess"}
    assert [thief.patch("/user/", json=guess).status_code for _ in range(4)] == [403, 403, 403, 429]
    ok(login(http))


def pass_time(app: FastAPI, *, seconds: float) -> None:
    with app.state.services.postgres.connection() as connection:
        connection.execute("UPDATE account.attempt SET last = last - make_interval(secs => $1)", (seconds,))
