"""Span groups over HTTP."""

from collections.abc import Callable

import pytest
from fastapi import FastAPI

from tests.api.annotated import Place, join
from tests.api.annotated import place as furnished
from tests.api.conftest import Person, ok
from tests.documents import uploaded


@pytest.fixture
def place(app: FastAPI, ada: Person) -> Place:
    return furnished(app, ada)


def test_a_group_lives_and_dies(ada: Person, stranger: Person, place: Place) -> None:
    made = ada.http.post("/spangroup", json={"name": "the ship", "sdoc_id": place.sdoc})
    group, path = ok(made), made.headers["location"]
    assert (made.status_code, made.headers["etag"], group["memo_ids"]) == (201, '"1"', [])
    other = ok(ada.http.put("/spangroup", json={"name": "the sea", "sdoc_id": place.sdoc}))
    ship, sea = (ok(ada.http.post("/span", json=place.span(words))) for words in ("🚢", "sea"))

    link = f"/span/{ship['id']}/group/{group['id']}"
    assert ok(ada.http.patch(link))["group_ids"] == [group["id"]]
    assert ok(ada.http.patch(link))["version"] == 1
    ok(ada.http.patch(f"/span/{sea['id']}/group/{group['id']}"))
    ok(ada.http.patch(f"/span/{sea['id']}/group/{other['id']}"))
    assert ok(ada.http.get(f"/span/{sea['id']}/groups")) == [group, other]
    inside = ok(ada.http.get(f"{path}/span_annotations"))
    assert [span["id"] for span in inside] == [sea["id"], ship["id"]]
    assert ok(ada.http.get(f"/spangroup/sdoc/{place.sdoc}")) == [group, other]
    assert ok(ada.http.get(f"/spangroup/sdoc/{place.sdoc}/user/{ada.id}?sdoc_id={place.sdoc}")) == [
        {**group, "span_annotations": inside},
        {**other, "span_annotations": inside[:1]},
    ]

    assert ok(ada.http.delete(link))["group_ids"] == []
    assert ok(ada.http.delete(f"/span/{sea['id']}/groups"))["id"] == sea["id"]
    assert ok(ada.http.get(f"{path}/span_annotations")) == []
    ok(ada.http.patch(link))
    renamed = ada.http.patch(path, json={"name": "the frigate"}, headers={"If-Match": '"1"'})
    assert (ok(renamed)["name"], renamed.headers["etag"]) == ("the frigate", '"2"')
    assert ada.http.patch(path, json={"name": "x"}, headers={"If-Match": '"1"'}).status_code == 412
    assert ada.http.patch(path, json={"name": " "}).status_code == 422
    assert stranger.http.get(path).json() == ada.http.get("/spangroup/999999").json()
    assert ok(ada.http.delete(path))["name"] == "the frigate"
    assert ada.http.get(path).status_code == 404
    assert ok(ada.http.get(f"/span/{ship['id']}"))["group_ids"] == []
    assert ok(ada.http.get(f"/spangroup/{other['id']}")) == other


def test_a_span_leaves_its_groups_when_it_is_removed(ada: Person, place: Place) -> None:
    group = ok(ada.http.post("/spangroup", json={"name": "the ship", "sdoc_id": place.sdoc}))["id"]
    spans = ok(ada.http.post("/span/bulk/create", json=[place.span(words) for words in ("🚢", "sea", "wind")]))
    ids = [span["id"] for span in spans]
    for id in ids:
        ok(ada.http.patch(f"/span/{id}/group/{group}"))
    ok(ada.http.request("DELETE", "/span/bulk/delete", json=ids[:2]))
    assert [span["id"] for span in ok(ada.http.get(f"/spangroup/{group}/span_annotations"))] == ids[2:]


def test_a_group_is_of_one_document(ada: Person, stranger: Person, place: Place, app: FastAPI) -> None:
    second = uploaded(app.state.services, place.project, "two.txt", "Nothing.")
    far = ok(ada.http.post("/spangroup", json={"name": "x", "sdoc_id": second}))["id"]
    elsewhere = furnished(app, stranger)
    foreign = ok(stranger.http.post("/spangroup", json={"name": "x", "sdoc_id": elsewhere.sdoc}))["id"]
    span = ok(ada.http.post("/span", json=place.span("sea")))["id"]
    assert ada.http.patch(f"/span/{span}/group/{far}").status_code == 422
    nowhere = ada.http.patch(f"/span/{span}/group/999999")
    assert (nowhere.status_code, ada.http.patch(f"/span/{span}/group/{foreign}").json()) == (404, nowhere.json())
    assert ada.http.post("/spangroup", json={"name": "x", "sdoc_id": elsewhere.sdoc}).status_code == 404


def test_annotators_fill_groups_of_their_own(ada: Person, person: Callable[..., Person], place: Place) -> None:
    bob = join(ada, place.project, person("Bob"), "annotator")
    mine, theirs = (
        ok(who.http.post("/spangroup", json={"name": "x", "sdoc_id": place.sdoc}))["id"] for who in (bob, ada)
    )
    span = ok(ada.http.post("/span", json=place.span("sea")))["id"]
    assert bob.http.patch(f"/span/{span}/group/{mine}").status_code == 200
    assert bob.http.patch(f"/span/{span}/group/{theirs}").status_code == 403
    assert bob.http.patch(f"/spangroup/{theirs}", json={"name": "y"}).status_code == 403
    assert bob.http.delete(f"/spangroup/{theirs}").status_code == 403
    ok(ada.http.patch(f"/span/{span}/group/{theirs}"))
    assert bob.http.delete(f"/span/{span}/groups").status_code == 403
    assert ok(ada.http.get(f"/span/{span}"))["group_ids"] == [mine, theirs]
    assert ok(bob.http.delete(f"/span/{span}/group/{mine}"))["group_ids"] == [theirs]
