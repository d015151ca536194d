"""Folders over HTTP, from making one to losing it with all that is inside."""

from fastapi import FastAPI

from tests.api.conftest import Person, ok
from tests.documents import uploaded


def folder(person: Person, project: int, name: str, parent_id: int | None = None) -> int:
    body = {"project_id": project, "name": name, "parent_id": parent_id, "folder_type": "normal"}
    return int(ok(person.http.post("/folder/", json=body))["id"])


def test_a_folder_lives_and_dies(app: FastAPI, ada: Person, stranger: Person) -> None:
    project = ada.project()
    made = ada.http.post("/folder/", json={"project_id": project, "name": "Letters"})
    assert made.status_code == 201
    letters = made.json()["id"]
    assert made.headers["location"] == f"/folder/{letters}"
    early, kept = folder(ada, project, "Early", letters), folder(ada, project, "Kept")
    for body in ({"name": "LETTERS"}, {"name": "early", "parent_id": letters}):
        assert ada.http.post("/folder/", json={"project_id": project, **body}).status_code == 409
    assert ada.http.post("/folder/", json={"project_id": project, "name": "x", "parent_id": 999}).status_code == 422
    assert stranger.http.get(f"/folder/{letters}").status_code == 404
    assert stranger.http.post("/folder/", json={"project_id": project, "name": "x"}).status_code == 404

    path = f"/folder/{letters}"
    renamed = ada.http.put(path, json={"name": "Post"}, headers={"If-Match": '"1"'})
    assert (ok(renamed)["name"], renamed.headers["etag"]) == ("Post", '"2"')
    assert ada.http.put(path, json={"name": "x"}, headers={"If-Match": '"1"'}).status_code == 412
    assert ada.http.put(path, json={}).status_code == 422
    assert ada.http.put(path, json={"parent_id": early}).status_code == 409

    inside, outside = (uploaded(app.state.services, project, f"{n}.txt", "Words.") for n in (1, 2))
    made_of = ok(ada.http.get(f"/sdoc/{inside}"))["folder_id"]
    ok(ada.http.put(f"/folder/{made_of}", json={"parent_id": early}))
    assert ok(ada.http.get(f"/folder/sdocids/{letters}")) == {str(letters): [], str(early): [], str(made_of): [inside]}
    code = ok(ada.http.post("/code", json={"project_id": project, "name": "joy"}))["id"]
    span = ok(ada.http.post("/span", json={"sdoc_id": inside, "code_id": code, "begin": 0, "end": 5}))["id"]

    key = {"Idempotency-Key": "k"}
    gone = ok(ada.http.delete(path, headers=key))
    assert gone["name"] == "Post"
    assert ok(ada.http.delete(path, headers=key)) == gone
    for what in (path, f"/folder/{early}", f"/folder/{made_of}", f"/sdoc/{inside}", f"/span/{span}"):
        assert ada.http.get(what).status_code == 404
    assert ok(ada.http.get(f"/sdoc/{outside}"))["status"] == "done"
    assert [one["id"] for one in ok(ada.http.get(f"/folder/project/{project}/folder/normal"))] == [kept]


def test_folders_are_moved_together_or_not_at_all(ada: Person) -> None:
    project = ada.project()
    target = folder(ada, project, "Target")
    a, b, twin = (folder(ada, project, name) for name in ("A", "B", "C"))
    same = folder(ada, project, "c", a)

    def move(target_id: int, *ids: int) -> tuple[int, list[int | None]]:
        answer = ada.http.post(f"/folder/move_folders?target_folder_id={target_id}", json=list(ids))
        return answer.status_code, [one["parent_id"] for one in answer.json()] if answer.is_success else []

    assert move(target, a, b) == (200, [target, target])
    assert move(target, a, b) == (200, [target, target])
    assert move(-1, a) == (200, [None])
    assert move(target, twin, same)[0] == 409
    assert move(a, b, a)[0] == 409
    assert move(same, a)[0] == 409
    assert move(target, twin, 999_999)[0] == 404
    assert ok(ada.http.get(f"/folder/{twin}"))["parent_id"] is None
    refused = ada.http.post(f"/folder/move_folders?target_folder_id={a}", json=[b, a])
    assert [one["index"] for one in refused.json()["errors"]] == [1]
    refused = ada.http.post("/folder/move_folders?target_folder_id=-1", json=[999_999, b, b, 999_999])
    assert [one["index"] for one in refused.json()["errors"]] == [0, 3]
    assert move(-1, b, b) == (200, [None, None])


def test_folders_come_in_pages(ada: Person) -> None:
    project = ada.project()
    ids = [folder(ada, project, f"F{n}") for n in range(5)]
    path: str | None = f"/folder/project/{project}/folder/normal?limit=2"
    seen: list[int] = []
    while path:
        page = ada.http.get(path)
        seen += [one["id"] for one in ok(page)]
        path = page.links.get("next", {}).get("url")
    assert seen == ids
