"""Word frequencies over HTTP, against the same counted by hand."""

import csv
import time
from collections import Counter
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx2
import pytest
from fastapi import FastAPI

from projections._verify import Counts
from queries.word_frequency_dto import WordFrequencyColumns
from tests.api._pages import followed
from tests.api._people import Person, ok
from tests.api.test_table_search import EVERYTHING, all_of, by, compared
from tests.documents import uploaded
from tests.read_models import catch_up

TEXTS = {
    "monday.txt": "The sea, the sea! Die Straße.",
    "tuesday.txt": "A calm sea; don\u2019t ask the SEA.",
    "empty.txt": "... !!! ...",
}


@pytest.fixture
def project(app: FastAPI, ada: Person) -> int:
    project = ada.project()
    for name, text in TEXTS.items():
        uploaded(app.state.services, project, name, text)
    uploaded(app.state.services, ada.project(), "elsewhere.txt", "sea sea sea")
    catch_up(app.state.services.read_models)
    return project


def analysis(who: Person, project: int, filter: Any = EVERYTHING, sorts: Any = (), **params: Any) -> httpx2.Response:
    return who.http.post(
        "/word_frequency/analysis",
        params={"project_id": project, **params},
        json={"filter": filter, "sorts": list(sorts)},
    )


def exported(who: Person, project: int, filter: Any = EVERYTHING, sorts: Any = ()) -> httpx2.Response:
    return who.http.post(
        "/word_frequency/export", params={"project_id": project}, json={"filter": filter, "sorts": list(sorts)}
    )


def one_of(*items: Any) -> dict[str, Any]:
    return {**all_of(*items), "logic_operator": "or"}


def none_of(*items: Any) -> dict[str, Any]:
    return {**all_of(*items), "logic_operator": "not"}


def words(answer: httpx2.Response) -> dict[str, int]:
    return {one["word"]: one["count"] for one in ok(answer)["word_frequencies"]}


def test_all_words_of_a_project_are_counted(ada: Person, project: int) -> None:
    found = ok(analysis(ada, project))
    counted = Counter(
        ["the", "sea", "the", "sea", "die", "straße", "a", "calm", "sea", "don\u2019t", "ask", "the", "sea"]
    )
    assert {one["word"]: one["count"] for one in found["word_frequencies"]} == counted
    assert (found["words_total"], found["sdocs_total"], found["total_results"]) == (13, 2, len(counted))
    assert found["word_frequencies"][0] == {
        "word": "sea",
        "count": 4,
        "word_percent": pytest.approx(400 / 13),
        "sdocs": 2,
        "sdocs_percent": pytest.approx(100),
    }


def test_a_filter_of_documents_decides_on_what_is_counted(ada: Person, project: int) -> None:
    monday = compared("WF_SOURCE_DOCUMENT_NAME", "STRING_CONTAINS", "Monday")
    assert words(analysis(ada, project, all_of(monday))) == {"the": 2, "sea": 2, "die": 1, "straße": 1}
    strasse = compared("WF_WORD", "STRING_EQUALS", "STRASSE")
    assert words(analysis(ada, project, all_of(monday, strasse))) == {"straße": 1}


def test_words_are_found_regardless_of_case_in_every_script(app: FastAPI, ada: Person, project: int) -> None:
    uploaded(app.state.services, project, "wise.txt", "\u03c3\u03bf\u03c6\u03cc\u03c2 \u0587 \ufb01ne")
    catch_up(app.state.services.read_models)
    for asked, found in (
        ("\u03a3\u039f\u03a6\u038c\u03a3", "\u03c3\u03bf\u03c6\u03cc\u03c2"),
        ("\u03c3\u03bf\u03c6\u03cc\u03c2", "\u03c3\u03bf\u03c6\u03cc\u03c2"),
        ("\u0587", "\u0587"),
        ("Fine", "\ufb01ne"),
    ):
        assert words(analysis(ada, project, all_of(compared("WF_WORD", "STRING_EQUALS", asked)))) == {found: 1}


def test_a_hundred_words_are_asked_for_in_time(ada: Person, project: int) -> None:
    began = time.monotonic()
    hundred = [compared("WF_WORD", "STRING_CONTAINS", f"se{number}") for number in range(99)]
    sea = compared("WF_WORD", "STRING_CONTAINS", "SEA")
    assert words(analysis(ada, project, one_of(*hundred, sea))) == {"sea": 4}
    often = compared("WF_WORD_FREQUENCY", "NUMBER_GTE", 4)
    assert words(analysis(ada, project, one_of(*hundred, often))) == {"sea": 4}
    assert time.monotonic() - began < 5


def test_a_filter_of_sums_decides_on_what_is_shown(ada: Person, project: int) -> None:
    often = compared("WF_WORD_FREQUENCY", "NUMBER_GTE", 3)
    found = ok(analysis(ada, project, all_of(often)))
    assert [one["word"] for one in found["word_frequencies"]] == ["sea", "the"]
    assert (found["words_total"], found["total_results"]) == (13, 2)
    monday = compared("WF_SOURCE_DOCUMENT_NAME", "STRING_CONTAINS", "monday")
    assert words(analysis(ada, project, all_of(monday, compared("WF_WORD_FREQUENCY", "NUMBER_EQUALS", 2)))) == {
        "the": 2,
        "sea": 2,
    }


def test_words_and_sums_can_be_alternatives(ada: Person, project: int) -> None:
    calm = compared("WF_WORD", "STRING_EQUALS", "CALM")
    often, always = (
        compared(column, "NUMBER_GTE", least)
        for column, least in (("WF_WORD_FREQUENCY", 3), ("WF_SOURCE_DOCUMENT_PERCENT", 100))
    )
    found = ok(analysis(ada, project, one_of(calm, often)))
    assert [one["word"] for one in found["word_frequencies"]] == ["sea", "the", "calm"]
    assert found["words_total"] == 13
    rare = {"a", "ask", "die", "don\u2019t", "straße"}
    assert set(words(analysis(ada, project, none_of(all_of(calm, always), often)))) == {*rare, "calm"}
    assert set(words(analysis(ada, project, one_of(none_of(calm, often), always)))) == {*rare, "sea", "the"}


def test_neither_certain_documents_nor_frequent_words(ada: Person, project: int) -> None:
    tuesday = compared("WF_SOURCE_DOCUMENT_NAME", "STRING_CONTAINS", "tuesday")
    twice = compared("WF_WORD_FREQUENCY", "NUMBER_GTE", 2)
    found = ok(analysis(ada, project, none_of(tuesday, twice)))
    assert {one["word"]: one["count"] for one in found["word_frequencies"]} == {"die": 1, "straße": 1}
    assert (found["words_total"], found["sdocs_total"]) == (6, 1)
    for filter in (one_of(tuesday, twice), none_of(all_of(tuesday, twice)), all_of(one_of(tuesday, all_of(twice)))):
        answer = analysis(ada, project, filter)
        assert answer.status_code == 422
        assert "no alternative" in answer.json()["detail"]


def test_what_is_wrong_beside_sums_is_told_with_its_place(ada: Person, project: int) -> None:
    often = compared("WF_WORD_FREQUENCY", "NUMBER_GTE", 3)
    for wrong in (compared("WF_WORD", "STRING_EQUALS", 3), compared("WF_WORD_PERCENT", "NUMBER_EQUALS", "x")):
        answer = analysis(ada, project, all_of(often, compared("WF_WORD", "STRING_EQUALS", "sea"), all_of(wrong)))
        (error,) = answer.json()["errors"]
        assert ".".join(map(str, error["loc"])) == "body.filter.items.2.filter.items.0.expression.value"


def test_words_are_sorted_and_paged(ada: Person, project: int) -> None:
    whole = list(words(analysis(ada, project, sorts=[by("WF_WORD")])))
    assert whole == sorted(whole)
    pages = [list(words(analysis(ada, project, sorts=[by("WF_WORD")], page=page, page_size=3))) for page in range(4)]
    assert [word for page in pages for word in page] == whole
    assert ok(analysis(ada, project, page=9))["total_results"] == len(whole)
    rarest = list(words(analysis(ada, project, sorts=[by("WF_WORD_PERCENT"), by("WF_WORD", "desc")])))
    assert rarest[-1] == "sea"
    assert analysis(ada, project, sorts=[by("WF_TAG_ID_LIST")]).status_code == 422


def test_a_link_leads_on_whatever_is_written_meanwhile(app: FastAPI, ada: Person, project: int) -> None:
    sorts = [by("WF_WORD")]
    friday = uploaded(app.state.services, project, "friday.txt", "Abend Zug")
    catch_up(app.state.services.read_models)
    pages = followed(ada, analysis(ada, project, sorts=sorts, page_size=3), {"filter": EVERYTHING, "sorts": sorts})
    assert list(words(next(pages))) == ["a", "abend", "ask"]
    ok(ada.http.delete(f"/sdoc/{friday}"))
    uploaded(app.state.services, project, "wednesday.txt", "aaa zebra")
    catch_up(app.state.services.read_models)
    found = [word for page in pages for word in words(page)]
    assert found == ["calm", "die", "don\u2019t", "sea", "straße", "the", "zebra"]


@pytest.mark.parametrize("column", ["WF_WORD_PERCENT", "WF_SOURCE_DOCUMENT_PERCENT", "WF_WORD_FREQUENCY"])
@pytest.mark.parametrize("direction", ["asc", "desc"])
def test_every_word_is_shown_once_though_all_shares_become_less(
    app: FastAPI, ada: Person, project: int, column: str, direction: str
) -> None:
    sorts = [by(column, direction)]
    whole = list(words(analysis(ada, project, sorts=sorts)))
    pages = followed(ada, analysis(ada, project, sorts=sorts, page_size=2), {"filter": EVERYTHING, "sorts": sorts})
    found = list(words(next(pages)))
    for name in ("wednesday.txt", "thursday.txt", "friday.txt"):
        uploaded(app.state.services, project, name, "zebra zebra zebra")
    catch_up(app.state.services.read_models)
    found += [word for page in pages for word in words(page)]
    assert [word for word in found if word != "zebra"] == whole


def test_very_long_words_that_begin_alike_are_shown_once_each(app: FastAPI, ada: Person) -> None:
    project = ada.project()
    long = ["x" * 20_000 + end for end in "abc"]
    uploaded(app.state.services, project, "long.txt", " ".join(long))
    catch_up(app.state.services.read_models)
    pages = followed(ada, analysis(ada, project, page_size=1), {"filter": EVERYTHING, "sorts": []})
    assert sorted(word for page in pages for word in words(page)) == long


def test_a_cursor_of_another_order_is_refused(ada: Person, project: int) -> None:
    (cursor,) = parse_qs(urlsplit(analysis(ada, project, page_size=1).links["next"]["url"]).query)["cursor"]
    assert words(analysis(ada, project, cursor=cursor, page_size=1)) == {"the": 3}
    for answer in (analysis(ada, project, sorts=[by("WF_WORD")], cursor=cursor), analysis(ada, project, cursor="x")):
        assert (answer.status_code, answer.json()["errors"][0]["loc"]) == (422, ["query", "cursor"])


def test_the_whole_table_is_a_text_of_csv(ada: Person, project: int) -> None:
    often = compared("WF_WORD_FREQUENCY", "NUMBER_GTE", 3)
    for filter, sorts in ((EVERYTHING, []), (all_of(often), [by("WF_WORD")])):
        answer = exported(ada, project, filter, sorts)
        header, *rows = csv.reader(ok(answer).splitlines())
        shown = ok(analysis(ada, project, filter, sorts))["word_frequencies"]
        assert header == ["word", "word_percent", "count", "sdocs", "sdocs_percent"]
        assert rows == [[str(one[name]) for name in header] for one in shown] != []
        assert answer.headers["X-Project-Revision"] == str(ok(ada.http.get(f"/project/{project}"))["revision"])
    assert exported(ada, project, sorts=[by("WF_TAG_ID_LIST")]).status_code == 422


def test_a_large_table_is_exported_to_its_end(app: FastAPI, ada: Person) -> None:
    project = ada.project()
    many = {f"w{number}": 1 for number in range(12_000)}
    uploaded(app.state.services, project, "many.txt", " ".join(many))
    catch_up(app.state.services.read_models)
    _, *rows = csv.reader(ok(exported(ada, project)).splitlines())
    assert {word: int(count) for word, _, count, *_ in rows} == many


def test_what_can_be_asked_is_told(ada: Person, project: int) -> None:
    told = {one["column"]: one for one in ok(ada.http.get(f"/word_frequency/info/{project}"))}
    assert told["WF_WORD_FREQUENCY"]["operator"] == "NUMBER"
    assert told["WF_WORD"]["sortable"]
    assert not told["WF_TAG_ID_LIST"]["sortable"]
    assert set(WordFrequencyColumns) <= set(told)


def test_the_words_of_one_document(app: FastAPI, ada: Person, project: int) -> None:
    (sdoc,) = (one for one in ok(ada.http.get(f"/sdoc/project/{project}")) if one["filename"] == "monday.txt")
    found = ok(ada.http.get(f"/word_frequency/sdoc/{sdoc['id']}"))
    assert found[0] == {"sdoc_id": sdoc["id"], "word": "sea", "count": 2}
    assert [one["word"] for one in found] == ["sea", "the", "die", "straße"]
    ok(ada.http.delete(f"/sdoc/{sdoc['id']}"))
    assert "straße" not in words(analysis(ada, project))
    catch_up(app.state.services.read_models)
    assert list(app.state.services.read_models.differences_behind(Counts())) == []
