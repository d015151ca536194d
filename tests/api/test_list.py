"""Long lists: in parts by `skip` and `limit`, or by following the links from page to page."""

from collections.abc import Iterator
from typing import Any, get_args

import pytest
from fastapi import FastAPI

from api._openapi import operations
from tests.api._fields import resolved
from tests.api._people import Person, ok
from tests.api._row import Row
from tests.api._sending import FIRST_OF_ROUTE
from tests.api._world import Kind, Maker, Things, World

WHOLE = {
    "project-read_mine",
    "sdocMetadata-read_by_sdoc",
    "tag-read_by_sdoc",
    "tag-read_sdocs",
    "sourceDocument-read_same_folder",
    "sourceDocument-read_annotators",
    "memo-read_by_attached_object",
    "spanAnnotation-read_groups",
    "spanGroup-read_span_annotations",
    "docprocessing-search_columns",
    "wordFrequency-word_frequency_analysis_info",
    "wordFrequency-read_by_sdoc",
    "analysis-count_sdocs_with_date_metadata",
    "projection-read_all",
    "projection-read_versions",
    "projection-verify",
    "projection-read_dead",
}
"""Lists that are answered at once: of ids, of columns, of versions, or of what hangs on one thing."""


def lists(app: FastAPI) -> Iterator[tuple[str, dict[str, Any]]]:
    document = app.openapi()
    for method, path, operation in operations(document):
        answer = operation["responses"].get("200", {}).get("content", {}).get("application/json")
        if method == "get" and answer and resolved(document, answer["schema"]).get("type") == "array":
            yield path, operation


@pytest.fixture(scope="module")
def full(world: World) -> World:
    """With at least three of everything."""
    maker = Maker(world.app, world.owner, world.one)
    for _ in range(2):
        for kind in get_args(Kind):
            if kind not in ("project", "user"):
                maker.new(kind)
    return world


def test_every_list_is_paged_or_known_to_be_whole(world: World) -> None:
    whole = {
        operation["operationId"]
        for _, operation in lists(world.app)
        if not {"skip", "limit", "cursor"} <= {parameter["name"] for parameter in operation["parameters"]}
    }
    assert whole == WHOLE


@pytest.mark.parametrize("row", [row for row in FIRST_OF_ROUTE if row.methods == "GET"], ids=str)
def test_pages_make_up_the_whole(full: World, row: Row) -> None:
    operation = dict(lists(full.app)).get(row.route)
    if operation is None or operation["operationId"] in WHOLE:
        return
    http, sent = full.owner.http, row.about(Things(full, full.owner))
    path = row.route.format_map(sent.path)
    everything = ok(http.get(path, params={"limit": 200}))
    assert len(everything) >= 3

    pages: list[Any] = []
    address: str | None = f"{path}?limit=2"
    while address:
        page = http.get(address)
        pages.append(ok(page))
        address = page.links.get("next", {}).get("url")
    assert [one for page in pages for one in page] == everything
    assert {len(page) for page in pages[:-1]} == {2}

    assert ok(http.get(path, params={"skip": 1, "limit": 200})) == everything[1:]
    assert ok(http.get(path, params={"skip": 1, "limit": 1})) == everything[1:2]
    assert ok(http.get(path, params={"skip": 1_000})) == []


def test_what_is_added_or_removed_meanwhile_moves_nothing(ada: Person) -> None:
    project = ada.project()
    ids = [ok(ada.http.post("/tag", json={"project_id": project, "name": f"tag {n}"}))["id"] for n in range(5)]
    page = ada.http.get(f"/tag/project/{project}", params={"limit": 2})
    ok(ada.http.delete(f"/tag/{ids[0]}"))
    added = ok(ada.http.post("/tag", json={"project_id": project, "name": "a later one"}))["id"]
    following = ok(ada.http.get(page.links["next"]["url"]))
    assert [tag["id"] for tag in ok(page)] + [tag["id"] for tag in following] == ids[:4]
    rest = ok(ada.http.get(f"/tag/project/{project}", params={"cursor": ids[3]}))
    assert [tag["id"] for tag in rest] == [ids[4], added]
