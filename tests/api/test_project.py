"""Projects over HTTP, from founding one to ending it."""

from threading import Barrier, Thread

from tests.api.conftest import Person, ok


def test_a_project_is_founded_changed_and_ended(ada: Person, stranger: Person) -> None:
    other = ada.project(title="Diaries")
    founded = ada.http.post("/project", json={"title": "Letters", "description": "1914 to 1918"})
    assert (founded.status_code, founded.headers["etag"]) == (201, '"1"')
    letters = founded.json()
    path = f"/project/{letters['id']}"
    assert founded.headers["location"] == path
    assert int(founded.headers["x-project-revision"]) == letters["revision"]

    assert [one["id"] for one in ok(ada.http.get("/project/user/projects"))] == [other, letters["id"]]
    assert ok(stranger.http.get("/project/user/projects")) == []
    assert stranger.http.get(path).status_code == stranger.http.get("/project/987654").status_code == 404
    assert stranger.http.get(path).json()["detail"] == stranger.http.get("/project/987654").json()["detail"]

    retitled = ada.http.patch(path, json={"title": "Letters home"}, headers={"If-Match": '"1"'})
    assert (ok(retitled)["title"], retitled.headers["etag"]) == ("Letters home", '"2"')
    assert ada.http.patch(path, json={"title": "x"}, headers={"If-Match": '"1"'}).status_code == 412
    assert ada.http.patch(path, json={"title": "\\u0000 "}).status_code in (200, 422)
    assert ada.http.patch(path, json={}).status_code == 422
    unchanged = ok(ada.http.patch(path, json={"description": "1914 to 1918"}))
    assert unchanged["version"] == ok(ada.http.get(path))["version"]

    assert ok(ada.http.delete(path))["description"] == "1914 to 1918"
    assert ada.http.get(path).status_code == 404
    assert ada.http.delete(path).status_code == 404
    assert ada.http.get(f"/code/project/{letters['id']}").status_code == 404
    assert [one["id"] for one in ok(ada.http.get("/project/user/projects"))] == [other]


def test_a_new_project_is_furnished(ada: Person) -> None:
    project = ada.project()
    codes = ok(ada.http.get(f"/code/project/{project}"))
    assert codes
    assert all(code["is_system"] for code in codes)
    assert ada.http.patch(f"/code/{codes[0]['id']}", json={"name": "mine"}).status_code == 403
    assert {one["key"] for one in ok(ada.http.get(f"/projmeta/project/{project}"))} >= {"language", "author"}


def test_nothing_is_added_to_a_project_that_ends_at_the_same_moment(ada: Person) -> None:
    for round in range(5):
        project = ada.project()
        barrier = Barrier(5)
        statuses: list[int] = []

        def work(
            method: str, path: str, body: object, barrier: Barrier = barrier, statuses: list[int] = statuses
        ) -> None:
            barrier.wait()
            statuses.append(ada.http.request(method, path, json=body).status_code)

        creating = [("POST", "/code", {"project_id": project, "name": f"c{i}"}) for i in range(3)]
        asked = [
            *creating,
            ("PATCH", f"/project/{project}", {"title": f"t{round}"}),
            ("DELETE", f"/project/{project}", None),
        ]
        threads = [Thread(target=work, args=one) for one in asked]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert set(statuses) <= {200, 201, 404, 409}
        assert ada.http.get(f"/project/{project}").status_code == 404


def test_ending_a_project_can_be_repeated(ada: Person) -> None:
    project = ada.project()
    key = {"Idempotency-Key": "end-1"}
    ended = ok(ada.http.delete(f"/project/{project}", headers=key))
    assert ok(ada.http.delete(f"/project/{project}", headers=key)) == ended
