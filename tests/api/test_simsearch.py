"""What means alike is found over HTTP, by a text, a sentence or a document, in what a filter lets through."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx2
import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from api.processing_service import Processing
from systems.document_extraction_system import Extracted, Source, extract
from tests.api._people import Person, ok
from tests.api.annotated import join, place
from tests.api.test_table_search import EVERYTHING, all_of, compared
from tests.documents import uploaded
from tests.read_models import catch_up

LETTERS = {
    "monday": "It was a lazy afternoon by the sea. The dog slept.",
    "tuesday": "A lazy dog slept by the sea. Rain fell.",
    "friday": "The parliament passed a law on taxes. Nobody read it.",
}


class Library:
    """Ada's letters, of which the read models know, beside a document about the sea."""

    def __init__(self, app: FastAPI, ada: Person) -> None:
        self.app, self.ada = app, ada
        self.place = place(app, ada)
        self.letters = {name: self.add(name, text) for name, text in LETTERS.items()}
        self.catch_up()

    def add(self, name: str, text: str) -> int:
        return uploaded(self.app.state.services, self.place.project, f"{name}.txt", text)

    def catch_up(self) -> None:
        catch_up(self.app.state.services.read_models)

    def ask(self, what: str, query: Any, filter: Any = EVERYTHING, **params: Any) -> httpx2.Response:
        params = {"proj_id": self.place.project, "threshold": -1, **params}
        return self.ada.http.post(f"/simsearch/{what}", params=params, json={"query": query, "filter": filter})

    def sentences(self, query: Any, *arguments: Any, **params: Any) -> list[tuple[int, int]]:
        return [(hit["sdoc_id"], hit["sentence_id"]) for hit in ok(self.ask("sentences", query, *arguments, **params))]

    def documents(self, query: Any, *arguments: Any, **params: Any) -> list[int]:
        return [hit["sdoc_id"] for hit in ok(self.ask("documents", query, *arguments, **params))]

    def refusal(self, query: Any, **params: Any) -> dict[str, Any]:
        answer = self.ask("sentences", query, **params)
        assert answer.status_code == 422, answer.text
        return dict(answer.json()["errors"][0])


@pytest.fixture
def library(app: FastAPI, ada: Person) -> Library:
    return Library(app, ada)


def test_by_a_text(library: Library) -> None:
    monday, tuesday = library.letters["monday"], library.letters["tuesday"]
    found = ok(library.ask("sentences", "the dog slept", top_k=2))
    assert [(hit["sdoc_id"], hit["sentence_id"]) for hit in found] == [(monday, 1), (tuesday, 0)]
    assert found[0]["score"] == pytest.approx(1, abs=1e-3)
    assert 0 < found[1]["score"] < found[0]["score"]
    assert library.documents("a law on taxes", top_k=1) == [library.letters["friday"]]


def test_by_several_texts_what_is_like_any_of_them(library: Library) -> None:
    wanted = {(library.letters["monday"], 1), (library.letters["friday"], 1)}
    assert set(library.sentences(["The dog slept.", "Nobody read it."], top_k=2)) == wanted


def test_by_a_sentence_the_others(library: Library) -> None:
    monday, tuesday = library.letters["monday"], library.letters["tuesday"]
    found = library.sentences({"sdoc_id": monday, "sentence_id": 1})
    assert found[0] == (tuesday, 0)
    assert (monday, 1) not in found
    assert (monday, 0) in found


def test_by_a_document_the_others(library: Library) -> None:
    monday, tuesday = library.letters["monday"], library.letters["tuesday"]
    assert library.documents(monday)[0] == tuesday
    assert monday not in library.documents(monday)
    assert library.sentences(monday)[0] == (tuesday, 0)
    assert {sdoc for sdoc, _ in library.sentences(monday)} == {library.place.sdoc, *library.letters.values()} - {monday}


def test_the_threshold_and_the_number_are_kept(library: Library) -> None:
    scores = [hit["score"] for hit in ok(library.ask("sentences", "a lazy dog", top_k=1000))]
    assert scores == sorted(scores, reverse=True)
    assert len(scores) == 9
    threshold = (scores[2] + scores[3]) / 2
    assert len(library.sentences("a lazy dog", threshold=threshold)) == 3
    assert len(library.sentences("a lazy dog", threshold=threshold, top_k=2)) == 2
    assert library.sentences("a lazy dog", threshold=1) == []


def test_only_what_the_filter_lets_through(library: Library) -> None:
    tuesday = library.letters["tuesday"]
    named = all_of(compared("SD_SOURCE_DOCUMENT_NAME", "STRING_STARTS_WITH", "TUES"))
    assert library.sentences("the dog slept", named) == [(tuesday, 0), (tuesday, 1)]
    assert library.documents("the dog slept", named) == [tuesday]
    nothing = all_of(compared("SD_SOURCE_DOCUMENT_NAME", "STRING_EQUALS", "none"))
    assert library.sentences("the dog slept", nothing) == []
    wrong = library.ask("sentences", "dog", all_of(compared("SD_SOURCE_DOCUMENT_NAME", "ID_EQUALS", 1)))
    assert wrong.status_code == 422


def test_what_is_no_more_is_no_hit_and_its_place_is_filled(library: Library) -> None:
    for number in range(30):
        library.add(f"copy{number}", "The dog slept.")
    library.catch_up()
    copies = [sdoc for sdoc, _ in library.sentences("The dog slept.", top_k=30)]
    for sdoc in copies[:25]:
        ok(library.ada.http.delete(f"/sdoc/{sdoc}"))
    found = library.sentences("The dog slept.", top_k=10)
    assert len(found) == 10
    assert not {sdoc for sdoc, _ in found} & set(copies[:25])


def test_sentences_of_an_earlier_text_are_no_hits(library: Library) -> None:
    monday = library.letters["monday"]
    assert monday in {sdoc for sdoc, _ in library.sentences("The dog slept.")}
    services, project = library.app.state.services, library.place.project

    def extract_another(folder: Path, project_id: int, sources: Sequence[Source]) -> list[Extracted]:
        blob = services.blobs.write(project_id, b"Another text. The dog slept.")
        return extract(folder, project_id, [replace(source, sha256=blob.sha256) for source in sources])

    Processing(services.store, services.blobs, extract_another).work(project, [monday], again=True)
    assert monday not in {sdoc for sdoc, _ in library.sentences("The dog slept.")}
    library.catch_up()
    assert library.sentences("The dog slept.")[0] == (monday, 1)


def test_an_answer_says_its_revision_and_waits_for_one(
    start: Callable[..., FastAPI], library: Library, ada: Person
) -> None:
    before = int(library.ask("sentences", "dog").headers["X-Project-Revision"])
    sunday = library.add("sunday", "A whale sang.")
    now = int(ada.http.get(f"/sdoc/{sunday}").headers["X-Project-Revision"])
    assert now > before
    hasty = start("read_models.wait_seconds=0.01")
    body = {"query": "A whale sang.", "filter": EVERYTHING}
    params = {"proj_id": library.place.project, "min_revision": now}
    with TestClient(hasty, headers=dict(ada.http.headers)) as http:
        late = http.post("/simsearch/sentences", params=params, json=body)
    assert (late.status_code, late.headers["Retry-After"]) == (503, "1")
    assert library.ask("sentences", sunday).status_code == 409
    library.catch_up()
    answer = library.ask("sentences", "A whale sang.", min_revision=now)
    assert ok(answer)[0]["sdoc_id"] == sunday
    assert int(answer.headers["X-Project-Revision"]) == now


def test_what_is_asked_about_must_be_there_and_mine(library: Library, person: Callable[..., Person]) -> None:
    ada, monday = library.ada, library.letters["monday"]
    bob = person("Bob", "Other")
    theirs = place(library.app, bob)
    mine_too = place(library.app, ada)
    for unknown in (theirs.sdoc, mine_too.sdoc, 2**53 - 1):
        assert library.ask("sentences", unknown).status_code == 404
        assert library.ask("documents", {"sdoc_id": unknown, "sentence_id": 0}).status_code == 404
    assert library.ask("sentences", {"sdoc_id": monday, "sentence_id": 2}).status_code == 404
    join(ada, library.place.project, bob, "reader")
    params = {"proj_id": library.place.project}
    body = {"query": monday, "filter": EVERYTHING}
    assert bob.http.post("/simsearch/sentences", params=params, json=body).status_code == 200


def test_a_document_without_a_text_cannot_be_compared_yet(library: Library) -> None:
    raw = uploaded(library.app.state.services, library.place.project, "raw.txt", "Not yet.", processed=False)
    library.catch_up()
    answer = library.ask("sentences", raw)
    assert answer.status_code == 409
    assert "cannot be compared yet" in answer.json()["detail"]


@pytest.mark.parametrize(
    "query",
    [
        *("", "  ", "x" * 2_001, "nul\0", []),
        *(
            ["dog", ""],
            ["dog"] * 21,
            [1],
            0,
            -1,
            1.5,
            True,
            None,
            {},
            {"sdoc_id": 1},
            {"sdoc_id": 1, "sentence_id": -1},
        ),
    ],
)
def test_a_question_that_is_none_is_refused(library: Library, query: Any) -> None:
    assert library.refusal(query)["loc"][:2] == ["body", "query"]


@pytest.mark.parametrize("params", [{"top_k": 0}, {"top_k": 1_001}, {"threshold": 1.1}, {"threshold": "nan"}])
def test_numbers_out_of_range_are_refused(library: Library, params: dict[str, Any]) -> None:
    assert library.refusal("dog", **params)["loc"] == ["query", *params]


def test_an_embedder_that_is_away_is_unavailable_and_stored_vectors_still_answer(
    start: Callable[..., FastAPI], library: Library, ada: Person
) -> None:
    away = start("embedder.url=http://127.0.0.1:9/v1", "embedder.attempts=1")
    params = {"proj_id": library.place.project}
    with TestClient(away, headers=dict(ada.http.headers)) as http:
        unknown = http.post("/simsearch/sentences", params=params, json={"query": "whale", "filter": EVERYTHING})
        assert (unknown.status_code, unknown.headers["Retry-After"]) == (503, "1")
        for known in ("The dog slept.", library.letters["monday"]):
            answer = http.post("/simsearch/sentences", params=params, json={"query": known, "filter": EVERYTHING})
            assert len(ok(answer)) > 0
