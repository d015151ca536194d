"""Searching tables over HTTP: what is found, what is told of it, and what is refused."""

import json
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx2
import pytest
from fastapi import FastAPI

from tests.api._pages import followed
from tests.api._people import Person, account, ok
from tests.api.annotated import TEXT, Place, join, place
from tests.documents import uploaded

WORDS = ("The", "sea", "was", "calm", "Nobody", "spoke", "\U0001f6a2", "wind")
INSIDE = "filter.items.0.filter.items.0"
EVERYTHING = {"id": "root", "logic_operator": "and", "items": []}


@pytest.fixture
def spot(app: FastAPI, ada: Person) -> Place:
    """With a span on each of the words."""
    made = place(app, ada)
    ok(ada.http.post("/span/bulk/create", json=[made.span(word) for word in WORDS]))
    return made


def compared(column: str | int, operator: str, value: Any, **more: Any) -> dict[str, Any]:
    return {"id": "one", "column": column, "operator": operator, "value": value, **more}


def all_of(*items: Any) -> dict[str, Any]:
    return {**EVERYTHING, "items": items}


def search(
    who: Person, project: int, filter: Any = EVERYTHING, sorts: Any = (), table: str = "span", **params: Any
) -> httpx2.Response:
    return who.http.post(
        f"/search/{table}_annotation",
        params={"project_id": project, **params},
        json={"filter": filter, "sorts": list(sorts)},
    )


def by(column: str | int, direction: str = "asc") -> dict[str, Any]:
    return {"column": column, "direction": direction}


def texts(answer: httpx2.Response) -> list[str]:
    found = ok(answer)
    assert found["total_results"] >= len(found["data"])
    return [row["span_text"] for row in found["data"]]


def test_a_row_has_all_that_is_shown_of_a_span(ada: Person, spot: Place) -> None:
    tag = ok(ada.http.post("/tag", json={"project_id": spot.project, "name": "letter"}))["id"]
    ok(ada.http.patch("/tag/bulk/link", json={"source_document_ids": [spot.sdoc], "tag_ids": [tag]}))
    found = ok(search(ada, spot.project, all_of(compared("SP_SPAN_TEXT", "STRING_EQUALS", "SEA"))))
    assert found["total_results"] == 1
    (row,) = found["data"]
    span = ok(ada.http.get(f"/span/{row['id']}"))
    assert row == {
        "id": span["id"],
        "span_text": "sea",
        "begin": span["begin"],
        "end": span["end"],
        "user_id": ada.id,
        "code": ok(ada.http.get(f"/code/{spot.calm}")),
        "sdoc": ok(ada.http.get(f"/sdoc/{spot.sdoc}")),
        "tag_ids": [tag],
        "memo": None,
        "memo_ids": [],
    }


def test_everybody_sees_their_own_memo_or_else_the_oldest(
    app: FastAPI, ada: Person, stranger: Person, spot: Place
) -> None:
    bob = join(ada, spot.project, stranger, "annotator")
    span = ok(search(ada, spot.project))["data"][0]["id"]
    address = f"/memo?attached_object_type=span_annotation&attached_object_id={span}"
    hers = ok(ada.http.post(address, json={"title": "hers", "content": "Zweifel"}))
    only_hers = all_of(compared("SP_MEMO_CONTENT", "STRING_CONTAINS", "zweifel"))
    assert ok(search(bob, spot.project, only_hers))["data"][0]["memo"] == hers
    his = ok(bob.http.post(address, json={"title": "his", "content": "Yes"}))
    for person, memo in ((ada, hers), (bob, his)):
        row = ok(search(person, spot.project, only_hers))["data"][0]
        assert (row["memo"], row["memo_ids"]) == (memo, [hers["id"], his["id"]])


def test_a_sentence_annotation_is_found_as_well(ada: Person, spot: Place) -> None:
    made = ok(ada.http.post("/sentence", json=spot.sentence(2, 2)))
    windy = all_of(compared("SentAnno_TEXT", "STRING_CONTAINS", "WIND"))
    found = ok(search(ada, spot.project, windy, table="sentence"))
    (row,) = found["data"]
    assert (row["id"], row["text"]) == (made["id"], "Then the wind came.")


def test_pages_are_numbered_from_nought(ada: Person, spot: Place) -> None:
    sorts = [by("SP_SPAN_TEXT")]
    whole = texts(search(ada, spot.project, sorts=sorts))
    assert whole == sorted(WORDS, key=str.casefold)
    pages = [texts(search(ada, spot.project, sorts=sorts, page=page, page_size=3)) for page in range(4)]
    assert pages == [whole[:3], whole[3:6], whole[6:], []]
    assert ok(search(ada, spot.project, sorts=sorts, page=9, page_size=3))["total_results"] == len(WORDS)


@pytest.mark.parametrize("page", ["-1", "2147483648", "1" * 20, "1.5", "\u0661"])
def test_a_page_that_is_none_is_told_what_pages_are(ada: Person, spot: Place, page: str) -> None:
    error = search(ada, spot.project, page=page).json()["errors"][0]
    assert error["loc"] == ["query", "page"]
    assert ("or equal to" in error["msg"]) == (page in ("-1", "2147483648"))
    assert ("digits only, at most 19" in error["msg"]) == (page not in ("-1", "2147483648"))


def test_a_link_leads_to_the_next_page_whatever_is_removed_meanwhile(ada: Person, spot: Place) -> None:
    sorts = [by("SP_SPAN_TEXT", "desc")]
    whole = texts(search(ada, spot.project, sorts=sorts))
    first = search(ada, spot.project, sorts=sorts, page=0, page_size=3)
    assert "page" not in parse_qs(urlsplit(first.links["next"]["url"]).query)
    ok(ada.http.delete(f"/span/{first.json()['data'][0]['id']}"))
    pages = list(followed(ada, first, {"filter": EVERYTHING, "sorts": sorts}))
    assert [text for page in pages for text in texts(page)] == whole
    assert ok(pages[-1])["total_results"] == len(WORDS) - 1


def test_an_answer_says_which_revision_it_is_about(ada: Person, spot: Place) -> None:
    first = search(ada, spot.project).headers["x-project-revision"]
    made = ada.http.post("/span", json=spot.span("lay"))
    again = search(ada, spot.project, all_of(compared("SP_SPAN_TEXT", "STRING_EQUALS", "lay")))
    assert ok(again)["total_results"] == 1
    assert int(first) < int(made.headers["x-project-revision"]) == int(again.headers["x-project-revision"])


def test_metadata_are_columns(app: FastAPI, ada: Person, spot: Place) -> None:
    other = uploaded(app.state.services, spot.project, "other.txt", TEXT)
    ok(ada.http.post("/span", json=spot.span("sea", sdoc_id=other)))
    year = ok(
        ada.http.post(
            "/projmeta",
            json={"project_id": spot.project, "key": "year", "metatype": "NUMBER", "doctype": "text"},
        )
    )["id"]
    values = ok(ada.http.get(f"/sdocmeta/sdoc/{other}"))
    value = next(one for one in values if one["project_metadata_id"] == year)
    ok(ada.http.patch(f"/sdocmeta/{value['id']}", json={"int_value": 1916}))
    for column in (year, str(year)):
        found = ok(search(ada, spot.project, all_of(compared(column, "NUMBER_GTE", 1916)), [by(year, "desc")]))
        assert [row["sdoc"]["id"] for row in found["data"]] == [other]
    rest = ok(
        search(ada, spot.project, {**EVERYTHING, "logic_operator": "not", "items": [compared(year, "NUMBER_GT", 0)]})
    )
    assert rest["total_results"] == len(WORDS)


def test_items_are_compared_as_they_are_whatever_they_begin_with(ada: Person, spot: Place) -> None:
    """In JSON a line end is an n, which an accent behind it would go together with."""
    unset = ok(ada.http.get(f"/sdocmeta/sdoc/{spot.sdoc}/metadata/keywords"))
    keywords = unset["project_metadata_id"]
    items = ["\n\u0301", "\x1f\u0307", "Cafe\u0301"]
    ok(ada.http.patch(f"/sdocmeta/{unset['id']}", json={"list_value": items}))
    for asked, found in ((items[:1], True), (items, True), (["Caf\u00e9"], True), ("caf\u00e9", False), ([], True)):
        for operator in ("LIST_CONTAINS", "LIST_NOT_CONTAINS"):
            answer = search(ada, spot.project, all_of(compared(keywords, operator, asked, case_sensitive=True)))
            expected = found == (operator == "LIST_CONTAINS") or asked == []
            assert ok(answer)["total_results"] == (len(WORDS) if expected else 0), (operator, asked)


def test_people_are_sorted_by_name_whatever_its_case(app: FastAPI, ada: Person, spot: Place) -> None:
    annotators = [account(app, last_name=name) for name in ("Straßer", "de Vries", "Strasser", "Okafor", "Öz", "öy")]
    for someone in annotators:
        ok(join(ada, spot.project, someone, "annotator").http.post("/span", json=spot.span("came")))
    strasse, vries, strasser, okafor, oz, oy = (someone.id for someone in annotators)
    order = [vries, okafor, strasse, strasser, oy, oz]
    theirs = all_of(compared("SP_USER_ID", "ID_NOT_EQUALS", ada.id))
    for direction, expected in (("asc", order), ("desc", [oz, oy, strasse, strasser, okafor, vries])):
        sorts = [by("SP_USER_ID", direction)]
        first = search(ada, spot.project, theirs, sorts, page_size=1)
        pages = followed(ada, first, {"filter": theirs, "sorts": sorts})
        assert [ok(page)["data"][0]["user_id"] for page in pages] == expected


@pytest.mark.parametrize(
    ("table", "keys"),
    [
        ("span_annotation", ["SP_SPAN_TEXT", "SP_CODE_ID", "SP_USER_ID", "SP_MEMO_CONTENT"]),
        ("sentence_annotation", ["SentAnno_TEXT", "SentAnno_CODE_ID", "SentAnno_USER_ID", "SentAnno_MEMO_CONTENT"]),
        ("bbox_annotation", ["BB_CODE_ID", "BB_MEMO_CONTENT", "BB_SOURCE_SOURCE_DOCUMENT_NAME", "BB_TAG_ID_LIST"]),
        ("sdoc", ["SD_SOURCE_DOCUMENT_TYPE", "SD_SOURCE_DOCUMENT_NAME", "SD_TAG_ID_LIST", "SD_CODE_ID_LIST"]),
        ("memo", ["M_TITLE", "M_CONTENT", "M_STARRED", "M_USER_ID"]),
    ],
)
def test_columns_are_told_with_what_one_can_do_with_them(ada: Person, spot: Place, table: str, keys: list[str]) -> None:
    told = {one["column"]: one for one in ok(ada.http.post(f"/search/{table}_info?project_id={spot.project}"))}
    assert set(keys) <= set(told)
    definitions = ok(ada.http.get(f"/projmeta/project/{spot.project}"))
    # A new project has metadata of texts alone.
    without = table in ("memo", "bbox_annotation")
    metadata = {} if without else {one["id"]: one["key"] for one in definitions}
    assert {key: one["label"] for key, one in told.items() if isinstance(key, int)} == metadata
    for one in told.values():
        assert one["label"]
        assert one["operators"]
        assert one["sortable"] is (one["operator"] not in ("LIST", "ID_LIST"))
    keywords = next((one for one in told.values() if one["label"] == "keywords"), None)
    assert (keywords is None) == without


def test_every_sortable_column_sorts_and_every_operator_compares(ada: Person, spot: Place) -> None:
    values = {"STRING": "x", "ID": 1, "NUMBER": 1, "DATE": "1916-02-21", "BOOLEAN": True, "ID_LIST": [1], "LIST": ["x"]}
    for table in ("span", "sentence", "bbox"):
        for one in ok(ada.http.post(f"/search/{table}_annotation_info?project_id={spot.project}")):
            sorts = [by(one["column"], "desc")] if one["sortable"] else []
            for operator in one["operators"]:
                filter = all_of(compared(one["column"], operator, values[one["operator"]]))
                assert search(ada, spot.project, filter, sorts, table).status_code == 200


@pytest.mark.parametrize(
    ("filter", "place", "told"),
    [
        (all_of(compared("SP_NOTHING", "ID_EQUALS", 1)), "filter.items.0.expression.column", "'SP_SPAN_TEXT'"),
        (all_of(compared(4_000_000, "ID_EQUALS", 1)), "filter.items.0.expression.column", "SP_SPAN_TEXT, SP_CODE_ID"),
        (all_of(compared("SP_CODE_ID", "EQUALS", 1)), "filter.items.0.expression.operator", "ID_EQUALS"),
        (all_of(compared("SP_CODE_ID", "DATE_GT", 1)), "filter.items.0.expression.operator", "ID_EQUALS, ID_NOT"),
        (
            all_of(compared("SP_SPAN_TEXT", "STRING_EQUALS", "x" * 1_001)),
            "filter.items.0.expression.value",
            "at most 1000 characters",
        ),
        (all_of(compared("SP_CODE_ID", "ID_EQUALS", {})), "filter.items.0.expression.value", "a number"),
        (all_of(compared("SP_CODE_ID", "ID_EQUALS", "x")), "filter.items.0.expression.value", "an id"),
        (
            all_of(all_of(compared("SP_USER_ID", "ID_EQUALS", []))),
            "filter.items.0.filter.items.0.expression.value",
            "an id",
        ),
        (all_of({"logic_operator": "and"}), "filter.items.0.filter.items", "required"),
        ({"items": [], "logic_operator": "xor"}, "filter.logic_operator", "'not'"),
        (all_of(*[compared("SP_USER_ID", "ID_EQUALS", 1)] * 101), "filter.items", "100"),
    ],
)
def test_what_is_no_filter_is_told_the_place_and_what_is_allowed(
    ada: Person, spot: Place, filter: Any, place: str, told: str
) -> None:
    answer = search(ada, spot.project, filter)
    assert answer.status_code == 422
    (error,) = answer.json()["errors"]
    assert ".".join(map(str, error["loc"])) == f"body.{place}"
    assert told in error["msg"]
    assert answer.json()["detail"].startswith(f"body.{place}: ")


def test_half_a_character_is_told_what_columns_there_are(ada: Person, spot: Place) -> None:
    half = compared("\ud800", "ID_EQUALS", 1)
    for body in ({"filter": all_of(half), "sorts": []}, {"filter": EVERYTHING, "sorts": [by("\ud800")]}):
        answer = ada.http.post(
            f"/search/span_annotation?project_id={spot.project}",
            content=json.dumps(body),
            headers={"Content-Type": "application/json"},
        )
        assert (answer.status_code, "Columns are 'SP_SPAN_TEXT'" in answer.json()["detail"]) == (422, True)


def test_a_filter_that_is_too_deep_is_refused(ada: Person, spot: Place) -> None:
    for depth in (11, 200, 400):
        filter = EVERYTHING
        for _ in range(depth - 1):
            filter = all_of(filter)
        answer = search(ada, spot.project, filter)
        assert (answer.status_code, "at most 10 groups deep" in answer.json()["detail"]) == (422, True)


def test_what_one_cannot_sort_by_is_refused(ada: Person, spot: Place) -> None:
    for column, told in (("SP_TAG_ID_LIST", "by SP_SPAN_TEXT"), (4_000_000, "no column"), ("id", "'SP_SPAN_TEXT'")):
        answer = search(ada, spot.project, sorts=[by("SP_SPAN_TEXT"), by(column)])
        assert answer.status_code == 422
        assert answer.json()["errors"][0]["loc"] == ["body", "sorts", 1, "column"]
        assert told in answer.json()["detail"]
    assert search(ada, spot.project, sorts=[by("SP_SPAN_TEXT")] * 11).status_code == 422


def test_a_cursor_that_is_none_is_refused(ada: Person, spot: Place) -> None:
    link = search(ada, spot.project, page_size=1).headers["link"]
    (good,) = parse_qs(urlsplit(link.partition(">")[0][1:]).query)["cursor"]
    assert search(ada, spot.project, cursor=good, page_size=1).status_code == 200
    for cursor in ("", "x", "5", good[:-2], good + "x", "a" * 10_001, "\u00e4", "nul \0"):
        answer = search(ada, spot.project, cursor=cursor)
        assert (answer.status_code, answer.json()["errors"][0]["loc"]) == (422, ["query", "cursor"])
    assert search(ada, spot.project, sorts=[by("SP_SPAN_TEXT")], cursor=good).status_code == 422


def test_harmful_words_are_words(ada: Person, spot: Place) -> None:
    for words in ("'; DROP TABLE inline.span_annotation; --", "%", "_", "\\", "%%", ":x", "$1", "{}", "%s"):
        for operator in ("CONTAINS", "EQUALS", "STARTS_WITH", "ENDS_WITH"):
            filter = all_of(
                *(compared(column, f"STRING_{operator}", words) for column in ("SP_SPAN_TEXT", "SP_MEMO_CONTENT"))
            )
            assert texts(search(ada, spot.project, filter)) == []
    assert len(texts(search(ada, spot.project))) == len(WORDS)
