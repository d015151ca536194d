"""Who may do what: annotations, groups of spans, and memos, those of one's own and those of others."""

from collections.abc import Callable
from typing import Any

from tests.api._row import mine, name, new, row, the
from tests.api._world import BOX, Things

SPAN = {"sdoc_id": the("sdoc"), "code_id": the("code"), "begin": 4, "end": 7}
SENTENCE = {"sdoc_id": the("sdoc"), "code_id": the("code"), "sentence_id_start": 0, "sentence_id_end": 1}
BBOX = {"sdoc_id": the("image"), "code_id": the("code"), **BOX}
COUNT = {"sdoc_ids": [the("sdoc")], "class_ids": [the("code")]}
MEMO = {"title": "Why?", "content": "Because.", "content_json": "{}"}
RECODED = {"code_id": new("code"), "begin": 0}
RECODED_SENTENCE = {"code_id": new("code"), "sentence_id_end": 0}
RECODED_BBOX = {"code_id": new("code"), "x_min": 0}


def _on(object_type: str, id: Callable[[Things], int]) -> dict[str, Any]:
    return {"attached_object_type": object_type, "attached_object_id": id}


ANNOTATIONS = [
    #    anonymous revoked stranger reader annotator editor owner
    row("401 401 404 403 201 201 201", "POST|PUT /span", SPAN),
    row("401 401 404 403 201 201 201", "POST|PUT /span/bulk/create", [SPAN, SPAN]),
    row(
        "401 401 404 403 200 200 200",
        "PATCH /span/bulk/update",
        [{"span_annotation_id": mine("span"), **RECODED}],
        of="mine",
    ),
    row(
        "401 401 404 403 403 200 200",
        "PATCH /span/bulk/update",
        [{"span_annotation_id": new("span"), **RECODED}],
        of="another's",
    ),
    row("401 401 404 403 200 200 200", "DELETE /span/bulk/delete", [mine("span"), mine("span")], of="mine"),
    row("401 401 404 403 403 200 200", "DELETE /span/bulk/delete", [mine("span"), new("span")], of="another's"),
    row(
        "401 401 404 200 200 200 200",
        "GET /span/sdoc/{sdoc_id}/user/{user_id}",
        sdoc_id=the("sdoc"),
        user_id=the("user"),
    ),
    row("401 401 404 200 200 200 200", "GET /span/sdoc/{sdoc_id}", sdoc_id=the("sdoc")),
    row("401 401 404 200 200 200 200", "GET /span/code/{code_id}/user", code_id=the("code")),
    row("401 401 404 200 200 200 200", "POST /span/count_annotations/{user_id}", COUNT, user_id=the("user")),
    row("401 401 404 200 200 200 200", "GET /span/{span_id}/groups", span_id=the("span")),
    row("401 401 404 403 200 200 200", "DELETE /span/{span_id}/groups", span_id=mine("span"), of="mine"),
    row("401 401 404 403 403 200 200", "DELETE /span/{span_id}/groups", span_id=new("grouped span"), of="another's"),
    row(
        "401 401 404 403 200 200 200",
        "PATCH /span/{span_id}/group/{group_id}",
        span_id=the("span"),
        group_id=mine("group"),
        of="mine",
    ),
    row(
        "401 401 404 403 403 200 200",
        "PATCH /span/{span_id}/group/{group_id}",
        span_id=mine("span"),
        group_id=new("group"),
        of="another's",
    ),
    row(
        "401 401 404 403 200 200 200",
        "DELETE /span/{span_id}/group/{group_id}",
        span_id=the("span"),
        group_id=mine("group"),
        of="mine",
    ),
    row(
        "401 401 404 403 200 200 200",
        "DELETE /span/{span_id}/group/{group_id}",
        span_id=mine("span"),
        group_id=new("group"),
        of="my span in another's",
    ),
    row(
        "401 401 404 403 403 200 200",
        "DELETE /span/{span_id}/group/{group_id}",
        span_id=the("span"),
        group_id=new("group"),
        of="another's",
    ),
    row("401 401 404 200 200 200 200", "GET /span/{span_id}", span_id=the("span")),
    row("401 401 404 403 200 200 200", "PATCH /span/{span_id}", RECODED, span_id=mine("span"), of="mine"),
    row("401 401 404 403 403 200 200", "PATCH /span/{span_id}", RECODED, span_id=new("span"), of="another's"),
    row("401 401 404 403 200 200 200", "DELETE /span/{span_id}", span_id=mine("span"), of="mine"),
    row("401 401 404 403 403 200 200", "DELETE /span/{span_id}", span_id=new("span"), of="another's"),
    row("401 401 404 403 201 201 201", "POST|PUT /spangroup", {"name": name, "sdoc_id": the("sdoc")}),
    row(
        "401 401 404 200 200 200 200",
        "GET /spangroup/sdoc/{sdoc_id}/user/{user_id}",
        sdoc_id=the("sdoc"),
        user_id=the("user"),
    ),
    row("401 401 404 200 200 200 200", "GET /spangroup/sdoc/{sdoc_id}", sdoc_id=the("sdoc")),
    row("401 401 404 200 200 200 200", "GET /spangroup/{span_group_id}/span_annotations", span_group_id=the("group")),
    row("401 401 404 200 200 200 200", "GET /spangroup/{span_group_id}", span_group_id=the("group")),
    row(
        "401 401 404 403 200 200 200",
        "PATCH /spangroup/{span_group_id}",
        {"name": name},
        span_group_id=mine("group"),
        of="mine",
    ),
    row(
        "401 401 404 403 403 200 200",
        "PATCH /spangroup/{span_group_id}",
        {"name": name},
        span_group_id=new("group"),
        of="another's",
    ),
    row("401 401 404 403 200 200 200", "DELETE /spangroup/{span_group_id}", span_group_id=mine("group"), of="mine"),
    row("401 401 404 403 403 200 200", "DELETE /spangroup/{span_group_id}", span_group_id=new("group"), of="another's"),
    row("401 401 404 403 201 201 201", "POST|PUT /sentence", SENTENCE),
    row("401 401 404 403 201 201 201", "POST|PUT /sentence/bulk/create", [SENTENCE, SENTENCE]),
    row(
        "401 401 404 403 200 200 200",
        "PATCH /sentence/bulk/update",
        [{"sent_annotation_id": mine("sentence"), **RECODED_SENTENCE}],
        of="mine",
    ),
    row(
        "401 401 404 403 403 200 200",
        "PATCH /sentence/bulk/update",
        [{"sent_annotation_id": new("sentence"), **RECODED_SENTENCE}],
        of="another's",
    ),
    row("401 401 404 403 200 200 200", "DELETE /sentence/bulk/delete", [mine("sentence")], of="mine"),
    row(
        "401 401 404 403 403 200 200",
        "DELETE /sentence/bulk/delete",
        [mine("sentence"), new("sentence")],
        of="another's",
    ),
    row(
        "401 401 404 200 200 200 200",
        "GET /sentence/sdoc/{sdoc_id}/user/{user_id}",
        sdoc_id=the("sdoc"),
        user_id=the("user"),
    ),
    row("401 401 404 200 200 200 200", "GET /sentence/sdoc/{sdoc_id}", sdoc_id=the("sdoc")),
    row("401 401 404 200 200 200 200", "GET /sentence/code/{code_id}/user", code_id=the("code")),
    row("401 401 404 200 200 200 200", "POST /sentence/count_annotations/{user_id}", COUNT, user_id=the("user")),
    row("401 401 404 200 200 200 200", "GET /sentence/{sentence_anno_id}", sentence_anno_id=the("sentence")),
    row(
        "401 401 404 403 200 200 200",
        "PATCH /sentence/{sentence_anno_id}",
        RECODED_SENTENCE,
        sentence_anno_id=mine("sentence"),
        of="mine",
    ),
    row(
        "401 401 404 403 403 200 200",
        "PATCH /sentence/{sentence_anno_id}",
        RECODED_SENTENCE,
        sentence_anno_id=new("sentence"),
        of="another's",
    ),
    row(
        "401 401 404 403 200 200 200",
        "DELETE /sentence/{sentence_anno_id}",
        sentence_anno_id=mine("sentence"),
        of="mine",
    ),
    row(
        "401 401 404 403 403 200 200",
        "DELETE /sentence/{sentence_anno_id}",
        sentence_anno_id=new("sentence"),
        of="another's",
    ),
    row("401 401 404 403 201 201 201", "POST|PUT /bbox", BBOX),
    row("401 401 404 403 201 201 201", "POST|PUT /bbox/bulk/create", [BBOX, BBOX]),
    row(
        "401 401 404 403 200 200 200",
        "PATCH /bbox/bulk/update",
        [{"bbox_annotation_id": mine("bbox"), **RECODED_BBOX}],
        of="mine",
    ),
    row(
        "401 401 404 403 403 200 200",
        "PATCH /bbox/bulk/update",
        [{"bbox_annotation_id": new("bbox"), **RECODED_BBOX}],
        of="another's",
    ),
    row("401 401 404 403 200 200 200", "DELETE /bbox/bulk/delete", [mine("bbox"), mine("bbox")], of="mine"),
    row("401 401 404 403 403 200 200", "DELETE /bbox/bulk/delete", [mine("bbox"), new("bbox")], of="another's"),
    row(
        "401 401 404 200 200 200 200",
        "GET /bbox/sdoc/{sdoc_id}/user/{user_id}",
        sdoc_id=the("image"),
        user_id=the("user"),
    ),
    row("401 401 404 200 200 200 200", "GET /bbox/sdoc/{sdoc_id}", sdoc_id=the("image")),
    row("401 401 404 200 200 200 200", "GET /bbox/code/{code_id}/user", code_id=the("code")),
    row("401 401 404 200 200 200 200", "GET /bbox/{bbox_id}", bbox_id=the("bbox")),
    row("401 401 404 403 200 200 200", "PATCH /bbox/{bbox_id}", RECODED_BBOX, bbox_id=mine("bbox"), of="mine"),
    row("401 401 404 403 403 200 200", "PATCH /bbox/{bbox_id}", RECODED_BBOX, bbox_id=new("bbox"), of="another's"),
    row("401 401 404 403 200 200 200", "DELETE /bbox/{bbox_id}", bbox_id=mine("bbox"), of="mine"),
    row("401 401 404 403 403 200 200", "DELETE /bbox/{bbox_id}", bbox_id=new("bbox"), of="another's"),
]

MEMOS = [
    #    anonymous revoked stranger reader annotator editor owner
    row("401 401 404 403 201 201 201", "POST|PUT /memo", MEMO, params=_on("project", new("project")), of="project"),
    row("401 401 404 403 201 201 201", "POST|PUT /memo", MEMO, params=_on("source_document", new("sdoc")), of="sdoc"),
    row("401 401 404 403 201 201 201", "POST|PUT /memo", MEMO, params=_on("code", new("code")), of="code"),
    row("401 401 404 403 201 201 201", "POST|PUT /memo", MEMO, params=_on("tag", new("tag")), of="tag"),
    row("401 401 404 403 201 201 201", "POST|PUT /memo", MEMO, params=_on("span_annotation", new("span")), of="span"),
    row(
        "401 401 404 403 201 201 201",
        "POST|PUT /memo",
        MEMO,
        params=_on("sentence_annotation", new("sentence")),
        of="sentence",
    ),
    row("401 401 404 403 201 201 201", "POST|PUT /memo", MEMO, params=_on("bbox_annotation", new("bbox")), of="bbox"),
    row("401 401 404 403 201 201 201", "POST|PUT /memo", MEMO, params=_on("span_group", new("group")), of="group"),
    row(
        "401 401 404 200 200 200 200",
        "GET /memo/attached_obj/{attached_obj_type}/to/{attached_obj_id}",
        attached_obj_type="code",
        attached_obj_id=the("code"),
    ),
    row(
        "401 401 404 200 200 200 200",
        "GET /memo/attached_obj/{attached_obj_type}/to/{attached_obj_id}/user",
        attached_obj_type="span_annotation",
        attached_obj_id=mine("noted span"),
    ),
    row("401 401 404 200 200 200 200", "GET /memo/{memo_id}", memo_id=the("memo")),
    row("401 401 404 403 200 200 200", "PATCH /memo/{memo_id}", {"title": name}, memo_id=mine("memo"), of="mine"),
    row("401 401 404 403 403 200 200", "PATCH /memo/{memo_id}", {"title": name}, memo_id=new("memo"), of="another's"),
    row("401 401 404 403 200 200 200", "DELETE /memo/{memo_id}", memo_id=mine("memo"), of="mine"),
    row("401 401 404 403 403 200 200", "DELETE /memo/{memo_id}", memo_id=new("memo"), of="another's"),
]
