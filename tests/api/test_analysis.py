"""Counting over HTTP."""

from typing import Any

from fastapi import FastAPI

from tests.api._pages import followed
from tests.api._people import Person, ok
from tests.api.annotated import TEXT, Place, place
from tests.documents import uploaded


def counted(app: FastAPI, ada: Person) -> tuple[Place, int, int]:
    """Two documents with spans, a code below another, and a tag on the second document."""
    made = place(app, ada)
    other = uploaded(app.state.services, made.project, "other.txt", TEXT)
    ok(ada.http.patch(f"/code/{made.unrest}", json={"parent_id": made.calm}))
    spans = [made.span("sea"), made.span("sea", sdoc_id=other), made.span("wind", code_id=made.unrest)]
    ok(ada.http.post("/span/bulk/create", json=spans))
    ok(ada.http.post("/sentence", json=made.sentence()))
    tag = ok(ada.http.post("/tag", json={"project_id": made.project, "name": "letter"}))["id"]
    ok(ada.http.patch("/tag/bulk/link", json={"source_document_ids": [other], "tag_ids": [tag]}))
    return made, other, tag


def test_codes_are_counted(app: FastAPI, ada: Person) -> None:
    made, _, _ = counted(app, ada)
    asked: dict[str, Any] = {"code_ids": [made.calm, made.unrest], "user_ids": [ada.id], "doctypes": ["text"]}
    answer = ada.http.post("/analysis/code_frequencies", params={"project_id": made.project}, json=asked)
    assert ok(answer) == [
        {"code_id": made.calm, "count": 3, "child_count": 1, "total_count": 4},
        {"code_id": made.unrest, "count": 1, "child_count": 0, "total_count": 1},
    ]
    assert answer.headers["x-project-revision"]


def test_occurrences_are_paged(app: FastAPI, ada: Person) -> None:
    made, other, _ = counted(app, ada)
    params: dict[str, Any] = {"project_id": made.project, "code_id": made.calm, "return_children": True}
    answer = ada.http.post("/analysis/code_occurrences", params=params, json=[ada.id])
    found = ok(answer)
    assert "link" not in answer.headers
    seen = [(one["sdoc"]["id"], one["code"]["id"], one["text"], one["count"]) for one in found]
    assert seen == [
        (made.sdoc, made.calm, "The sea was calm.", 1),
        (made.sdoc, made.calm, "sea", 1),
        (made.sdoc, made.unrest, "wind", 1),
        (other, made.calm, "sea", 1),
    ]
    page = ada.http.post("/analysis/code_occurrences", params={**params, "skip": 1, "limit": 2}, json=[ada.id])
    assert ok(page) == found[1:3]
    (sea, _) = ok(ada.http.get(f"/span/sdoc/{made.sdoc}"))
    ok(ada.http.delete(f"/span/{sea['id']}"))
    _, *later = followed(ada, page, [ada.id])
    assert [row for answer in later for row in ok(answer)] == found[3:]
    unknown = ada.http.post("/analysis/code_occurrences", params={**params, "code_id": 2**40}, json=[ada.id])
    assert unknown.status_code == 404


def test_dated_documents_are_counted(app: FastAPI, ada: Person) -> None:
    made, other, _ = counted(app, ada)
    ids = {one["key"]: one["id"] for one in ok(ada.http.get(f"/projmeta/project/{made.project}"))}
    values = {one["project_metadata_id"]: one["id"] for one in ok(ada.http.get(f"/sdocmeta/sdoc/{other}"))}
    ok(ada.http.patch(f"/sdocmeta/{values[ids['date']]}", json={"date_value": "1916-02-21"}))
    path = f"/analysis/count_sdocs_with_date_metadata/{made.project}/metadata"
    assert ok(ada.http.get(f"{path}/{ids['date']}")) == [1, 2]
    assert ada.http.get(f"{path}/{ids['author']}").status_code == 404


def test_documents_are_sampled(app: FastAPI, ada: Person) -> None:
    made, other, tag = counted(app, ada)
    params = {"project_id": made.project, "n": 3, "frac": 1, "seed": 7}
    found = ok(ada.http.post("/analysis/sample_sdocs_by_tags", params=params, json=[[tag]]))
    assert found == [{"tags": [tag], "sdocs": [other], "sample_fixed": [other], "sample_relative": [other]}]


def test_documents_are_compared_with_all(app: FastAPI, ada: Person) -> None:
    made, other, tag = counted(app, ada)
    ids = {one["key"]: one["id"] for one in ok(ada.http.get(f"/projmeta/project/{made.project}"))}
    for sdoc, words in ((made.sdoc, ["Hunger", "front"]), (other, ["Hunger"])):
        values = {one["project_metadata_id"]: one["id"] for one in ok(ada.http.get(f"/sdocmeta/sdoc/{sdoc}"))}
        ok(ada.http.patch(f"/sdocmeta/{values[ids['keywords']]}", json={"list_value": words}))
    stats = ok(ada.http.post("/statistics/keyword", params={"project_id": made.project}, json=[other]))
    assert stats == [{"keyword": "Hunger", "filtered_count": 1, "global_count": 2}]
    top = {"project_id": made.project, "sort_by_global": True, "top_k": 2}
    stats = ok(ada.http.post("/statistics/keyword", params=top, json=[other]))
    assert [(one["keyword"], one["filtered_count"]) for one in stats] == [("Hunger", 1), ("front", 0)]
    (stat,) = ok(ada.http.post("/statistics/tag", json=[made.sdoc, other]))
    assert stat == {"tag": ok(ada.http.get(f"/tag/{tag}")), "filtered_count": 1, "global_count": 1}
    assert ok(ada.http.post("/statistics/tag", json=[])) == []
    (stat,) = ok(ada.http.post("/statistics/code", params={"code_id": made.calm}, json=[other]))
    assert (stat["code_id"], stat["span_text"]) == (made.calm, "sea")
    assert (stat["filtered_count"], stat["global_count"]) == (1, 2)
