"""Span annotations over HTTP."""

from collections.abc import Callable
from typing import Any

import pytest
from fastapi import FastAPI

from tests.api.conftest import Person, ok
from tests.documents import uploaded

TEXT = "The sea was calm. Nobody spoke, and the 🚢 lay still.\nThen the wind came."


@pytest.fixture
def place(app: FastAPI, ada: Person) -> dict[str, int]:
    """A project with a document and two codes."""
    project = ada.project()
    made = {"project": project, "sdoc": uploaded(app.state.services, project, "sea.txt", TEXT)}
    for name in ("calm", "unrest"):
        made[name] = ok(ada.http.post("/code", json={"project_id": project, "name": name}))["id"]
    return made


def body(place: dict[str, int], words: str, code: str = "calm") -> dict[str, Any]:
    begin = TEXT.index(words)
    return {"sdoc_id": place["sdoc"], "code_id": place[code], "begin": begin, "end": begin + len(words)}


def test_a_span_lives_and_dies(ada: Person, stranger: Person, place: dict[str, int]) -> None:
    made = ada.http.post("/span", json=body(place, "🚢 lay still"))
    span = ok(made)
    assert (made.status_code, made.headers["etag"]) == (201, '"1"')
    assert span["text"] == "🚢 lay still"
    assert (span["begin_token"], span["group_ids"], span["memo_ids"], span["is_outdated"]) == (10, [], [], False)
    path = made.headers["location"]
    assert ok(ada.http.get(path)) == span
    assert ok(ada.http.get(f"/span/sdoc/{place['sdoc']}/user/{ada.id}")) == [span]
    other = ok(ada.http.post("/span", json=body(place, "wind")))
    recoded = ada.http.patch(path, json={"code_id": place["unrest"], "end": span["end"] - 6})
    assert ok(recoded)["text"] == "🚢 lay"
    assert ok(ada.http.delete(path))["id"] == span["id"]
    assert ok(ada.http.get(f"/span/sdoc/{place['sdoc']}")) == [other]
