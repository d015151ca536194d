"""Codes over HTTP, from making one to losing it."""

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


def test_a_repeated_request_is_answered_again_and_not_done_again(ada: Person) -> None:
    project = ada.project()
    body = {"project_id": project, "name": "joy"}
    key = {"Idempotency-Key": "k-1"}
    first = ok(ada.http.post("/code", json=body, headers=key))
    assert ok(ada.http.post("/code", json=body, headers=key)) == first
    assert ada.http.post("/code", json={**body, "name": "other"}, headers=key).status_code == 422
    gone = ok(ada.http.delete(f"/code/{first['id']}", headers=key))
    assert ok(ada.http.delete(f"/code/{first['id']}", headers=key)) == gone
