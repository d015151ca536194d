"""Who may do what: searching tables, analysing and counting."""

from typing import Any

from tests.api._row import Row, row, the
from tests.api._world import Kind

ASKING = (
    "/search/",
    "/search_annotate/",
    "/word_frequency/",
    "/analysis/",
    "/statistics/",
    "/simsearch/",
    "/docprocessing/project/{proj_id}/search",
)
"""Where the routes begin that read with `POST`."""


def _info(path: str) -> Row:
    return row("401 401 404 200 200 200 200", f"POST /search/{path}_info", params={"project_id": the("project")})


def _search(path: str, prefix: str, definition: Kind = "definition") -> Row:
    has_code = {"column": f"{prefix}_CODE_ID", "operator": "ID_EQUALS", "value": the("code")}
    any_document = {"column": the(definition), "operator": "STRING_NOT_EQUALS", "value": "nobody"}
    filter: dict[str, Any] = {
        "id": "root",
        "logic_operator": "and",
        "items": [has_code, {"id": "inner", "logic_operator": "or", "items": [any_document]}],
    }
    sorts = [{"column": the(definition), "direction": "desc"}]
    return row(
        "401 401 404 200 200 200 200",
        f"POST /search/{path}",
        {"filter": filter, "sorts": sorts},
        params={"project_id": the("project")},
    )


def _texts(path: str, column: str, **params: Any) -> Row:
    named = {"column": column, "operator": "STRING_NOT_EQUALS", "value": "nothing"}
    filter = {"id": "root", "logic_operator": "and", "items": [named]}
    return row(
        "401 401 404 200 200 200 200",
        f"POST /search/{path}",
        {"filter": filter, "sorts": [{"column": column, "direction": "asc"}]},
        params={
            "project_id": the("project"),
            "search_query": "sea calm",
            "page_number": 0,
            "page_size": 10,
            "min_revision": 1,
            **params,
        },
    )


def _alike(path: str, query: Any) -> Row:
    return row(
        "401 401 404 200 200 200 200",
        f"POST /simsearch/{path}",
        {"query": query, "filter": {"logic_operator": "and", "items": []}},
        params={"proj_id": the("project"), "top_k": 10, "threshold": 0.5, "min_revision": 1},
    )


SEARCH = [
    #    anonymous revoked stranger reader annotator editor owner
    *map(_info, ("sdoc", "memo", "span_annotation", "sentence_annotation", "bbox_annotation")),
    _search("span_annotation", "SP"),
    _search("sentence_annotation", "SentAnno"),
    _search("bbox_annotation", "BB", "image definition"),
    _texts("sdoc", "SD_SOURCE_DOCUMENT_NAME", folder_id=the("folder"), expert_mode=True, highlight=True),
    _texts("memo", "M_TITLE", search_content=True),
    row(
        "401 401 404 200 200 200 200",
        "POST /search_annotate/auto_annotate",
        params={"project_id": the("project"), "query": "the sea", "code_id": the("code")},
    ),
    row("401 401 404 200 200 200 200", "GET /word_frequency/info/{project_id}", project_id=the("project")),
    row("401 401 404 200 200 200 200", "GET /word_frequency/sdoc/{sdoc_id}", sdoc_id=the("sdoc")),
    row(
        "401 401 404 200 200 200 200",
        "POST /word_frequency/analysis",
        {
            "filter": {
                "id": "root",
                "logic_operator": "and",
                "items": [{"column": "WF_WORD", "operator": "STRING_NOT_EQUALS", "value": "nothing"}],
            },
            "sorts": [{"column": "WF_WORD", "direction": "asc"}],
        },
        params={"project_id": the("project"), "page": 0, "page_size": 10, "min_revision": 1},
    ),
    row(
        "401 401 404 200 200 200 200",
        "POST /word_frequency/export",
        {"filter": {"logic_operator": "and", "items": []}, "sorts": [{"column": "WF_WORD", "direction": "asc"}]},
        params={"project_id": the("project"), "min_revision": 1},
    ),
    row("401 401 200 200 200 200 200", "GET /docprocessing/searchColumns/{doctype}", doctype="text", of="texts"),
    row("401 401 200 200 200 200 200", "GET /docprocessing/searchColumns/{doctype}", doctype="image", of="images"),
    row(
        "401 401 404 200 200 200 200",
        "POST /docprocessing/project/{proj_id}/search",
        [{"column": "text_extraction", "direction": "asc"}],
        params={"doctype": "text", "page": 0, "page_size": 10},
        proj_id=the("project"),
    ),
    row(
        "401 401 404 200 200 200 200",
        "POST /analysis/code_frequencies",
        {"code_ids": [the("code")], "user_ids": [the("user")], "doctypes": ["text"], "folder_ids": [the("folder")]},
        params={"project_id": the("project")},
    ),
    row(
        "401 401 404 200 200 200 200",
        "POST /analysis/code_occurrences",
        [the("user")],
        params={"project_id": the("project"), "code_id": the("code"), "return_children": True},
    ),
    row(
        "401 401 404 200 200 200 200",
        "GET /analysis/count_sdocs_with_date_metadata/{project_id}/metadata/{date_metadata_id}",
        project_id=the("project"),
        date_metadata_id=the("date"),
    ),
    row(
        "401 401 404 200 200 200 200",
        "POST /analysis/sample_sdocs_by_tags",
        [[the("tag")]],
        params={"project_id": the("project"), "n": 10, "frac": 0.5},
    ),
    row(
        "401 401 404 200 200 200 200",
        "POST /statistics/code",
        [the("sdoc")],
        params={"code_id": the("code"), "top_k": 10},
    ),
    row(
        "401 401 404 200 200 200 200",
        "POST /statistics/keyword",
        [the("sdoc")],
        params={"project_id": the("project"), "sort_by_global": True},
    ),
    row("401 401 404 200 200 200 200", "POST /statistics/tag", [the("sdoc")]),
    _alike("sentences", {"sdoc_id": the("sdoc"), "sentence_id": 1}),
    _alike("documents", the("sdoc")),
]
