"""The history of a project over HTTP."""

import json
from datetime import datetime, timedelta
from typing import Any
from unittest.mock import ANY

import httpx2
import pytest

from tests.api.conftest import Person, ok


def lines(response: httpx2.Response) -> list[dict[str, Any]]:
    assert response.headers["content-type"].startswith("application/x-ndjson")
    return [json.loads(line) for line in response.text.splitlines()]


@pytest.fixture
def project(ada: Person) -> int:
    """Ada makes two codes, renames the first, and deletes it."""
    project = ada.project()
    joy = ok(ada.http.post("/code", json={"project_id": project, "name": "joy"}))
    ok(ada.http.post("/code", json={"project_id": project, "name": "grief"}))
    ok(ada.http.patch(f"/code/{joy['id']}", json={"name": "delight", "color": "#000000"}))
    ok(ada.http.delete(f"/code/{joy['id']}"))
    return project


def test_the_history_is_read_page_by_page(ada: Person, project: int) -> None:
    path = f"/project/{project}/history"
    first = ada.http.get(path, params={"limit": 2})
    assert [entry["sentence"] for entry in ok(first)] == [
        "Ada Lovelace deleted the code delight",
        "Ada Lovelace renamed the code joy to delight and recoloured it",
    ]
    head = int(first.headers["x-project-revision"])
    assert first.json()[0]["revision"] == head
    assert "next" not in ada.http.get(path, params={"limit": 5}).links
    ok(ada.http.post("/code", json={"project_id": project, "name": "written meanwhile"}))

    second = ada.http.get(first.links["next"]["url"])
    assert [entry["sentence"] for entry in ok(second)] == [
        "Ada Lovelace created the code grief",
        "Ada Lovelace created the code joy",
    ]
    third = ada.http.get(second.links["next"]["url"])
    assert [entry["sentence"] for entry in ok(third)] == ["Ada Lovelace founded the project Letters from the front"]
    assert "next" not in third.links

    oldest = ada.http.get(path, params={"limit": 2, "order": "oldest"})
    assert ok(oldest) == [third.json()[0], second.json()[1]]
    following = ok(ada.http.get(oldest.links["next"]["url"]))
    assert [entry["revision"] for entry in following] == [head - 3, head - 1]


def test_an_entry_has_a_permanent_address(ada: Person, project: int) -> None:
    renamed = ok(ada.http.get(f"/project/{project}/history"))[1]
    assert renamed["count"] == 2
    assert [(change["was"], change["now"]) for change in renamed["changes"]] == [
        ("joy", "delight"),
        (ANY, "#000000"),
    ]
    for revision in (renamed["revision"] - 1, renamed["revision"]):
        assert ok(ada.http.get(f"/project/{project}/history/{revision}")) == renamed
    page = ada.http.get(f"/project/{project}/history/{renamed['revision']}", params={"limit": 1})
    rest = ada.http.get(page.links["next"]["url"])
    assert ok(page)["changes"] + ok(rest)["changes"] == renamed["changes"]
    assert "next" not in rest.links
    assert ada.http.get(f"/project/{project}/history/{renamed['revision'] + 2}").status_code == 404


def test_entries_are_filtered(ada: Person, project: int) -> None:
    path = f"/project/{project}/history"
    deleted, renamed, grief, joy, founded = ok(ada.http.get(path))
    code_id = deleted["changes"][0]["id"]

    def found(**params: Any) -> list[Any]:
        return list(ok(ada.http.get(path, params=params)))

    assert found(entity=f"code-{code_id}") == [deleted, renamed, joy]
    assert found(kind="code.created", actor=ada.id) == [grief, joy, founded]
    assert found(kind=["code.deleted", "project"]) == [deleted, founded]
    assert found(actor=ada.id + 1) == []
    assert found(**{"from": grief["recorded_at"], "to": renamed["recorded_at"]}) == [renamed, grief]
    just_after = datetime.fromisoformat(grief["recorded_at"]) + timedelta(microseconds=1)
    assert found(**{"from": just_after.isoformat(), "order": "oldest"}) == [renamed, deleted]
    assert found(to="1999-12-31") == []
    assert len(found(**{"from": "0001-01-01", "to": "9999-12-31T23:59:59.999999"})) == 5


def test_the_events_are_lines_of_json(ada: Person, project: int) -> None:
    path = f"/project/{project}/events"
    response = ada.http.get(path)
    events = lines(response)
    head = int(response.headers["x-project-revision"])
    assert [event["revision"] for event in events] == list(range(1, head + 1))
    last = events[-1]
    assert last["type"] == "code.deleted"
    assert last["data"] == {"name": "delight"}
    assert last["stream_version"] == 4
    assert last["actor_id"] == ada.id
    assert last["recorded_at"].endswith("Z")
    assert set(last) == {
        *("revision", "type", "stream_id", "stream_version", "actor_id", "command_id", "correlation_id"),
        *("recorded_at", "schema_version", "data"),
    }
    assert lines(ada.http.get(path, params={"after": 2, "limit": 2})) == events[2:4]
    assert lines(ada.http.get(path, params={"after": head})) == []
    assert lines(ada.http.get(path, params={"after": head + 10, "limit": 1})) == []


def test_a_reader_may_read_it_and_a_stranger_may_not(ada: Person, stranger: Person, project: int) -> None:
    paths = [f"/project/{project}/{rest}" for rest in ("history", "history/1", "events")]
    for path in paths:
        assert stranger.http.get(path).status_code == 404
        assert stranger.http.get(path).json() == stranger.http.get("/project/987654/history").json()
        assert ada.http.get(path, headers={"Authorization": "Bearer nonsense"}).status_code == 401
    ok(ada.http.patch(f"/user/{project}/user", json={"email": stranger.email, "role": "reader"}))
    assert [stranger.http.get(path).status_code for path in paths] == [200, 200, 200]
    assert ok(stranger.http.get(paths[0]))[0]["sentence"] == "Ada Lovelace added Mallory Stranger as a reader"


WRONG: list[tuple[dict[str, Any], str]] = [
    ({"kind": "code.renamde"}, "code.renamed"),
    ({"kind": ["code", "nonsense"]}, "code.renamed"),
    ({"entity": "kode-1"}, "span_group"),
    ({"entity": "code"}, "pattern"),
    ({"entity": "code-0"}, "pattern"),
    ({"entity": "code-99999999999999999999"}, "pattern"),
    ({"entity": "code-\x00"}, "pattern"),
    ({"order": "random"}, "newest"),
    ({"limit": 0}, "limit"),
    ({"limit": 201}, "limit"),
    ({"cursor": -1}, "cursor"),
    ({"cursor": 2**53}, "cursor"),
    ({"skip": 10_001}, "skip"),
    ({"actor": 0}, "actor"),
    ({"from": "yesterday"}, "from"),
    ({"to": "9999-12-31T23:59:59-10:00"}, "moment"),
]


def test_what_cannot_be_asked_is_said(ada: Person) -> None:
    project = ada.project()
    for params, says in WRONG:
        response = ada.http.get(f"/project/{project}/history", params=params)
        assert (response.status_code, says in response.text) == (422, True), params


def test_a_revision_that_cannot_be_is_refused(ada: Person) -> None:
    project = ada.project()
    for rest in ("history/0", "history/x", "history/9007199254740992", "events?after=-1", "events?limit=0"):
        assert ada.http.get(f"/project/{project}/{rest}").status_code == 422
