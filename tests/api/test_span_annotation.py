"""Span annotations over HTTP."""

from collections.abc import Callable
from typing import Any

import pytest
from fastapi import FastAPI

from tests.api.annotated import TEXT, Place, join
from tests.api.annotated import place as furnished
from tests.api.conftest import Person, ok
from tests.documents import uploaded


@pytest.fixture
def place(app: FastAPI, ada: Person) -> Place:
    return furnished(app, ada)


def test_a_span_lives_and_dies(ada: Person, stranger: Person, place: Place) -> None:
    made = ada.http.post("/span", json=place.span("🚢 lay still"))
    span = ok(made)
    assert (made.status_code, made.headers["etag"]) == (201, '"1"')
    assert span["text"] == "🚢 lay still"
    assert (span["begin_token"], span["end_token"]) == (10, 13)
    assert (span["user_id"], span["project_id"], span["text_version"]) == (ada.id, place.project, 1)
    assert (span["group_ids"], span["memo_ids"], span["is_outdated"]) == ([], [], False)
    path = made.headers["location"]
    assert ok(ada.http.get(path)) == span
    assert stranger.http.get(path).json() == ada.http.get("/span/999999").json()
    other = ok(ada.http.put("/span", json=place.span("wind", code_id=place.unrest)))

    changed = ada.http.patch(
        path, json={"code_id": place.unrest, "end": span["end"] - 6}, headers={"If-Match": made.headers["etag"]}
    )
    assert (ok(changed)["text"], ok(changed)["code_id"], changed.headers["etag"]) == ("🚢 lay", place.unrest, '"3"')
    assert changed.json()["end_token"] == 12
    assert ada.http.patch(path, json={"begin": 0}, headers={"If-Match": '"1"'}).status_code == 412
    assert ada.http.patch(path, json={}).status_code == 422

    deleted = ok(ada.http.delete(path))
    assert (deleted["id"], deleted["end"], deleted["code_id"]) == (span["id"], span["end"] - 6, place.unrest)
    assert ada.http.get(path).status_code == 404
    assert ok(ada.http.get(f"/span/{other['id']}")) == other


def test_spans_are_listed_by_document_author_and_code(
    ada: Person, person: Callable[..., Person], place: Place, app: FastAPI
) -> None:
    bob = join(ada, place.project, person("Bob"), "annotator")
    mine = [ok(ada.http.post("/span", json=place.span(words))) for words in ("sea", "calm")]
    theirs = ok(bob.http.post("/span", json=place.span("sea")))
    second = uploaded(app.state.services, place.project, "two.txt", TEXT)
    ok(ada.http.post("/span", json=place.span("wind", sdoc_id=second, code_id=place.unrest)))

    assert ok(ada.http.get(f"/span/sdoc/{place.sdoc}/user/{ada.id}")) == mine
    assert ok(ada.http.get(f"/span/sdoc/{place.sdoc}")) == [*mine, theirs]
    assert ok(bob.http.get(f"/span/code/{place.calm}/user")) == [theirs]
    first = ada.http.get(f"/span/sdoc/{place.sdoc}?limit=2")
    assert ok(first) == mine
    assert ok(ada.http.get(first.links["next"]["url"])) == [theirs]

    asked = {"sdoc_ids": [place.sdoc, second], "class_ids": [place.calm, place.unrest]}
    counted = ok(ada.http.post(f"/span/count_annotations/{ada.id}", json=asked))
    assert counted == {str(place.calm): 2, str(place.unrest): 1}
    asked["sdoc_ids"] = []
    assert ok(ada.http.post(f"/span/count_annotations/{ada.id}", json=asked)) == dict.fromkeys(counted, 0)


def test_many_spans_are_made_changed_and_removed_at_once(ada: Person, place: Place) -> None:
    stays = ok(ada.http.post("/span", json=place.span("sea")))
    asked = [place.span(words) for words in ("sea", "sea", "sea was calm", "wind")]
    made = ada.http.post("/span/bulk/create", json=asked)
    spans = ok(made)
    assert made.status_code == 201
    assert [span["text"] for span in spans] == ["sea", "sea", "sea was calm", "wind"]
    assert ok(ada.http.get(f"/span/sdoc/{place.sdoc}")) == [stays, *spans]

    ids = [span["id"] for span in spans]
    items = [{"span_annotation_id": id, "code_id": place.unrest} for id in ids]
    changed = ok(ada.http.patch("/span/bulk/update", json=items))
    assert [(span["id"], span["code_id"], span["version"]) for span in changed] == [(id, place.unrest, 2) for id in ids]
    gone = ok(ada.http.request("DELETE", "/span/bulk/delete", json=ids))
    assert [(span["id"], span["code_id"]) for span in gone] == [(id, place.unrest) for id in ids]
    assert ok(ada.http.get(f"/span/sdoc/{place.sdoc}")) == [stays]
    for method, path in (("POST", "create"), ("PATCH", "update"), ("DELETE", "delete")):
        assert ok(ada.http.request(method, f"/span/bulk/{path}", json=[])) == []


def test_one_bad_item_spoils_them_all_and_is_named(ada: Person, stranger: Person, place: Place, app: FastAPI) -> None:
    elsewhere = furnished(app, stranger)
    items = [
        place.span("sea"),
        place.span("sea", end=9_999),
        place.span("sea", code_id=elsewhere.calm),
        place.span("sea", code_id=999_999),
        place.span("sea", sdoc_id=elsewhere.sdoc),
        place.span("sea", sdoc_id=999_999),
    ]
    refused = ada.http.post("/span/bulk/create", json=items)
    assert refused.status_code == 422
    errors = refused.json()["errors"]
    assert [(error["index"], error["loc"]) for error in errors] == [
        (1, ["body", 1, "end"]),
        (2, ["body", 2, "code_id"]),
        (3, ["body", 3, "code_id"]),
        (4, ["body", 4, "sdoc_id"]),
        (5, ["body", 5, "sdoc_id"]),
    ]
    assert str(len(TEXT)) in errors[0]["msg"]
    assert errors[1]["msg"] == errors[2]["msg"]
    assert errors[3]["msg"] == errors[4]["msg"]
    assert ok(ada.http.get(f"/span/sdoc/{place.sdoc}")) == []
    malformed = ada.http.post("/span/bulk/create", json=[*items[:1], {**items[0], "begin": -1}])
    assert (malformed.status_code, malformed.json()["errors"][0]["index"]) == (422, 1)

    many = [place.span("sea")] * 450
    for broken in ({"end": 9_999}, {"begin": "x", "end": "y", "code_id": "z"}):
        many = [{**item, **broken} if number % 3 == 0 else place.span("sea") for number, item in enumerate(many)]
        errors = ada.http.post("/span/bulk/create", json=many).json()["errors"]
        assert sorted({error["index"] for error in errors}) == list(range(0, 450, 3))

    mine, theirs = (
        ok(who.http.post("/span", json=p.span("sea")))["id"] for who, p in ((ada, place), (stranger, elsewhere))
    )
    for ids in ([mine, theirs], [mine, 999_999], [mine, mine]):
        refused = ada.http.request("DELETE", "/span/bulk/delete", json=ids)
        assert (refused.status_code, refused.json()["errors"][0]["index"]) == (404, 1)
    assert ada.http.request("DELETE", "/span/bulk/delete", json=[theirs]).status_code == 404
    assert ok(ada.http.get(f"/span/{mine}"))["version"] == 1


@pytest.mark.parametrize(
    ("more", "status"),
    [
        ({"sdoc_id": 999_999}, 404),
        ({"code_id": 999_999}, 422),
        ({"begin": 9}, 422),
        ({"end": 9_999}, 422),
        ({"begin": 2**63}, 422),
        ({"begin_token": 7}, 422),
        ({"span_text": "lake"}, 422),
        ({"span_text": "s\0a"}, 422),
        ({"begin_token": 1, "end_token": 2, "span_text": "sea"}, 201),
    ],
)
def test_what_a_span_may_be(ada: Person, place: Place, more: dict[str, Any], status: int) -> None:
    assert ada.http.post("/span", json=place.span("sea", **more)).status_code == status


def test_a_disabled_code_and_an_unprocessed_document_are_not_annotated(ada: Person, place: Place, app: FastAPI) -> None:
    waiting = uploaded(app.state.services, place.project, "later.txt", TEXT, processed=False)
    assert ada.http.post("/span", json=place.span("sea", sdoc_id=waiting)).status_code == 409
    span = ok(ada.http.post("/span", json=place.span("sea", code_id=place.unrest)))
    ok(ada.http.patch(f"/code/{place.calm}", json={"enabled": False}))
    assert ada.http.post("/span", json=place.span("sea")).status_code == 409
    assert ada.http.patch(f"/span/{span['id']}", json={"code_id": place.calm}).status_code == 409
    ok(ada.http.patch(f"/code/{place.calm}", json={"enabled": True}))
    assert ada.http.post("/span", json=place.span("sea")).status_code == 201


def test_only_the_author_or_an_editor_changes_a_span(ada: Person, person: Callable[..., Person], place: Place) -> None:
    bob, cleo, dora = (
        join(ada, place.project, person(name), role)
        for name, role in (("Bob", "annotator"), ("Cleo", "annotator"), ("Dora", "reader"))
    )
    path = bob.http.post("/span", json=place.span("sea")).headers["location"]
    assert dora.http.get(path).status_code == 200
    assert dora.http.post("/span", json=place.span("sea")).status_code == 403
    assert cleo.http.patch(path, json={"code_id": place.unrest}).status_code == 403
    assert cleo.http.delete(path).status_code == 403
    assert ok(bob.http.patch(path, json={"code_id": place.unrest}))["user_id"] == bob.id
    assert ok(ada.http.patch(path, json={"code_id": place.calm}))["user_id"] == bob.id
    ok(ada.http.delete(path))


def test_spans_follow_their_code_and_end_with_it(ada: Person, place: Place) -> None:
    span = ok(ada.http.post("/span", json=place.span("sea")))
    other = ok(ada.http.post("/span", json=place.span("wind", code_id=place.unrest)))
    ok(ada.http.patch(f"/code/{place.calm}", json={"name": "stillness"}))
    assert ok(ada.http.get(f"/span/{span['id']}"))["is_outdated"]
    ok(ada.http.post(f"/code/{place.calm}/merge_into/{place.unrest}"))
    merged = ok(ada.http.get(f"/span/{span['id']}"))
    assert (merged["code_id"], merged["is_outdated"], merged["version"]) == (place.unrest, True, 2)
    ok(ada.http.delete(f"/code/{place.unrest}"))
    assert [ada.http.get(f"/span/{one['id']}").status_code for one in (span, other)] == [404, 404]


def test_a_span_knows_the_codebook_version_of_its_time(ada: Person, place: Place) -> None:
    assert ok(ada.http.post("/span", json=place.span("sea")))["codebook_version_id"] is None
    declared = ok(ada.http.post("/codebookversion", json={"project_id": place.project, "name": "first"}))
    assert ok(ada.http.post("/span", json=place.span("sea")))["codebook_version_id"] == declared["id"]


def test_a_repeated_request_is_answered_again_and_not_done_again(ada: Person, place: Place) -> None:
    key = {"Idempotency-Key": "k-1"}
    span = ok(ada.http.post("/span", json=place.span("sea"), headers=key))
    assert ok(ada.http.post("/span", json=place.span("sea"), headers=key)) == span
    many = [place.span("sea"), place.span("wind")]
    spans = ok(ada.http.post("/span/bulk/create", json=many, headers=key))
    assert ok(ada.http.post("/span/bulk/create", json=many, headers=key)) == spans
    assert ok(ada.http.get(f"/span/sdoc/{place.sdoc}")) == [span, *spans]
    ids = [span["id"] for span in spans]
    gone = ok(ada.http.request("DELETE", "/span/bulk/delete", json=ids, headers=key))
    assert ok(ada.http.request("DELETE", "/span/bulk/delete", json=ids, headers=key)) == gone
