"""Sentence annotations over HTTP."""

import pytest
from fastapi import FastAPI

from tests.api.annotated import TEXT, Place
from tests.api.annotated import place as furnished
from tests.api.conftest import Person, ok


@pytest.fixture
def place(app: FastAPI, ada: Person) -> Place:
    return furnished(app, ada)


def test_a_sentence_annotation_lives_and_dies(ada: Person, stranger: Person, place: Place) -> None:
    made = ada.http.post("/sentence", json=place.sentence(0, 1))
    annotation = ok(made)
    assert (made.status_code, made.headers["etag"]) == (201, '"1"')
    assert annotation["text"] == "The sea was calm. Nobody spoke, and the 🚢 lay still."
    assert (annotation["begin"], annotation["end"]) == (0, TEXT.index("\n"))
    assert (annotation["memo_ids"], annotation["is_outdated"]) == ([], False)
    path = made.headers["location"]
    assert ok(ada.http.get(path)) == annotation
    assert stranger.http.get(path).json() == ada.http.get("/sentence/999999").json()
    other = ok(ada.http.put("/sentence", json=place.sentence(2, 2, code_id=place.unrest)))

    changed = ada.http.patch(path, json={"code_id": place.unrest, "sentence_id_start": 1}, headers={"If-Match": '"1"'})
    assert (ok(changed)["text"], changed.headers["etag"]) == ("Nobody spoke, and the 🚢 lay still.", '"3"')
    assert ada.http.patch(path, json={"code_id": place.calm}, headers={"If-Match": '"1"'}).status_code == 412
    assert ada.http.patch(path, json={"sentence_id_end": 0}).status_code == 422
    gone = ok(ada.http.delete(path))
    assert (gone["id"], gone["sentence_id_start"], gone["memo_ids"]) == (annotation["id"], 1, [])
    assert ada.http.get(path).status_code == 404
    assert ok(ada.http.get(f"/sentence/sdoc/{place.sdoc}")) == [other]


def test_an_annotation_stands_at_every_sentence_it_covers(ada: Person, place: Place) -> None:
    long, short = (ok(ada.http.post("/sentence", json=place.sentence(*span))) for span in ((1, 2), (2, 2)))
    found = ok(ada.http.get(f"/sentence/sdoc/{place.sdoc}/user/{ada.id}"))
    assert found == {"sentence_annotations": {"1": [long], "2": [long, short]}}
    assert ok(ada.http.get(f"/sentence/code/{place.calm}/user")) == [long, short]
    asked = {"sdoc_ids": [place.sdoc], "class_ids": [place.calm]}
    assert ok(ada.http.post(f"/sentence/count_annotations/{ada.id}", json=asked)) == {str(place.calm): 2}


def test_many_are_made_changed_and_removed_at_once(ada: Person, place: Place) -> None:
    stays = ok(ada.http.post("/sentence", json=place.sentence()))
    made = ok(ada.http.post("/sentence/bulk/create", json=[place.sentence(n, n) for n in range(3)]))
    ids = [annotation["id"] for annotation in made]
    items = [{"sent_annotation_id": id, "code_id": place.unrest} for id in ids]
    changed = ok(ada.http.patch("/sentence/bulk/update", json=items))
    assert [(annotation["id"], annotation["code_id"]) for annotation in changed] == [(id, place.unrest) for id in ids]
    gone = ok(ada.http.request("DELETE", "/sentence/bulk/delete", json=ids))
    assert [annotation["id"] for annotation in gone] == ids
    assert ok(ada.http.get(f"/sentence/sdoc/{place.sdoc}")) == [stays]


def test_one_bad_item_spoils_them_all_and_is_named(ada: Person, place: Place) -> None:
    items = [place.sentence(), place.sentence(2, 3), place.sentence(code_id=999_999)]
    refused = ada.http.post("/sentence/bulk/create", json=items)
    errors = refused.json()["errors"]
    assert (refused.status_code, [error["index"] for error in errors]) == (422, [1, 2])
    assert "3 sentences" in errors[0]["msg"]
    assert ok(ada.http.get(f"/sentence/sdoc/{place.sdoc}")) == []
