"""Memos over HTTP."""

from collections.abc import Callable
from typing import Any

import httpx2
import pytest
from fastapi import FastAPI

from tests.api.conftest import Person, ok
from tests.api.test_tag import join
from tests.documents import uploaded

IRONY = {"title": "Irony?", "content": "He has not eaten.", "content_json": "{}"}


def write(person: Person, object_type: str, object_id: int, **more: Any) -> httpx2.Response:
    place: dict[str, str | int] = {"attached_object_type": object_type, "attached_object_id": object_id}
    return person.http.post("/memo", params=place, json={**IRONY, **more})


@pytest.fixture
def project(ada: Person) -> int:
    return ada.project()


@pytest.fixture
def code(ada: Person, project: int) -> int:
    return int(ok(ada.http.post("/code", json={"project_id": project, "name": "hunger"}))["id"])


def test_a_memo_lives_and_dies(ada: Person, stranger: Person, project: int, code: int) -> None:
    other = ok(write(ada, "project", project))
    made = write(ada, "code", code, starred=True)
    assert (made.status_code, made.headers["etag"]) == (201, '"1"')
    memo, path = made.json(), made.headers["location"]
    assert (memo["user_id"], memo["project_id"], memo["starred"]) == (ada.id, project, True)
    assert (memo["attached_object_type"], memo["attached_object_id"]) == ("code", code)
    assert ok(ada.http.get(f"/code/{code}"))["memo_ids"] == [memo["id"]]
    place = f"/memo/attached_obj/code/to/{code}"
    assert ok(ada.http.get(place)) == [memo]
    assert ok(ada.http.get(f"{place}/user")) == memo
    assert ok(ada.http.get(path)) == memo
    assert ok(ada.http.get(f"/memo/attached_obj/project/to/{project}")) == [other]

    assert write(ada, "code", code).status_code == 409
    assert write(ada, "code", 10**9).status_code == 404
    assert write(stranger, "code", code).status_code == 404
    assert stranger.http.get(path).status_code == 404
    later = write(ada, "whiteboard", 1)
    assert later.status_code == 422
    assert "span_annotation" in later.json()["detail"]

    changed = ada.http.patch(path, json={"title": "Irony", "starred": False}, headers={"If-Match": '"1"'})
    assert (ok(changed)["title"], changed.headers["etag"]) == ("Irony", '"3"')
    assert ada.http.patch(path, json={"title": "x"}, headers={"If-Match": '"1"'}).status_code == 412
    assert ada.http.patch(path, json={}).status_code == 422
    key = {"Idempotency-Key": "k-1"}
    gone = ok(ada.http.delete(path, headers=key))
    assert gone["title"] == "Irony"
    assert ok(ada.http.delete(path, headers=key)) == gone
    assert ada.http.get(path).status_code == 404
    assert ada.http.get(f"{place}/user").status_code == 404


def test_memos_are_on_everything_that_is_read_or_said(app: FastAPI, ada: Person, project: int, code: int) -> None:
    sdoc = uploaded(app.state.services, project, "letter.txt", "The bread is good. I have not eaten.")
    tag = ok(ada.http.post("/tag", json={"project_id": project, "name": "letter"}))["id"]
    span = ok(ada.http.post("/span", json={"sdoc_id": sdoc, "code_id": code, "begin": 0, "end": 9}))["id"]
    sentence_body = {"sdoc_id": sdoc, "code_id": code, "sentence_id_start": 0, "sentence_id_end": 1}
    sentence = ok(ada.http.post("/sentence", json=sentence_body))["id"]
    group = ok(ada.http.post("/spangroup", json={"name": "bread", "sdoc_id": sdoc, "span_annotation_ids": [span]}))[
        "id"
    ]
    places = {
        "source_document": sdoc,
        "tag": tag,
        "span_annotation": span,
        "sentence_annotation": sentence,
        "span_group": group,
    }
    memos = {object_type: ok(write(ada, object_type, id))["id"] for object_type, id in places.items()}
    assert ok(ada.http.get(f"/sdoc/{sdoc}"))["memo_ids"] == [memos["source_document"]]
    assert ok(ada.http.get(f"/tag/{tag}"))["memo_ids"] == [memos["tag"]]
    assert ok(ada.http.get(f"/span/{span}"))["memo_ids"] == [memos["span_annotation"]]
    assert ok(ada.http.get(f"/sentence/{sentence}"))["memo_ids"] == [memos["sentence_annotation"]]

    ok(ada.http.delete(f"/tag/{tag}"))
    ok(ada.http.delete(f"/code/{code}"))
    left = [object_type for object_type, id in memos.items() if ada.http.get(f"/memo/{id}").is_success]
    assert left == ["source_document", "span_group"]


def test_merging_codes_moves_the_memos(ada: Person, project: int, code: int) -> None:
    into = ok(ada.http.post("/code", json={"project_id": project, "name": "want"}))["id"]
    memo = ok(write(ada, "code", code))["id"]
    merged = ok(ada.http.post(f"/code/{code}/merge_into/{into}"))
    assert merged["memo_ids"] == [memo]
    assert ok(ada.http.get(f"/memo/{memo}"))["attached_object_id"] == into


def test_memos_are_personal(ada: Person, person: Callable[..., Person], project: int, code: int) -> None:
    bob = join(ada, project, person("Bob", "Hobbes"), "annotator")
    eve = join(ada, project, person("Eve", "Reader"), "reader")
    memo = ok(write(bob, "code", code))["id"]
    mine = ok(write(ada, "code", code))["id"]
    assert write(eve, "code", code).status_code == 403
    assert [one["id"] for one in ok(eve.http.get(f"/memo/attached_obj/code/to/{code}"))] == [memo, mine]
    assert ok(bob.http.get(f"/memo/attached_obj/code/to/{code}/user"))["id"] == memo
    assert bob.http.patch(f"/memo/{mine}", json={"title": "x"}).status_code == 403
    assert bob.http.delete(f"/memo/{mine}").status_code == 403
    assert eve.http.delete(f"/memo/{memo}").status_code == 403
    assert ok(bob.http.patch(f"/memo/{memo}", json={"title": "x"}))["title"] == "x"
    assert ok(ada.http.delete(f"/memo/{memo}"))["user_id"] == bob.id
