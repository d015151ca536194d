"""A request is answered again as it was, though what it made or changed has been removed meanwhile."""

from collections.abc import Callable
from typing import Any

import pytest
from fastapi import FastAPI

from tests.api.annotated import Place
from tests.api.annotated import place as furnished
from tests.api.conftest import Person, ok

Making = Callable[[Place], tuple[str, Any]]

SINGLE: dict[str, Making] = {
    "code": lambda at: ("/code", {"project_id": at.project, "name": "joy"}),
    "tag": lambda at: ("/tag", {"project_id": at.project, "name": "crew"}),
    "folder": lambda at: ("/folder/", {"project_id": at.project, "name": "drafts", "folder_type": "normal"}),
    "projmeta": lambda at: (
        "/projmeta",
        {"project_id": at.project, "key": "ship", "metatype": "STRING", "doctype": "text", "description": ""},
    ),
    "span": lambda at: ("/span", at.span("sea")),
    "sentence": lambda at: ("/sentence", at.sentence()),
    "spangroup": lambda at: ("/spangroup", {"sdoc_id": at.sdoc, "name": "ships", "span_annotation_ids": []}),
    "memo": lambda at: (
        f"/memo?attached_object_id={at.calm}&attached_object_type=code",
        {"title": "Why?", "content": "", "content_json": ""},
    ),
}
CHANGES: dict[str, Any] = {
    "code": {"name": "delight"},
    "tag": {"name": "passengers"},
    "folder": {"name": "letters"},
    "projmeta": {"description": "Its name"},
    "span": {"end": 12},
    "sentence": {"sentence_id_end": 1},
    "spangroup": {"name": "boats"},
    "memo": {"title": "Because"},
}
BULK: dict[str, Making] = {
    "code": lambda at: ("/code/bulk/create", [{"project_id": at.project, "name": name} for name in ("joy", "grief")]),
    "span": lambda at: ("/span/bulk/create", [at.span("sea"), at.span("wind")]),
    "sentence": lambda at: ("/sentence/bulk/create", [at.sentence(0), at.sentence(1, 1)]),
}


@pytest.mark.parametrize("area", SINGLE)
def test_a_creation_is_answered_again_after_the_end_of_what_it_created(app: FastAPI, ada: Person, area: str) -> None:
    path, body = SINGLE[area](furnished(app, ada))
    key = {"Idempotency-Key": "k-1"}
    made = ada.http.post(path, json=body, headers=key)
    assert made.status_code == 201
    own = made.headers["Location"]
    read = ada.http.get(own)
    assert ok(read) == made.json()
    assert read.headers["ETag"] == made.headers["ETag"]
    ok(ada.http.delete(own))
    again = ada.http.post(path, json=body, headers=key)
    assert again.status_code == 201
    assert again.json() == made.json()
    assert ada.http.get(own).status_code == 404


@pytest.mark.parametrize("area", CHANGES)
def test_so_is_a_change(app: FastAPI, ada: Person, area: str) -> None:
    path, body = SINGLE[area](furnished(app, ada))
    own = ada.http.post(path, json=body).headers["Location"]
    method = "PUT" if area == "folder" else "PATCH"
    key = {"Idempotency-Key": "k-1"}
    changed = ok(ada.http.request(method, own, json=CHANGES[area], headers=key))
    assert ok(ada.http.get(own)) == changed
    ok(ada.http.delete(own))
    assert ok(ada.http.request(method, own, json=CHANGES[area], headers=key)) == changed


@pytest.mark.parametrize("area", BULK)
def test_so_are_many_creations_in_their_order(app: FastAPI, ada: Person, area: str) -> None:
    path, body = BULK[area](furnished(app, ada))
    key = {"Idempotency-Key": "k-1"}
    made = ok(ada.http.post(path, json=body, headers=key))
    ok(ada.http.delete(f"/{area}/{made[0]['id']}"))
    assert ok(ada.http.post(path, json=body, headers=key)) == made


ELSEWHERE: dict[str, Callable[[Place, int, int], tuple[str, str, str]]] = {
    "a merge": lambda at, _, __: ("POST", f"/code/{at.calm}/merge_into/{at.unrest}", f"/code/{at.unrest}"),
    "a grouping": lambda _, span, group: ("PATCH", f"/span/{span}/group/{group}", f"/span/{span}"),
    "an ungrouping": lambda _, span, group: ("DELETE", f"/span/{span}/group/{group}", f"/span/{span}"),
}
"""A request, and what its answer is about, which is not what it changes."""


@pytest.mark.parametrize("what", ELSEWHERE)
def test_so_is_what_is_answered_with_something_else(app: FastAPI, ada: Person, what: str) -> None:
    at = furnished(app, ada)
    span = ok(ada.http.post("/span", json=at.span("sea")))["id"]
    group = ok(ada.http.post("/spangroup", json={"sdoc_id": at.sdoc, "name": "ships", "span_annotation_ids": []}))["id"]
    method, path, about = ELSEWHERE[what](at, span, group)
    key = {"Idempotency-Key": "k-1"}
    done = ok(ada.http.request(method, path, headers=key))
    ok(ada.http.delete(about))
    assert ok(ada.http.request(method, path, headers=key))["id"] == done["id"]
