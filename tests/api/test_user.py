"""Accounts over HTTP: mine, those of people I know, and the end of one."""

from collections.abc import Callable

import httpx2
import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from tests.api.conftest import PASSWORD, Person, ok


def join(owner: Person, project: int, member: Person, role: str = "editor") -> None:
    ok(owner.http.patch(f"/user/{project}/user", json={"email": member.email, "role": role}))


def logged(app: FastAPI, project: int, stream_id: str) -> list[str]:
    """The types of the events of a stream."""
    services = app.state.services
    with services.postgres.connection() as connection:
        return [r.event.type for r in services.store.streams(connection, project, [stream_id])[stream_id]]


def test_a_person_changes_their_account(ada: Person, stranger: Person) -> None:
    me = ada.http.get("/user/me")
    assert me.headers["etag"] == '"1"'
    assert set(me.json()) >= {"id", "email", "first_name", "last_name", "created", "updated", "is_operator"}
    assert not {"password_hash", "email_key", "token_epoch"} & set(me.json())

    renamed = ada.http.patch("/user/", json={"first_name": "Augusta"}, headers={"If-Match": '"1"'})
    assert (ok(renamed)["first_name"], renamed.headers["etag"]) == ("Augusta", '"2"')
    assert ada.http.patch("/user/", json={"first_name": "Ada"}, headers={"If-Match": '"1"'}).status_code == 412
    assert ok(stranger.http.get("/user/me"))["first_name"] == "Mallory"

    change = {"email": "augusta@example.org", "old_password": PASSWORD}
    assert ok(ada.http.patch("/user/", json=change))["email"] == "augusta@example.org"
    assert ok(ada.http.get("/user/me"))["email"] == "augusta@example.org"


def test_what_is_wrong_with_a_change_is_said(ada: Person, stranger: Person) -> None:
    def asked(**change: str) -> tuple[int, str]:
        refused = ada.http.patch("/user/", json=change)
        return refused.status_code, refused.json()["type"].rpartition(":")[2]

    assert asked() == (422, "invalid")
    assert asked(password="battery staple") == (422, "old-password-needed")
    assert asked(email="new@example.org") == (422, "old-password-needed")
    assert asked(password="battery staple", old_password="a guess") == (403, "wrong-password")
    assert asked(email="new@example.org", old_password="a guess") == (403, "wrong-password")
    assert asked(email=stranger.email.upper(), old_password=PASSWORD) == (409, "email-taken")
    assert asked(password="short", old_password=PASSWORD) == (422, "invalid")
    assert ok(ada.http.get("/user/me"))["version"] == 1


def test_the_own_email_unchanged_needs_no_password(ada: Person) -> None:
    assert ok(ada.http.patch("/user/", json={"email": ada.email, "last_name": "King"}))["last_name"] == "King"


def test_a_repeated_change_is_done_once(ada: Person) -> None:
    key = {"Idempotency-Key": "k-1"}
    first = ok(ada.http.patch("/user/", json={"first_name": "Augusta"}, headers=key))
    ok(ada.http.patch("/user/", json={"first_name": "Ada"}))
    assert ok(ada.http.patch("/user/", json={"first_name": "Augusta"}, headers=key))["first_name"] == "Ada"
    assert first["version"] == 2


def test_the_house_log_says_what_happened_and_nothing_about_the_person(ada: Person, app: FastAPI) -> None:
    ok(ada.http.patch("/user/", json={"first_name": "Augusta", "email": "a@example.org", "old_password": PASSWORD}))
    stream = f"user-{ada.id}"
    assert logged(app, 0, stream) == ["user.registered", "user.renamed", "user.email_changed"]
    with app.state.services.postgres.connection() as connection:
        ((everything,),) = connection.execute(
            "SELECT string_agg(e::text || convert_from(data, 'UTF8'), ' ') FROM log.events e WHERE project_id = 0"
        ).fetchall()
    assert not [word for word in ("Ada", "Augusta", "Lovelace", "example.org", "argon2") if word in everything]


def test_people_see_those_with_whom_they_share_a_project(ada: Person, person: Callable[..., Person]) -> None:
    bob, carol = person("Bob", "Boole"), person("Carol", "Shaw")
    project = ada.project()
    join(ada, project, bob)
    everybody = ok(ada.http.get("/user/all"))
    assert everybody == [
        {"id": ada.id, "first_name": "Ada", "last_name": "Lovelace"},
        {"id": bob.id, "first_name": "Bob", "last_name": "Boole"},
    ]
    page = ada.http.get("/user/all", params={"limit": 1})
    assert page.json() == everybody[:1]
    assert ok(ada.http.get(page.links["next"]["url"])) == everybody[1:]
    assert [one["id"] for one in ok(carol.http.get("/user/all"))] == [carol.id]

    assert ok(bob.http.get(f"/user/by_id/{ada.id}"))["first_name"] == "Ada"
    assert ok(carol.http.get(f"/user/by_id/{carol.id}"))["is_erased"] is False
    assert ok(carol.http.get("/user/by_id/9990"))["first_name"] == "Assistant"
    unknown = carol.http.get(f"/user/by_id/{ada.id}")
    assert (unknown.status_code, unknown.text) == (404, carol.http.get("/user/by_id/99999").text)


def test_those_who_left_keep_their_name_and_the_erased_are_former_members(
    ada: Person, person: Callable[..., Person]
) -> None:
    bob, carol, project = person("Bob"), person("Carol"), ada.project()
    join(ada, project, bob)
    join(ada, project, carol)
    ok(bob.http.delete(f"/user/{project}/user/{bob.id}"))
    assert ok(ada.http.get(f"/user/by_id/{bob.id}"))["first_name"] == "Bob"
    ok(bob.http.delete("/user/"))
    former = {"id": bob.id, "first_name": "A former", "last_name": "member", "is_erased": True}
    assert ok(ada.http.get(f"/user/by_id/{bob.id}")) == former
    assert ok(ada.http.get(f"/user/by_id/{carol.id}"))["first_name"] == "Carol"
    assert person("Dora").http.get(f"/user/by_id/{bob.id}").status_code == 404


def test_an_erased_account_leaves_its_work_and_nothing_of_the_person(
    ada: Person, person: Callable[..., Person], app: FastAPI
) -> None:
    bob, one, two = person("Bob", "Boole"), ada.project(), ada.project(title="Diaries")
    join(ada, one, bob)
    join(ada, two, bob, "reader")
    ok(bob.http.post("/code", json={"project_id": one, "name": "joy"}))
    ok(login(app, bob))

    erased = ok(bob.http.delete("/user/"))
    assert (erased["id"], erased["email"]) == (bob.id, bob.email)
    assert bob.http.get("/user/me").status_code == 401
    assert login(app, bob).status_code == 401
    assert logged(app, 0, f"user-{bob.id}")[-1] == "user.erased"
    assert [logged(app, project, f"member-{bob.id}")[-1] for project in (one, two)] == ["member.removed"] * 2
    assert [member["id"] for member in ok(ada.http.get(f"/user/{one}/user"))] == [ada.id]
    assert [code["name"] for code in ok(ada.http.get(f"/code/project/{one}")) if code["name"] == "joy"] == ["joy"]
    with app.state.services.postgres.connection() as connection:
        rows = connection.execute(
            "SELECT u::text FROM account.user u UNION ALL SELECT t::text FROM account.refresh_token t"
        ).fetchall()
    assert "Boole" not in str(rows)
    assert str(bob.id) not in str(rows)
    assert "Lovelace" in str(rows)


def login(app: FastAPI, person: Person) -> httpx2.Response:
    return TestClient(app).post("/authentication/login", data={"username": person.email, "password": PASSWORD})


def test_the_only_owner_of_projects_is_told_which_and_stays(ada: Person, person: Callable[..., Person]) -> None:
    bob = person("Bob")
    letters, diaries, shared = ada.project(title="Letters"), ada.project(title="Diaries"), ada.project(title="Shared")
    join(ada, letters, bob)
    join(ada, shared, bob, "owner")
    refused = ada.http.delete("/user/")
    assert (refused.status_code, refused.json()["type"]) == (409, "urn:palimpsest:problem:owns-projects")
    assert "“Letters”, “Diaries”" in refused.json()["detail"]
    assert "Shared" not in refused.json()["detail"]
    assert len(ok(ada.http.get("/project/user/projects"))) == 3

    ok(ada.http.patch(f"/user/{letters}/user/{bob.id}", json={"role": "owner"}))
    ok(ada.http.delete(f"/project/{diaries}"))
    ok(ada.http.delete("/user/"))
    assert [project["id"] for project in ok(bob.http.get("/project/user/projects"))] == [letters, shared]


@pytest.mark.parametrize("path", ["/user/me", "/user/all", "/user/by_id/10000", "/user/1/user"])
def test_nobody_is_seen_without_logging_in(ada: Person, path: str) -> None:
    refused = ada.http.get(path, headers={"Authorization": ""})
    assert (refused.status_code, refused.headers["www-authenticate"]) == (401, "Bearer")


@pytest.mark.parametrize("id", ["0", "-1", str(2**53), "x"])
def test_an_impossible_id_is_refused(ada: Person, id: str) -> None:
    assert ada.http.get(f"/user/by_id/{id}").status_code == 422
    assert ada.http.get(f"/user/{id}/user").status_code == 422
