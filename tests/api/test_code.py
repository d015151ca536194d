"""Codes over HTTP, from making one to losing it."""

import pytest

from tests.api.conftest import Person, ok


def test_a_code_lives_and_dies(ada: Person, stranger: Person) -> None:
    project = ada.project()
    other = ok(ada.http.post("/code", json={"project_id": project, "name": "grief"}))
    made = ada.http.post("/code", json={"project_id": project, "name": "joy"})
    assert made.status_code == 201
    assert made.headers["etag"] == '"1"'
    joy = made.json()
    assert int(made.headers["x-project-revision"]) == joy["meaning_revision"]

    assert ada.http.post("/code", json={"project_id": project, "name": "JOY"}).status_code == 409
    assert stranger.http.get(f"/code/{joy['id']}").status_code == 404
    assert stranger.http.post("/code", json={"project_id": project, "name": "x"}).status_code == 404

    path = f"/code/{joy['id']}"
    renamed = ada.http.patch(path, json={"name": "delight"}, headers={"If-Match": '"1"'})
    assert ok(renamed)["name"] == "delight"
    assert renamed.headers["etag"] == '"2"'
    assert ada.http.patch(path, json={"name": "bliss"}, headers={"If-Match": '"1"'}).status_code == 412
    assert ada.http.patch(path, json={}).status_code == 422

    assert ok(ada.http.delete(path))["name"] == "delight"
    assert ada.http.get(path).status_code == 404
    assert ok(ada.http.get(f"/code/{other['id']}"))["name"] == "grief"


@pytest.mark.parametrize(
    ("if_match", "status"),
    [
        ('"1"', 200),
        ('W/"1"', 200),
        ("*", 200),
        ('"7", "1"', 200),
        ('"7","8"', 412),
        ('"1",', 422),
        ("joy", 422),
        ("", 422),
    ],
)
def test_a_code_is_changed_if_one_of_the_versions_is_there(ada: Person, if_match: str, status: int) -> None:
    code = ok(ada.http.post("/code", json={"project_id": ada.project(), "name": "joy"}))["id"]
    answered = ada.http.patch(f"/code/{code}", json={"name": "delight"}, headers={"If-Match": if_match})
    assert answered.status_code == status


def test_a_code_is_merged_only_into_one_that_may_be_used(ada: Person) -> None:
    project = ada.project()
    joy, delight = (
        ok(ada.http.post("/code", json={"project_id": project, "name": name}))["id"] for name in ("joy", "delight")
    )
    ok(ada.http.patch(f"/code/{delight}", json={"enabled": False}))
    refused = ada.http.post(f"/code/{joy}/merge_into/{delight}")
    assert (refused.status_code, refused.json()["type"]) == (409, "urn:palimpsest:problem:code-is-disabled")
    ok(ada.http.patch(f"/code/{delight}", json={"enabled": True}))
    assert ok(ada.http.post(f"/code/{joy}/merge_into/{delight}"))["id"] == delight


def test_a_repeated_request_is_answered_again_and_not_done_again(ada: Person) -> None:
    project = ada.project()
    body = {"project_id": project, "name": "joy"}
    key = {"Idempotency-Key": "k-1"}
    first = ok(ada.http.post("/code", json=body, headers=key))
    assert ok(ada.http.post("/code", json=body, headers=key)) == first
    assert ada.http.post("/code", json={**body, "name": "other"}, headers=key).status_code == 422
    gone = ok(ada.http.delete(f"/code/{first['id']}", headers=key))
    assert ok(ada.http.delete(f"/code/{first['id']}", headers=key)) == gone


def test_many_codes_are_created_at_once_or_none(ada: Person, stranger: Person) -> None:
    project, elsewhere = ada.project(), ada.project()
    top = ok(ada.http.post("/code", json={"project_id": project, "name": "feelings"}))

    def codes(*names: str) -> list[dict[str, object]]:
        return [{"project_id": project, "name": name, "parent_id": top["id"]} for name in names]

    before = int(ada.http.get(f"/code/{top['id']}").headers["x-project-revision"])
    bad = [*codes("joy", "Feelings", "grief", "GRIEF"), {"project_id": elsewhere, "name": "anger"}]
    refused = ada.http.post("/code/bulk/create", json=bad)
    assert refused.status_code == 422
    assert [(item["index"], item["type"]) for item in refused.json()["errors"]] == [
        (1, "code-name-taken"),
        (2, "code-named-twice"),
        (3, "code-named-twice"),
        (4, "other-project"),
    ]
    assert ada.http.post("/code/bulk/create", json=codes("joy", "JOY")).status_code == 409
    assert stranger.http.post("/code/bulk/create", json=codes("joy")).status_code == 404
    assert int(ada.http.get(f"/code/{top['id']}").headers["x-project-revision"]) == before

    made = ada.http.post("/code/bulk/create", json=codes("joy", "grief"), headers={"Idempotency-Key": "k"})
    assert made.status_code == 201
    assert int(made.headers["x-project-revision"]) == before + 2
    assert [(code["name"], code["parent_id"]) for code in made.json()] == [("joy", top["id"]), ("grief", top["id"])]
    assert [ok(ada.http.get(f"/code/{code['id']}")) for code in made.json()] == made.json()
    again = ada.http.post("/code/bulk/create", json=codes("joy", "grief"), headers={"Idempotency-Key": "k"})
    assert again.json() == made.json()
    assert ok(ada.http.post("/code/bulk/create", json=[])) == []


def test_more_codes_than_one_statement_takes_are_one_command(ada: Person) -> None:
    project = ada.project()
    made = ok(
        ada.http.post(
            "/code/bulk/create", json=[{"project_id": project, "name": f"chain-{number}"} for number in range(1_500)]
        )
    )
    assert len({code["id"] for code in made}) == 1_500
