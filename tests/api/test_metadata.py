"""Metadata definitions and values over HTTP."""

from collections.abc import Callable
from typing import Any

import pytest
from fastapi import FastAPI

from tests.api.conftest import Person, ok
from tests.api.test_tag import join
from tests.documents import uploaded

NOTHING = dict.fromkeys(("str_value", "int_value", "date_value", "boolean_value", "list_value"))


@pytest.fixture
def project(ada: Person) -> int:
    return ada.project()


@pytest.fixture
def sdocs(app: FastAPI, project: int) -> list[int]:
    return [uploaded(app.state.services, project, f"{n}.txt", f"Letter {n}.") for n in range(2)]


def define(person: Person, project: int, key: str, metatype: str, **more: Any) -> int:
    body = {"project_id": project, "key": key, "metatype": metatype, "doctype": "text", "description": "", **more}
    return int(ok(person.http.post("/projmeta", json=body))["id"])


def value(person: Person, sdoc: int, key: str) -> dict[str, Any]:
    found: dict[str, Any] = ok(person.http.get(f"/sdocmeta/sdoc/{sdoc}/metadata/{key}"))
    return found


def test_a_definition_lives_and_dies(ada: Person, stranger: Person, project: int, sdocs: list[int]) -> None:
    given = ok(ada.http.get(f"/projmeta/project/{project}"))
    assert {one["key"]: one["metatype"] for one in given} == {
        "language": "STRING",
        "author": "STRING",
        "date": "DATE",
        "url": "STRING",
        "keywords": "LIST",
    }
    body = {"project_id": project, "key": "Pages", "metatype": "NUMBER", "doctype": "text", "description": ""}
    made = ada.http.post("/projmeta", json=body)
    assert (made.status_code, made.headers["etag"]) == (201, '"1"')
    path = made.headers["location"]
    assert ok(ada.http.get(path)) == made.json()
    assert ada.http.post("/projmeta", json={**body, "key": "pages"}).status_code == 409
    assert ada.http.post("/projmeta", json={**body, "key": "x", "metatype": "TEXT"}).status_code == 422
    assert stranger.http.get(path).status_code == 404

    pages = value(ada, sdocs[0], "pages")
    ok(ada.http.patch(f"/sdocmeta/{pages['id']}", json={"int_value": 3}))
    assert ada.http.patch(path, json={"metatype": "STRING"}).status_code == 409
    renamed = ada.http.patch(path, json={"key": "Leaves", "description": "x"}, headers={"If-Match": '"1"'})
    assert ok(renamed)["key"] == "Leaves"
    assert ada.http.patch(path, json={"key": "x"}, headers={"If-Match": '"1"'}).status_code == 412
    assert value(ada, sdocs[0], "LEAVES")["int_value"] == 3
    assert ok(ada.http.delete(path))["key"] == "Leaves"
    assert ada.http.get(path).status_code == 404
    assert ada.http.get(f"/sdocmeta/{pages['id']}").status_code == 404
    assert len(ok(ada.http.get(f"/sdocmeta/sdoc/{sdocs[0]}"))) == 5


def test_a_value_is_set_and_cleared(ada: Person, stranger: Person, sdocs: list[int]) -> None:
    author = value(ada, sdocs[0], "author")
    assert {field: author[field] for field in NOTHING} == NOTHING
    assert author["source_document_id"] == sdocs[0]
    path = f"/sdocmeta/{author['id']}"
    unset = ada.http.get(path)
    assert (ok(unset), unset.headers["etag"]) == (author, '"0"')

    done = ada.http.patch(path, json={**NOTHING, "str_value": "Käthe"}, headers={"If-Match": '"0"'})
    assert (ok(done)["str_value"], done.headers["etag"]) == ("Käthe", '"1"')
    assert ada.http.patch(path, json={"str_value": "Karl"}, headers={"If-Match": '"0"'}).status_code == 412
    wrong = ada.http.patch(path, json={"int_value": 3})
    assert (wrong.status_code, wrong.json()["errors"][0]["loc"]) == (422, ["body", "int_value"])
    assert ada.http.patch(path, json={}).status_code == 422
    assert stranger.http.patch(path, json={"str_value": "x"}).status_code == 404
    assert ada.http.patch("/sdocmeta/17", json={"str_value": "x"}).status_code == 404
    assert ada.http.get(f"/sdocmeta/{2**53}").status_code == 422

    key = {"Idempotency-Key": "k-1"}
    for _ in range(2):
        cleared = ada.http.delete(path, headers=key)
        assert (ok(cleared)["str_value"], cleared.headers["etag"]) == (None, '"2"')
    assert ok(ada.http.patch(path, json={"str_value": "Karl"}, headers={"If-Match": '"2"'}))["version"] == 3
    assert ok(ada.http.patch(path, json=NOTHING))["str_value"] is None
    assert ada.http.get(f"/sdocmeta/sdoc/{sdocs[0]}/metadata/none").status_code == 404


@pytest.mark.parametrize(
    ("metatype", "field", "given", "read"),
    [
        ("NUMBER", "int_value", 3, 3),
        ("NUMBER", "int_value", 2.5, 2.5),
        ("NUMBER", "int_value", 1e300, 1e300),
        ("BOOLEAN", "boolean_value", False, False),
        ("DATE", "date_value", "1916-02-21T10:00:00+02:00", "1916-02-21T08:00:00Z"),
        ("DATE", "date_value", "0079-08-24", "0079-08-24T00:00:00Z"),
        ("LIST", "list_value", ["hunger", 'it\'s "cold"'], ["hunger", 'it\'s "cold"']),
        ("LIST", "list_value", [], []),
    ],
)
def test_values_have_types(
    ada: Person, project: int, sdocs: list[int], metatype: str, field: str, given: Any, read: Any
) -> None:
    define(ada, project, "a/b ?", metatype)
    unset = value(ada, sdocs[0], "a/b %3F")
    ok(ada.http.patch(f"/sdocmeta/{unset['id']}", json={field: given}))
    done = value(ada, sdocs[0], "A/B %3F")
    assert done == {**unset, field: read, "version": 1}
    assert type(done[field]) is type(read)
    assert value(ada, sdocs[1], "a/b %3F")[field] is None


def test_many_values_are_set_at_once_or_none(ada: Person, project: int, sdocs: list[int]) -> None:
    ids = [value(ada, sdoc, "author")["id"] for sdoc in sdocs]
    updates = [{**NOTHING, "id": id, "str_value": "Käthe"} for id in ids]
    assert [one["str_value"] for one in ok(ada.http.patch("/sdocmeta/bulk/update", json=updates))] == ["Käthe"] * 2
    bad = [{"id": ids[1], "str_value": "Karl"}, {"id": ids[0], "int_value": 3}, {"id": 17, "str_value": "x"}]
    refused = ada.http.patch("/sdocmeta/bulk/update", json=bad)
    assert refused.status_code == 422
    assert [error["index"] for error in refused.json()["errors"]] == [1, 2]
    assert value(ada, sdocs[1], "author")["str_value"] == "Käthe"
    refused = ada.http.patch("/sdocmeta/bulk/update", json=[{"id": 2**50, "str_value": "x"}, updates[0]])
    assert [error["index"] for error in refused.json()["errors"]] == [0]
    assert ada.http.patch("/sdocmeta/bulk/update", json=[{"id": ids[0]}]).json()["errors"][0]["index"] == 0
    assert ok(ada.http.patch("/sdocmeta/bulk/update", json=[])) == []


def test_who_may_set_values(ada: Person, person: Callable[..., Person], project: int, sdocs: list[int]) -> None:
    bob = join(ada, project, person("Bob", "Hobbes"), "annotator")
    author = value(bob, sdocs[0], "author")
    assert bob.http.patch(f"/sdocmeta/{author['id']}", json={"str_value": "x"}).status_code == 403
    assert bob.http.patch("/sdocmeta/bulk/update", json=[{"id": author["id"], "str_value": "x"}]).status_code == 403
    assert bob.http.delete(f"/sdocmeta/{author['id']}").status_code == 403
    body = {"project_id": project, "key": "x", "metatype": "LIST", "doctype": "text", "description": ""}
    assert bob.http.post("/projmeta", json=body).status_code == 403
    define(ada, project, "checksum", "STRING", read_only=True)
    fixed = value(ada, sdocs[0], "checksum")
    assert ada.http.patch(f"/sdocmeta/{fixed['id']}", json={"str_value": "x"}).status_code == 403
