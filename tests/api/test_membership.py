"""Members over HTTP: added, given roles, removed, and never without an owner."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Barrier
from typing import Any

import pytest
from fastapi import FastAPI

from commands._decider import Request, carry_out
from commands.membership_decider import decider
from commands.membership_dto import MemberRemove
from events._event import Envelope
from projections.membership_lookup import MemberLookupTables
from repos.postgres_repo import Postgres
from tests.api.conftest import PASSWORD, Person, ok

RACERS = 16


def test_members_come_change_roles_and_go(ada: Person, person: Callable[..., Person], stranger: Person) -> None:
    bob, project, other = person("Bob", "Boole"), ada.project(), ada.project()
    path = f"/user/{project}/user"
    added = ada.http.patch(path, json={"email": bob.email.upper()})
    assert ok(added) | {"id": bob.id, "email": bob.email, "role": "editor", "project_id": project} == ok(added)
    assert int(added.headers["x-project-revision"]) > 1
    assert not {"password_hash", "email_key", "token_epoch", "is_operator"} & set(ok(added))
    assert [(one["id"], one["role"]) for one in ok(bob.http.get(path))] == [(ada.id, "owner"), (bob.id, "editor")]

    again = ada.http.patch(path, json={"email": bob.email})
    assert (again.status_code, again.json()["type"]) == (409, "urn:palimpsest:problem:already-member")
    nobody = ada.http.patch(path, json={"email": "nobody@example.org"})
    assert (nobody.status_code, nobody.json()["errors"][0]["loc"]) == (404, ["body", "email"])
    assert ada.http.patch(path, json={"email": stranger.email, "role": "king"}).status_code == 422

    one = f"{path}/{bob.id}"
    changed = ada.http.patch(one, json={"role": "reader"}, headers={"If-Match": added.headers["etag"]})
    assert (ok(changed)["role"], changed.headers["etag"]) == ("reader", '"2"')
    assert ada.http.patch(one, json={"role": "owner"}, headers={"If-Match": '"1"'}).status_code == 412
    assert ada.http.patch(f"{path}/{stranger.id}", json={"role": "owner"}).status_code == 404

    removed = ok(ada.http.delete(one))
    assert (removed["id"], removed["role"]) == (bob.id, "reader")
    assert bob.http.get(path).status_code == 404
    assert ada.http.delete(one).status_code == 404
    assert [one["id"] for one in ok(ada.http.get(f"/user/{other}/user"))] == [ada.id]
    assert ok(ada.http.patch(path, json={"email": bob.email, "role": "annotator"}))["role"] == "annotator"


def test_only_owners_say_who_is_in_and_everybody_may_leave(ada: Person, person: Callable[..., Person]) -> None:
    editor, reader, stranger, project = person("Eve"), person("Rita"), person("Sam"), ada.project()
    path = f"/user/{project}/user"
    ok(ada.http.patch(path, json={"email": editor.email, "role": "editor"}))
    ok(ada.http.patch(path, json={"email": reader.email, "role": "reader"}))
    for member, status in ((editor, 403), (reader, 403), (stranger, 404)):
        assert member.http.patch(path, json={"email": stranger.email}).status_code == status
        assert member.http.patch(f"{path}/{member.id}", json={"role": "owner"}).status_code == status
        assert member.http.delete(f"{path}/{ada.id}").status_code == status
    assert stranger.http.delete(f"{path}/{stranger.id}").status_code == 404
    assert stranger.http.get(path).text == stranger.http.get("/user/99999/user").text
    assert ok(reader.http.delete(f"{path}/{reader.id}"))["role"] == "reader"
    assert {one["id"] for one in ok(editor.http.get(path))} == {ada.id, editor.id}


def test_the_last_owner_neither_leaves_nor_steps_down(ada: Person) -> None:
    path = f"/user/{ada.project()}/user/{ada.id}"
    for refused in (ada.http.delete(path), ada.http.patch(path, json={"role": "editor"})):
        assert (refused.status_code, refused.json()["type"]) == (409, "urn:palimpsest:problem:last-owner")
    assert ok(ada.http.patch(path, json={"role": "owner"}))["version"] == 1


def test_a_repeated_request_about_a_member_is_answered_again(ada: Person, person: Callable[..., Person]) -> None:
    bob, project = person("Bob"), ada.project()
    path, key = f"/user/{project}/user", {"Idempotency-Key": "k-1"}
    added = ok(ada.http.patch(path, json={"email": bob.email}, headers=key))
    assert ok(ada.http.patch(path, json={"email": bob.email}, headers=key)) == added
    removed = ok(ada.http.delete(f"{path}/{bob.id}", headers=key))
    assert ok(ada.http.delete(f"{path}/{bob.id}", headers=key)) == removed


def test_the_answer_repeated_is_about_the_same_person_under_another_email(
    ada: Person, person: Callable[..., Person]
) -> None:
    bob, project = person("Bob"), ada.project()
    path, key = f"/user/{project}/user", {"Idempotency-Key": "k-1"}
    ok(ada.http.patch(path, json={"email": bob.email}, headers=key))
    ok(bob.http.patch("/user/", json={"email": "george@example.org", "old_password": PASSWORD}))
    again = ok(ada.http.patch(path, json={"email": bob.email}, headers=key))
    assert (again["id"], again["email"]) == (bob.id, "george@example.org")


Deed = Callable[[Person, int], Any]


def race(*deeds: Callable[[], Any]) -> list[int]:
    """The statuses of requests that are sent at the same moment."""
    ready = Barrier(len(deeds))

    def together(deed: Callable[[], Any]) -> int:
        ready.wait()
        return int(deed().status_code)

    with ThreadPoolExecutor(len(deeds)) as pool:
        return list(pool.map(together, deeds))


def leave(one: Person, project: int) -> Any:
    return one.http.delete(f"/user/{project}/user/{one.id}")


def step_down(one: Person, project: int) -> Any:
    return one.http.patch(f"/user/{project}/user/{one.id}", json={"role": "editor"})


def erase(one: Person, _: int) -> Any:
    return one.http.delete("/user/")


@pytest.mark.parametrize("deed", [leave, step_down, erase])
def test_one_of_sixteen_owners_stays(ada: Person, person: Callable[..., Person], app: FastAPI, deed: Deed) -> None:
    people = [ada, *(person(f"Owner{number}") for number in range(RACERS - 1))]
    project = ada.project()
    for one in people[1:]:
        ok(ada.http.patch(f"/user/{project}/user", json={"email": one.email, "role": "owner"}))
    answers = race(*(partial(deed, one, project) for one in people))
    assert sorted(answers) == [200] * (RACERS - 1) + [409]
    assert owners(app) == {project: [people[answers.index(409)].id]}


@pytest.mark.parametrize(("one_does", "other_does"), [(leave, leave), (leave, erase), (step_down, erase)])
def test_one_of_two_owners_stays_in_each_of_many_projects(
    person: Callable[..., Person], app: FastAPI, one_does: Deed, other_does: Deed
) -> None:
    deeds = []
    for _ in range(RACERS // 2):
        one, other = person(), person("Bob")
        project = one.project()
        ok(one.http.patch(f"/user/{project}/user", json={"email": other.email, "role": "owner"}))
        deeds += [partial(one_does, one, project), partial(other_does, other, project)]
    answers = race(*deeds)
    assert [sorted(pair) for pair in zip(answers[::2], answers[1::2], strict=True)] == [[200, 409]] * (RACERS // 2)
    assert [len(of_one) for of_one in owners(app).values()] == [1] * (RACERS // 2)


def test_whoever_erases_an_account_waits_for_owners_who_are_leaving(
    ada: Person, person: Callable[..., Person], app: FastAPI
) -> None:
    bob, project, store = person("Bob"), ada.project(), app.state.services.store
    ok(ada.http.patch(f"/user/{project}/user", json={"email": bob.email, "role": "owner"}))
    with ThreadPoolExecutor(1) as pool:
        with store.postgres.transaction() as connection:
            head = store.head(connection, project, lock=True)
            erasing = pool.submit(ada.http.delete, "/user/")
            wait_until_somebody_waits(store.postgres)
            item, asked = ((bob.id,), MemberRemove()), Request(Envelope(bob.id, "test"))
            carry_out(store, decider, head, [item], asked, connection, lookup=MemberLookupTables)
        assert erasing.result().status_code == 409
    assert owners(app) == {project: [ada.id]}


def wait_until_somebody_waits(postgres: Postgres) -> None:
    with postgres.connection() as connection:
        while connection.execute("SELECT FROM pg_locks WHERE NOT granted").fetchone() is None:
            pass


def owners(app: FastAPI) -> dict[int, list[int]]:
    with app.state.services.postgres.connection() as connection:
        rows = connection.execute(
            "SELECT p.id, array_remove(array_agg(m.user_id), NULL) FROM inline.project p LEFT JOIN inline.membership m "
            "ON m.project_id = p.id AND m.role = 'owner' GROUP BY p.id"
        )
        return dict(rows.fetchall())


def test_an_account_that_is_erased_meanwhile_neither_founds_nor_joins(
    ada: Person, person: Callable[..., Person], app: FastAPI
) -> None:
    project = ada.project()
    for number in range(RACERS):
        bob = person(f"Bob{number}")
        joined, founded, erased = race(
            partial(ada.http.patch, f"/user/{project}/user", json={"email": bob.email, "role": "owner"}),
            partial(bob.http.post, "/project", json={"title": "Mine"}),
            partial(bob.http.delete, "/user/"),
        )
        assert joined in (200, 404)
        assert (founded, erased) in {(401, 200), (201, 409)}
    with app.state.services.postgres.connection() as connection:
        forgotten = connection.execute(
            "SELECT m.* FROM inline.membership m LEFT JOIN account.user u ON u.id = m.user_id WHERE u.id IS NULL"
        ).fetchall()
    assert forgotten == []


def test_somebody_is_added_once_however_many_ask(ada: Person, person: Callable[..., Person]) -> None:
    bob, project = person("Bob"), ada.project()
    asked = {"email": bob.email, "role": "reader"}
    answers = race(*[partial(ada.http.patch, f"/user/{project}/user", json=asked)] * RACERS)
    assert sorted(answers) == [200] + [409] * (RACERS - 1)
