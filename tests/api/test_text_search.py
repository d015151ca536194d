"""Searching in texts over HTTP: what is found, what is shown of it, and what is refused."""

import math
import struct
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx2
import orjson
import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from projections._model import Model
from projections._registry import serving
from projections.document_text import DOCUMENT_TEXT
from projections.memo_text import MEMO_TEXT
from projections.word_frequency import WORD_FREQUENCY
from tests.api._pages import followed
from tests.api._people import Person, ok
from tests.api.annotated import Place, place
from tests.api.test_table_search import EVERYTHING, all_of, by, compared
from tests.documents import process, uploaded
from tests.read_models import catch_up


@pytest.fixture
def library(app: FastAPI, ada: Person) -> Place:
    """Ada's project with the sea, and three letters, of which the read models know."""
    made = place(app, ada)
    for name, text in (
        ("monday.txt", "Dear Bob, it was a lazy afternoon by the sea."),
        ("tuesday.txt", "Dear Bob, the afternoon was long & <b>lazy</b>."),
        ("brief.txt", "Lieber Bob, in der Straße war es still. 我爱北京."),
    ):
        uploaded(app.state.services, made.project, name, text)
    catch_up(app.state.services.read_models)
    return made


def search(who: Person, project: int, query: str, filter: Any = EVERYTHING, sorts: Any = (), **params: Any) -> Any:
    return who.http.post(
        "/search/sdoc",
        params={"project_id": project, "search_query": query, **params},
        json={"filter": filter, "sorts": list(sorts)},
    )


def names(answer: httpx2.Response) -> list[str]:
    found = ok(answer)
    assert found["total_results"] >= len(found["hits"])
    return [found["sdocs"][str(hit["id"])]["filename"] for hit in found["hits"]]


def refused(answer: httpx2.Response) -> dict[str, Any]:
    assert answer.status_code == 422, answer.text
    (wrong,) = answer.json()["errors"]
    return dict(wrong)


def test_a_hit_comes_with_all_that_is_shown_of_it(ada: Person, library: Place) -> None:
    ok(ada.http.post("/span", json=library.span("sea")))
    tag = ok(ada.http.post("/tag", json={"project_id": library.project, "name": "letter"}))["id"]
    ok(ada.http.patch("/tag/bulk/link", json={"source_document_ids": [library.sdoc], "tag_ids": [tag]}))
    found = ok(search(ada, library.project, "sea calm"))
    sdoc = ok(ada.http.get(f"/sdoc/{library.sdoc}"))
    (hit,) = found["hits"]
    assert hit.pop("score") > 0
    assert hit == {
        "id": library.sdoc,
        "highlights": [
            "<em>sea</em>.txt",
            "The <em>sea</em> was <em>calm</em>. Nobody spoke, and the 🚢 lay still.\nThen the wind came.",
        ],
        "is_folder": False,
        "sub_rows": [],
    }
    assert found["sdocs"] == {str(library.sdoc): sdoc}
    assert [folder["id"] for folder in found["sdoc_folders"].values()] == [sdoc["folder_id"]]
    assert found["annotators"] == {str(library.sdoc): [ada.id]}
    assert found["tags"] == {str(library.sdoc): [tag]}
    assert found["total_results"] == 1


def test_simple_queries(ada: Person, library: Place) -> None:
    project = library.project
    assert names(search(ada, project, '"lazy afternoon"')) == ["monday.txt"]
    assert sorted(names(search(ada, project, "lazy afternoons"))) == ["monday.txt", "tuesday.txt"]
    assert names(search(ada, project, "afternoon -sea")) == ["tuesday.txt"]
    assert names(search(ada, project, "strasse")) == ["brief.txt"]
    assert names(search(ada, project, "北京")) == ["brief.txt"]
    assert names(search(ada, project, "aftrenon~2 | calm")) != []
    assert len(names(search(ada, project, ""))) == 4
    assert names(search(ada, project, "!!!")) == []
    assert names(search(ada, project, '"lazy')) != []


def test_expert_queries(ada: Person, library: Place) -> None:
    project = library.project
    assert names(search(ada, project, "name:tuesday", expert_mode=True)) == ["tuesday.txt"]
    assert names(search(ada, project, "NOT content:bo?", expert_mode=True)) == ["sea.txt"]
    assert names(search(ada, project, 'content:"dear bob" AND la*y AND name:mon*', expert_mode=True)) == ["monday.txt"]


@pytest.mark.parametrize(
    ("query", "at", "expected"),
    [
        ('Bob AND "lazy', 13, "a quotation mark that closes the one at 8"),
        ("title:x", 0, "one of the fields content, name"),
        ("a AND", 5, "a word, a phrase or a bracket"),
    ],
)
def test_a_malformed_query_is_refused_with_the_place(
    ada: Person, library: Place, query: str, at: int, expected: str
) -> None:
    wrong = refused(search(ada, library.project, query, expert_mode=True))
    assert wrong["loc"] == ["query", "search_query", at]
    assert wrong["msg"] == f"At character {at}: expected {expected}."


def test_too_much_is_refused(ada: Person, library: Place) -> None:
    assert refused(search(ada, library.project, "x" * 2_001))["loc"] == ["query", "search_query"]
    assert refused(search(ada, library.project, "(" * 99 + "x"))["type"] == "malformed_query"


def test_highlights_are_safe_and_can_be_left_out(ada: Person, library: Place) -> None:
    (hit,) = ok(search(ada, library.project, '"long b lazy"'))["hits"]
    assert hit["highlights"] == ["Dear Bob, the afternoon was <em>long &amp; &lt;b&gt;lazy</em>&lt;/b&gt;."]
    (hit,) = ok(search(ada, library.project, '"long b lazy"', highlight=False))["hits"]
    assert hit["highlights"] == []


def test_a_search_goes_with_any_filter_and_any_sort(ada: Person, library: Place) -> None:
    monday = all_of(compared("SD_SOURCE_DOCUMENT_NAME", "STRING_CONTAINS", "MON"))
    assert names(search(ada, library.project, "afternoon", monday)) == ["monday.txt"]
    assert names(search(ada, library.project, "calm", monday)) == []
    sorts = [by("SD_SOURCE_DOCUMENT_NAME", "desc")]
    found = ok(search(ada, library.project, "afternoon", sorts=sorts))
    assert [found["sdocs"][str(hit["id"])]["filename"] for hit in found["hits"]] == ["tuesday.txt", "monday.txt"]
    assert [hit["score"] for hit in found["hits"]] == [None, None]
    assert names(search(ada, library.project, "", sorts=sorts))[0] == "tuesday.txt"
    bad = search(ada, library.project, "a", all_of(compared("SD_SOURCE_DOCUMENT_NAME", "ID_EQUALS", 1)))
    assert bad.status_code == 422


def test_a_folder_holds_what_is_in_those_inside_it(ada: Person, library: Place) -> None:
    outer, inner = (
        ok(ada.http.post("/folder/", json={"project_id": library.project, "name": name}))["id"] for name in "ab"
    )
    ok(ada.http.post("/folder/move_folders", params={"target_folder_id": outer}, json=[inner]))
    folder_id = ok(ada.http.get(f"/sdoc/{library.sdoc}"))["folder_id"]
    ok(ada.http.post("/folder/move_folders", params={"target_folder_id": inner}, json=[folder_id]))
    for folder in (outer, inner, folder_id):
        assert names(search(ada, library.project, "sea", folder_id=folder)) == ["sea.txt"]
        assert names(search(ada, library.project, "afternoon", folder_id=folder)) == []
    elsewhere = ok(ada.http.post("/folder/", json={"project_id": ada.project(), "name": "c"}))["id"]
    assert search(ada, library.project, "sea", folder_id=elsewhere).status_code == 404


@pytest.mark.parametrize("sorts", [[], [by("SD_SOURCE_DOCUMENT_NAME")]], ids=["ranked", "sorted"])
def test_pages_follow_on_each_other(ada: Person, library: Place, sorts: list[Any]) -> None:
    whole = names(search(ada, library.project, "bob | sea", sorts=sorts))
    assert len(whole) == 4
    first = search(ada, library.project, "bob | sea", sorts=sorts, page_size=3)
    second = search(ada, library.project, "bob | sea", sorts=sorts, page_size=3, page_number=1)
    assert names(first) + names(second) == whole
    assert ok(second)["total_results"] == 4
    (cursor,) = parse_qs(urlsplit(first.links["next"]["url"]).query)["cursor"]
    followed = search(ada, library.project, "bob | sea", sorts=sorts, page_size=3, cursor=cursor)
    assert names(followed) == names(second)
    assert "next" not in followed.links
    for bad in ("nonsense", "é", f"{cursor}!"):
        assert search(ada, library.project, "bob | sea", sorts=sorts, cursor=bad).status_code == 422


def test_a_cursor_of_one_ranking_leads_nowhere_in_another(ada: Person, library: Place) -> None:
    first = search(ada, library.project, "bob | sea", page_size=1)
    (cursor,) = parse_qs(urlsplit(first.links["next"]["url"]).query)["cursor"]
    assert search(ada, library.project, "bob", page_size=1, cursor=cursor).status_code == 422
    asked = {"project_id": library.project, "search_query": "bob | sea", "cursor": cursor}
    answer = ada.http.post("/search/memo", params=asked, json={"filter": EVERYTHING, "sorts": []})
    assert (answer.status_code, answer.json()["errors"][0]["loc"]) == (422, ["query", "cursor"])


@pytest.mark.parametrize("score", [math.nan, math.inf, -math.inf, 1e300, -1e300, 1e-300, 2.0**128, -1.0])
def test_a_cursor_with_a_score_that_no_engine_gives_is_refused(ada: Person, library: Place, score: float) -> None:
    first = search(ada, library.project, "bob | sea", page_size=1)
    (cursor,) = parse_qs(urlsplit(first.links["next"]["url"]).query)["cursor"]
    forged = urlsafe_b64encode(urlsafe_b64decode(cursor)[:-8] + struct.pack(">d", score)).decode()
    answer = search(ada, library.project, "bob | sea", page_size=1, cursor=forged)
    assert refused(answer)["loc"] == ["query", "cursor"]


def test_what_is_gone_is_not_found_although_the_engine_does_not_know_it_yet(ada: Person, library: Place) -> None:
    best = ok(search(ada, library.project, "bob"))["hits"][0]["id"]
    ok(ada.http.delete(f"/sdoc/{best}"))
    found = ok(search(ada, library.project, "bob", page_size=2))
    assert found["total_results"] == 2
    assert len(found["hits"]) == 2
    assert best not in [hit["id"] for hit in found["hits"]]
    assert len(names(search(ada, library.project, "bob", sorts=[by("SD_SOURCE_DOCUMENT_NAME")]))) == 2


@pytest.mark.parametrize("gone", [0, 1, 2])
def test_what_is_gone_is_counted_on_no_page(ada: Person, library: Place, gone: int) -> None:
    ranked = [hit["id"] for hit in ok(search(ada, library.project, "bob"))["hits"]]
    ok(ada.http.delete(f"/sdoc/{ranked.pop(gone)}"))
    pages = [ok(search(ada, library.project, "bob", page_size=1, page_number=number)) for number in range(3)]
    assert [page["total_results"] for page in pages] == [2, 2, 2]
    assert [[hit["id"] for hit in page["hits"]] for page in pages] == [*([id] for id in ranked), []]


@pytest.mark.parametrize(
    ("model", "path"),
    [(DOCUMENT_TEXT, "/search/sdoc"), (MEMO_TEXT, "/search/memo"), (WORD_FREQUENCY, "/word_frequency/analysis")],
)
@pytest.mark.parametrize("sorts", [[], ["name"]])
def test_whoever_asks_a_version_that_is_removed_at_that_moment_asks_again(
    app: FastAPI, ada: Person, library: Place, model: Model, path: str, sorts: list[str]
) -> None:
    columns = {"/search/sdoc": "SD_SOURCE_DOCUMENT_NAME", "/search/memo": "M_TITLE"}
    body = {"filter": EVERYTHING, "sorts": [by(columns.get(path, "WF_WORD")) for _ in sorts]}
    postgres = app.state.services.postgres
    with postgres.connection() as connection:
        place = serving(connection, model.name).place.name
        connection.execute(f"ALTER SCHEMA {place} RENAME TO elsewhere")
        answer = ada.http.post(path, params={"project_id": library.project, "search_query": "bob"}, json=body)
        connection.execute(f"ALTER SCHEMA elsewhere RENAME TO {place}")
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "1")
    assert "is not there" in answer.json()["detail"]


def test_an_answer_says_its_revision_and_waits_for_one(
    start: Callable[..., FastAPI], ada: Person, library: Place
) -> None:
    hasty = start("read_models.wait_seconds=0.01")
    before = int(search(ada, library.project, "bob").headers["X-Project-Revision"])
    renamed = ada.http.patch(f"/sdoc/{library.sdoc}", json={"name": "Ocean"})
    now = int(renamed.headers["X-Project-Revision"])
    assert now > before
    assert int(search(ada, library.project, "ocean").headers["X-Project-Revision"]) == before
    there = Person(ada.id, TestClient(hasty, headers=dict(ada.http.headers)), ada.email)
    late = search(there, library.project, "ocean", min_revision=now)
    assert (late.status_code, late.headers["Retry-After"]) == (503, "1")
    catch_up(hasty.state.services.read_models)
    answer = search(ada, library.project, "ocean", min_revision=now)
    assert names(answer) == ["sea.txt"]
    assert int(answer.headers["X-Project-Revision"]) == now


def test_what_was_said_of_a_revision_is_not_taken_back(app: FastAPI, ada: Person, library: Place) -> None:
    ok(ada.http.patch(f"/code/{library.calm}", json={"name": "Calmer"}))
    said = int(search(ada, library.project, "bob").headers["X-Project-Revision"])
    ok(ada.http.patch(f"/sdoc/{library.sdoc}", json={"name": "Ocean"}))
    answer = search(ada, library.project, "bob", min_revision=said)
    assert ok(answer)["total_results"] == 3
    assert int(answer.headers["X-Project-Revision"]) == said


@pytest.mark.parametrize("sorts", [[], [by("SD_SOURCE_DOCUMENT_NAME")]])
def test_without_a_word_all_is_found_that_there_is(
    app: FastAPI, ada: Person, library: Place, sorts: list[dict[str, str]]
) -> None:
    uploaded(app.state.services, library.project, "late.txt", "Nobody has read it yet.")
    now = ada.http.get(f"/project/{library.project}").headers["X-Project-Revision"]
    for query in ("", "*"):
        answer = search(ada, library.project, query, sorts=sorts)
        assert ok(answer)["total_results"] == 5
        assert answer.headers["X-Project-Revision"] == now


def test_memos_are_found_by_title_or_content(app: FastAPI, ada: Person, library: Place) -> None:
    for kind, id, title in (("source_document", library.sdoc, "On irony"), ("code", library.calm, "Plain")):
        params: dict[str, Any] = {"attached_object_type": kind, "attached_object_id": id}
        memo = {"title": title, "content": "No ironies & <i>.", "content_json": "", "starred": False}
        ok(ada.http.post("/memo", params=params, json=memo))
    catch_up(app.state.services.read_models)

    def find(query: str, filter: Any = EVERYTHING, **params: Any) -> Any:
        named: dict[str, Any] = {"project_id": library.project, "search_query": query, **params}
        return ok(ada.http.post("/search/memo", params=named, json={"filter": filter, "sorts": []}))

    found = find("irony")
    assert found["total_results"] == 2
    assert found["hits"][0]["highlights"] == ["On <em>irony</em>", "No <em>ironies</em> &amp; &lt;i&gt;."]
    assert find("irony", search_content=False)["total_results"] == 1
    assert find("irony", all_of(compared("M_TITLE", "STRING_EQUALS", "plain")))["total_results"] == 1
    assert find("")["total_results"] == 2


def test_all_occurrences_of_a_phrase_become_spans(ada: Person, library: Place) -> None:
    params: dict[str, Any] = {"project_id": library.project, "query": "THE", "code_id": library.calm}
    found = ok(ada.http.post("/search_annotate/auto_annotate", params=params))
    here = [hit for hit in found["hits"] if hit["span_dto"]["sdoc_id"] == library.sdoc]
    assert [hit["span_dto"]["span_text"] for hit in here] == ["The", "the", "the"]
    assert here[1]["before_context"].endswith("spoke, and ")
    assert here[1]["after_context"].startswith(" 🚢 lay")
    spans = ok(ada.http.post("/span/bulk/create", json=[hit["span_dto"] for hit in found["hits"]]))
    assert len(spans) == found["total_results"] == 5
    assert [span["text"] for span in spans if span["sdoc_id"] == library.sdoc] == ["The", "the", "the"]
    page = ok(ada.http.post("/search_annotate/auto_annotate", params={**params, "page_size": 2, "page_number": 1}))
    assert (page["hits"], page["total_results"]) == (found["hits"][2:4], 5)


def test_occurrences_are_followed_from_page_to_page_whatever_is_written_meanwhile(
    app: FastAPI, ada: Person, library: Place
) -> None:
    params: dict[str, Any] = {"project_id": library.project, "query": "THE", "page_size": 2}
    pages = followed(ada, ada.http.post("/search_annotate/auto_annotate", params=params), None)
    found = [hit for _ in range(2) for hit in ok(next(pages))["hits"]]
    ok(ada.http.delete(f"/sdoc/{library.sdoc}"))
    thursday = uploaded(app.state.services, library.project, "thursday.txt", "The end.")
    catch_up(app.state.services.read_models)
    *_, last = pages
    found += ok(last)["hits"]
    sdocs = {one["filename"]: one["id"] for one in ok(ada.http.get(f"/sdoc/project/{library.project}"))}
    places = [hit["span_dto"]["sdoc_id"] for hit in found]
    assert places == [library.sdoc] * 3 + [sdocs["monday.txt"], sdocs["tuesday.txt"], thursday]
    assert ok(last)["total_results"] == 3


@pytest.mark.parametrize("keys", [("place", None, 1, 2), ("place", 1, 2), ("place", 1, True, 2), ("other", 1, 2, 3)])
def test_a_cursor_that_is_no_place_is_refused(ada: Person, library: Place, keys: tuple[Any, ...]) -> None:
    cursor = urlsafe_b64encode(orjson.dumps(keys)).decode()
    params: dict[str, Any] = {"project_id": library.project, "query": "the", "cursor": cursor}
    assert refused(ada.http.post("/search_annotate/auto_annotate", params=params))["loc"] == ["query", "cursor"]


def test_a_phrase_needs_a_word(ada: Person, library: Place) -> None:
    answer = ada.http.post("/search_annotate/auto_annotate", params={"project_id": library.project, "query": "..."})
    assert refused(answer)["loc"] == ["query", "query", 0]
    code = ok(ada.http.post("/code", json={"project_id": ada.project(), "name": "elsewhere"}))["id"]
    params = {"project_id": library.project, "query": "the", "code_id": code}
    assert ada.http.post("/search_annotate/auto_annotate", params=params).status_code == 404


def test_a_document_that_waits_to_be_processed_is_found_by_its_name(app: FastAPI, ada: Person, library: Place) -> None:
    sdoc = uploaded(app.state.services, library.project, "thursday.txt", "A lazy afternoon.", processed=False)
    catch_up(app.state.services.read_models)
    assert names(search(ada, library.project, "thursday")) == ["thursday.txt"]
    assert names(search(ada, library.project, '"lazy afternoon"')) == ["monday.txt"]
    process(app.state.services, library.project, [sdoc])
    catch_up(app.state.services.read_models)
    assert sorted(names(search(ada, library.project, '"lazy afternoon"'))) == ["monday.txt", "thursday.txt"]
