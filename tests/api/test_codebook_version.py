"""Codebook versions over HTTP."""

from tests.api.conftest import Person, ok


def test_a_codebook_version_is_declared_and_described(ada: Person, stranger: Person) -> None:
    project = ada.project()
    made = ada.http.post("/codebookversion", json={"project_id": project})
    assert made.status_code == 201
    version, path = made.json(), made.headers["location"]
    assert (version["name"], version["note"], version["user_id"]) == (None, None, ada.id)
    assert version["revision"] == int(made.headers["x-project-revision"])
    later = ok(ada.http.post("/codebookversion", json={"project_id": project, "name": "Second"}))
    assert ok(ada.http.get(f"/codebookversion/project/{project}")) == [version, later]

    named = ada.http.patch(path, json={"name": "Pilot", "note": "Five codes"}, headers={"If-Match": '"1"'})
    assert (ok(named)["name"], named.headers["etag"]) == ("Pilot", '"3"')
    assert ada.http.patch(path, json={"name": "x"}, headers={"If-Match": '"1"'}).status_code == 412
    assert ok(ada.http.patch(path, json={"name": None}))["name"] is None
    assert ada.http.patch(path, json={}).status_code == 422
    assert stranger.http.get(path).status_code == 404
    assert stranger.http.post("/codebookversion", json={"project_id": project}).status_code == 404
