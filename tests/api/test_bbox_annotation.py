"""Bbox annotations over HTTP."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from unittest.mock import ANY

import pytest
from fastapi import FastAPI

from tests.api.annotated import Place, join
from tests.api.annotated import place as furnished
from tests.api.conftest import Person, ok
from tests.documents import pictured

WHALE = {"x_min": 4, "x_max": 20, "y_min": 8, "y_max": 30}


@dataclass(frozen=True)
class Sight:
    """An image of 40 by 30 pixels, in a project with a text and two codes."""

    place: Place
    sdoc: int

    def bbox(self, **more: Any) -> dict[str, Any]:
        return {"sdoc_id": self.sdoc, "code_id": self.place.calm, **WHALE, **more}


@pytest.fixture
def sight(app: FastAPI, ada: Person) -> Sight:
    place = furnished(app, ada)
    return Sight(place, pictured(app.state.services, place.project, "whale.png", 40, 30))


def test_a_box_lives_and_dies(ada: Person, stranger: Person, sight: Sight) -> None:
    made = ada.http.post("/bbox", json=sight.bbox())
    bbox = ok(made)
    assert (made.status_code, made.headers["etag"]) == (201, '"1"')
    assert {side: bbox[side] for side in WHALE} == WHALE
    assert (bbox["user_id"], bbox["project_id"], bbox["sdoc_id"]) == (ada.id, sight.place.project, sight.sdoc)
    assert (bbox["memo_ids"], bbox["is_outdated"], bbox["is_orphaned"]) == ([], False, False)
    assert not {"text_version", "coded_revision"} & bbox.keys()
    path = made.headers["location"]
    assert path == f"/bbox/{bbox['id']}"
    assert ok(ada.http.get(path)) == bbox
    assert stranger.http.get(path).json() == ada.http.get("/bbox/999999").json()
    other = ok(ada.http.put("/bbox", json=sight.bbox(code_id=sight.place.unrest)))

    changed = ada.http.patch(path, json={"code_id": sight.place.unrest, "x_max": 40}, headers={"If-Match": '"1"'})
    moved = {**bbox, "code_id": sight.place.unrest, "x_max": 40, "version": 3, "updated": ANY}
    assert (ok(changed), changed.headers["etag"]) == (moved, '"3"')
    assert ada.http.patch(path, json={"y_min": 0}, headers={"If-Match": '"1"'}).status_code == 412
    assert ada.http.patch(path, json={}).status_code == 422

    assert ok(ada.http.delete(path)) == {**moved, "version": ANY}
    assert ada.http.get(path).status_code == 404
    assert ok(ada.http.get(f"/bbox/sdoc/{sight.sdoc}")) == [other]


def test_boxes_are_listed_by_image_author_and_code(
    app: FastAPI, ada: Person, person: Callable[..., Person], sight: Sight
) -> None:
    bob = join(ada, sight.place.project, person("Bob"), "annotator")
    mine = [ok(ada.http.post("/bbox", json=sight.bbox(x_min=x))) for x in (0, 1)]
    theirs = ok(bob.http.post("/bbox", json=sight.bbox()))
    second = pictured(app.state.services, sight.place.project, "sea.png")
    elsewhere = ok(ada.http.post("/bbox", json=sight.bbox(sdoc_id=second)))
    ok(ada.http.post("/bbox", json=sight.bbox(sdoc_id=second, code_id=sight.place.unrest)))

    assert ok(ada.http.get(f"/bbox/sdoc/{sight.sdoc}/user/{ada.id}")) == mine
    assert ok(bob.http.get(f"/bbox/code/{sight.place.calm}/user")) == [theirs]
    assert ok(ada.http.get(f"/bbox/code/{sight.place.calm}/user")) == [*mine, elsewhere]
    first = ada.http.get(f"/bbox/sdoc/{sight.sdoc}?limit=2")
    assert ok(first) == mine
    assert ok(ada.http.get(first.links["next"]["url"])) == [theirs]
    assert ok(ada.http.get(f"/sdoc/{sight.sdoc}/annotators")) == [ada.id, bob.id]
    assert ok(ada.http.get(f"/sdoc/{second}/annotators")) == [ada.id]


def test_many_are_made_changed_and_removed_at_once(ada: Person, sight: Sight) -> None:
    stays = ok(ada.http.post("/bbox", json=sight.bbox()))
    made = ada.http.post("/bbox/bulk/create", json=[sight.bbox(x_min=x) for x in (0, 1, 2)])
    ids = [bbox["id"] for bbox in ok(made)]
    assert (made.status_code, [bbox["x_min"] for bbox in ok(made)]) == (201, [0, 1, 2])
    items = [{"bbox_annotation_id": id, "code_id": sight.place.unrest} for id in ids]
    changed = ok(ada.http.patch("/bbox/bulk/update", json=items))
    assert changed == [{**bbox, "code_id": sight.place.unrest, "version": 2, "updated": ANY} for bbox in ok(made)]
    gone = ok(ada.http.request("DELETE", "/bbox/bulk/delete", json=ids))
    assert [(bbox["id"], bbox["code_id"]) for bbox in gone] == [(id, sight.place.unrest) for id in ids]
    assert ok(ada.http.get(f"/bbox/sdoc/{sight.sdoc}")) == [stays]
    for method, path in (("POST", "create"), ("PATCH", "update"), ("DELETE", "delete")):
        assert ok(ada.http.request(method, f"/bbox/bulk/{path}", json=[])) == []


def test_one_bad_item_spoils_them_all_and_is_named(ada: Person, sight: Sight) -> None:
    bbox = ok(ada.http.post("/bbox", json=sight.bbox()))
    good = sight.bbox()
    bad = [sight.bbox(x_max=41), sight.bbox(code_id=999_999), sight.bbox(sdoc_id=sight.place.sdoc)]
    refused = ada.http.post("/bbox/bulk/create", json=[good, *bad])
    assert refused.status_code == 422
    assert [(error["index"], error["loc"]) for error in refused.json()["errors"]] == [
        (1, ["body", 1, "x_max"]),
        (2, ["body", 2, "code_id"]),
        (3, ["body", 3, "sdoc_id"]),
    ]
    items = [{"bbox_annotation_id": bbox["id"], "y_min": 0}, {"bbox_annotation_id": 999_999, "y_min": 0}]
    missing = ada.http.patch("/bbox/bulk/update", json=items)
    assert (missing.status_code, missing.json()["errors"][0]["index"]) == (404, 1)
    for ids in ([bbox["id"], 999_999], [bbox["id"], bbox["id"]]):
        missing = ada.http.request("DELETE", "/bbox/bulk/delete", json=ids)
        assert (missing.status_code, missing.json()["errors"][0]["index"]) == (404, 1)
    assert ok(ada.http.get(f"/bbox/sdoc/{sight.sdoc}")) == [bbox]


@pytest.mark.parametrize(
    ("more", "status"),
    [
        ({"x_min": 0, "x_max": 40, "y_min": 0, "y_max": 30}, 201),
        ({"x_max": 41}, 422),
        ({"y_max": 31}, 422),
        ({"x_min": 20}, 422),
        ({"y_max": 8}, 422),
        ({"x_min": -1}, 422),
        ({"x_min": 4.5}, 422),
        ({"x_max": 2**63}, 422),
        ({"code_id": 999_999}, 422),
        ({"sdoc_id": 999_999}, 404),
    ],
)
def test_what_a_box_may_be(ada: Person, sight: Sight, more: dict[str, Any], status: int) -> None:
    assert ada.http.post("/bbox", json=sight.bbox(**more)).status_code == status


def test_a_box_that_leaves_the_image_is_told_how_large_that_is(ada: Person, sight: Sight) -> None:
    path = ada.http.post("/bbox", json=sight.bbox()).headers["location"]
    for refused in (ada.http.post("/bbox", json=sight.bbox(y_max=31)), ada.http.patch(path, json={"y_max": 31})):
        assert refused.status_code == 422
        assert refused.json()["errors"][0]["loc"] == ["body", "y_max"]
        assert "From 8 to 31 in y is no box of this image" in refused.json()["detail"]
        assert "40 pixels wide and 30 high" in refused.json()["detail"]


def test_boxes_are_on_images_and_passages_in_texts(app: FastAPI, ada: Person, sight: Sight) -> None:
    on_text = ada.http.post("/bbox", json=sight.bbox(sdoc_id=sight.place.sdoc))
    span = ada.http.post("/span", json=sight.place.span("sea", sdoc_id=sight.sdoc))
    sentence = ada.http.post("/sentence", json=sight.place.sentence(sdoc_id=sight.sdoc))
    for refused, told in (
        (on_text, "of type text, not image"),
        (span, "of type image, not text"),
        (sentence, "of type image, not text"),
    ):
        assert (refused.status_code, refused.json()["errors"][0]["loc"]) == (422, ["body", "sdoc_id"])
        assert told in refused.json()["detail"]
    assert ok(ada.http.get(f"/bbox/sdoc/{sight.place.sdoc}")) == []
    waiting = pictured(app.state.services, sight.place.project, "later.png", processed=False)
    assert ada.http.post("/bbox", json=sight.bbox(sdoc_id=waiting)).status_code == 409


def test_only_the_author_or_an_editor_changes_a_box(ada: Person, person: Callable[..., Person], sight: Sight) -> None:
    bob, cleo, dora = (
        join(ada, sight.place.project, person(name), role)
        for name, role in (("Bob", "annotator"), ("Cleo", "annotator"), ("Dora", "reader"))
    )
    path = bob.http.post("/bbox", json=sight.bbox()).headers["location"]
    assert dora.http.get(path).status_code == 200
    assert dora.http.post("/bbox", json=sight.bbox()).status_code == 403
    assert cleo.http.patch(path, json={"x_min": 0}).status_code == 403
    assert cleo.http.delete(path).status_code == 403
    assert ok(ada.http.patch(path, json={"x_min": 0}))["user_id"] == bob.id
    ok(bob.http.delete(path))


def test_boxes_follow_their_code_and_end_with_it(ada: Person, sight: Sight) -> None:
    calm, unrest = sight.place.calm, sight.place.unrest
    path = ada.http.post("/bbox", json=sight.bbox()).headers["location"]
    other = ada.http.post("/bbox", json=sight.bbox(code_id=unrest)).headers["location"]
    ok(ada.http.patch(f"/code/{calm}", json={"name": "stillness"}))
    assert [ok(ada.http.get(one))["is_outdated"] for one in (path, other)] == [True, False]
    ok(ada.http.post(f"/code/{calm}/merge_into/{unrest}"))
    merged = ok(ada.http.get(path))
    assert (merged["code_id"], merged["version"]) == (unrest, 2)
    assert ok(ada.http.get(other))["version"] == 1
    ok(ada.http.delete(f"/code/{unrest}"))
    assert [ada.http.get(one).status_code for one in (path, other)] == [404, 404]
    assert ok(ada.http.get(f"/sdoc/{sight.sdoc}"))["status"] == "done"


def test_a_memo_on_a_box_ends_with_the_image(app: FastAPI, ada: Person, sight: Sight) -> None:
    second = pictured(app.state.services, sight.place.project, "sea.png")
    bbox, other = (ok(ada.http.post("/bbox", json=sight.bbox(sdoc_id=id))) for id in (sight.sdoc, second))

    def write(bbox_id: int) -> str:
        attached: dict[str, str | int] = {"attached_object_type": "bbox_annotation", "attached_object_id": bbox_id}
        return ada.http.post("/memo/", params=attached, json={"title": "Who?", "content": "It."}).headers["location"]

    memo, kept = write(bbox["id"]), write(other["id"])
    read = ok(ada.http.get(memo))
    assert (read["attached_object_type"], read["attached_object_id"]) == ("bbox_annotation", bbox["id"])
    assert ok(ada.http.get(f"/bbox/{bbox['id']}"))["memo_ids"] == [read["id"]]
    assert ok(ada.http.get(f"/memo/attached_obj/bbox_annotation/to/{bbox['id']}")) == [read]
    ok(ada.http.delete(f"/sdoc/{sight.sdoc}"))
    assert [ada.http.get(gone).status_code for gone in (f"/bbox/{bbox['id']}", memo)] == [404, 404]
    assert [ada.http.get(one).status_code for one in (f"/bbox/{other['id']}", kept)] == [200, 200]


def test_a_repeated_request_is_answered_again_and_not_done_again(ada: Person, sight: Sight) -> None:
    key = {"Idempotency-Key": "k-1"}
    bbox = ok(ada.http.post("/bbox", json=sight.bbox(), headers=key))
    assert ok(ada.http.post("/bbox", json=sight.bbox(), headers=key)) == bbox
    assert ok(ada.http.get(f"/bbox/sdoc/{sight.sdoc}")) == [bbox]


def test_the_history_tells_of_boxes_in_words(ada: Person, sight: Sight) -> None:
    project, unrest = sight.place.project, sight.place.unrest
    begun = ok(ada.http.get(f"/project/{project}/history?limit=1"))[0]["revision"]
    path = ada.http.post("/bbox", json=sight.bbox()).headers["location"]
    ok(ada.http.patch(path, json={"code_id": unrest, "x_min": 0}))
    ok(ada.http.post("/bbox/bulk/create", json=[sight.bbox(code_id=unrest), sight.bbox(code_id=unrest)]))
    ok(ada.http.delete(path))
    ok(ada.http.delete(f"/code/{unrest}"))
    told = [entry["sentence"] for entry in ok(ada.http.get(f"/project/{project}/history")) if entry["revision"] > begun]
    assert told == [
        "Ada Lovelace deleted the code unrest and with it 2 boxes",
        "Ada Lovelace deleted the marking of the box at 0 to 20 by 8 to 30 as unrest in whale.png",
        "Ada Lovelace marked 2 boxes as unrest in whale.png",
        "Ada Lovelace re-coded the box at 4 to 20 by 8 to 30 from calm to unrest in whale.png "
        "and moved the sides of a box in whale.png",
        "Ada Lovelace marked a box as calm in whale.png",
    ]


def test_boxes_are_counted_with_their_codes(app: FastAPI, ada: Person, sight: Sight) -> None:
    project, calm, unrest = sight.place.project, sight.place.calm, sight.place.unrest
    second = pictured(app.state.services, project, "sea.png")
    ok(ada.http.patch(f"/code/{unrest}", json={"parent_id": calm}))
    boxes = [sight.bbox(), sight.bbox(), sight.bbox(code_id=unrest), sight.bbox(sdoc_id=second)]
    ok(ada.http.post("/bbox/bulk/create", json=boxes))
    ok(ada.http.post("/span", json=sight.place.span("sea")))

    def counts(*doctypes: str) -> list[tuple[int, int, int]]:
        asked = {"code_ids": [calm, unrest], "user_ids": [ada.id], "doctypes": list(doctypes)}
        found = ok(ada.http.post("/analysis/code_frequencies", params={"project_id": project}, json=asked))
        return [(one["count"], one["child_count"], one["total_count"]) for one in found]

    assert counts("image") == [(3, 1, 4), (1, 0, 1)]
    assert counts("text", "image") == [(4, 1, 5), (1, 0, 1)]
    assert counts("text") == [(1, 0, 1), (0, 0, 0)]

    params: dict[str, Any] = {"project_id": project, "code_id": calm, "return_children": True}
    found = ok(ada.http.post("/analysis/code_occurrences", params=params, json=[ada.id]))
    assert [(one["sdoc"]["id"], one["code"]["id"], one["text"], one["count"]) for one in found] == [
        (sight.sdoc, calm, "", 2),
        (sight.place.sdoc, calm, "sea", 1),
        (sight.sdoc, unrest, "", 1),
        (second, calm, "", 1),
    ]


def test_boxes_are_found_by_code_document_and_memo(ada: Person, sight: Sight) -> None:
    project = sight.place.project
    bbox, other = (
        ok(ada.http.post("/bbox", json=sight.bbox(code_id=id))) for id in (sight.place.calm, sight.place.unrest)
    )
    attached = {"attached_object_type": "bbox_annotation", "attached_object_id": other["id"]}
    memo = ok(ada.http.post("/memo", params=attached, json={"title": "Who?", "content": "A whale."}))

    def found(column: str, operator: str, value: Any) -> list[Any]:
        compared = {"column": column, "operator": operator, "value": value}
        body = {"filter": {"logic_operator": "and", "items": [compared]}, "sorts": []}
        return list(ok(ada.http.post(f"/search/bbox_annotation?project_id={project}", json=body))["data"])

    (row,) = found("BB_MEMO_CONTENT", "STRING_CONTAINS", "whale")
    assert (row["id"], row["x"], row["y"], row["width"], row["height"]) == (other["id"], 4, 8, 16, 22)
    assert (row["memo"], row["sdoc"]) == (memo, ok(ada.http.get(f"/sdoc/{sight.sdoc}")))
    assert ada.http.get(row["url"], headers={"Authorization": ""}).headers["content-type"] == "image/png"
    assert [one["id"] for one in found("BB_CODE_ID", "ID_EQUALS", sight.place.calm)] == [bbox["id"]]
    assert len(found("BB_SOURCE_SOURCE_DOCUMENT_NAME", "STRING_EQUALS", "whale.png")) == 2
    assert found("BB_SOURCE_SOURCE_DOCUMENT_NAME", "STRING_EQUALS", "sea.txt") == []
