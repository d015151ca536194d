"""Who may do what: codes, their versions, tags, and metadata."""

from tests.api._row import name, new, row, the

LINKS = {"source_document_ids": [the("sdoc")], "tag_ids": [new("tag")]}
EXCHANGE = {"sdoc_ids": [the("sdoc")], "unlink_tag_ids": [new("tag")], "link_tag_ids": [the("tag")]}
DEFINITION = {"project_id": the("project"), "key": name, "metatype": "STRING", "doctype": "text", "description": ""}

CODEBOOK = [
    #    anonymous revoked stranger reader annotator editor owner
    row(
        "401 401 404 403 403 201 201",
        "POST|PUT /code",
        {"project_id": the("project"), "name": name, "parent_id": the("code"), "description": "When they laugh"},
    ),
    row(
        "401 401 404 403 403 201 201",
        "POST|PUT /code/bulk/create",
        [{"project_id": the("project"), "name": name}, {"project_id": the("project"), "name": name}],
    ),
    row("401 401 404 200 200 200 200", "GET /code/project/{proj_id}", proj_id=the("project")),
    row("401 401 404 200 200 200 200", "GET /code/{code_id}", code_id=the("code")),
    row(
        "401 401 404 403 403 200 200",
        "PATCH /code/{code_id}",
        {"name": name, "parent_id": the("code")},
        code_id=new("code"),
    ),
    row("401 401 404 403 403 200 200", "DELETE /code/{code_id}", code_id=new("code")),
    row(
        "401 401 404 403 403 200 200",
        "POST /code/{code_id}/merge_into/{target_id}",
        code_id=new("code"),
        target_id=the("code"),
    ),
    row("401 401 404 403 403 201 201", "POST|PUT /codebookversion", {"project_id": the("project"), "name": name}),
    row("401 401 404 200 200 200 200", "GET /codebookversion/project/{proj_id}", proj_id=the("project")),
    row("401 401 404 200 200 200 200", "GET /codebookversion/{version_id}", version_id=the("version")),
    row(
        "401 401 404 403 403 200 200", "PATCH /codebookversion/{version_id}", {"name": name}, version_id=new("version")
    ),
    row(
        "401 401 404 403 403 201 201",
        "POST|PUT /tag",
        {"project_id": the("project"), "name": name, "parent_id": the("tag")},
    ),
    row("401 401 404 200 200 200 200", "GET /tag/project/{proj_id}", proj_id=the("project")),
    row("401 401 404 200 200 200 200", "GET /tag/{tag_id}", tag_id=the("tag")),
    row(
        "401 401 404 403 403 200 200", "PATCH /tag/{tag_id}", {"name": name, "parent_id": the("tag")}, tag_id=new("tag")
    ),
    row("401 401 404 403 403 200 200", "DELETE /tag/{tag_id}", tag_id=new("tag")),
    row("401 401 404 403 200 200 200", "PATCH /tag/bulk/link", LINKS),
    row("401 401 404 403 200 200 200", "DELETE /tag/bulk/unlink", LINKS),
    row(
        "401 401 404 403 200 200 200",
        "PATCH /tag/bulk/set",
        [{"source_document_id": the("sdoc"), "tag_ids": [the("tag")]}],
    ),
    row("401 401 404 403 200 200 200", "PATCH /tag/bulk/update", EXCHANGE),
    row("401 401 404 200 200 200 200", "GET /tag/sdoc/{sdoc_id}", sdoc_id=the("sdoc")),
    row("401 401 404 200 200 200 200", "GET /tag/{tag_id}/sdocs", tag_id=the("tag")),
    row("401 401 404 200 200 200 200", "POST /tag/sdoc_counts/{project_id}", [the("sdoc")], project_id=the("project")),
    row(
        "401 401 404 200 200 200 200",
        "POST /tag/count_tags/{user_id}",
        {"sdoc_ids": [the("sdoc")], "class_ids": [the("tag")]},
        user_id=the("user"),
    ),
    row("401 401 404 403 403 201 201", "POST|PUT /projmeta", DEFINITION),
    row("401 401 404 200 200 200 200", "GET /projmeta/project/{proj_id}", proj_id=the("project")),
    row("401 401 404 200 200 200 200", "GET /projmeta/{metadata_id}", metadata_id=the("definition")),
    row("401 401 404 403 403 200 200", "PATCH /projmeta/{metadata_id}", {"key": name}, metadata_id=new("definition")),
    row("401 401 404 403 403 200 200", "DELETE /projmeta/{metadata_id}", metadata_id=new("definition")),
    row("401 401 404 200 200 200 200", "GET /sdocmeta/sdoc/{sdoc_id}", sdoc_id=the("sdoc")),
    row(
        "401 401 404 200 200 200 200",
        "GET /sdocmeta/sdoc/{sdoc_id}/metadata/{metadata_key}",
        sdoc_id=the("sdoc"),
        metadata_key="author",
    ),
    row("401 401 404 200 200 200 200", "GET /sdocmeta/{metadata_id}", metadata_id=the("value")),
    row("401 401 404 403 403 200 200", "PATCH /sdocmeta/{metadata_id}", {"str_value": name}, metadata_id=new("value")),
    row("401 401 404 403 403 200 200", "DELETE /sdocmeta/{metadata_id}", metadata_id=new("value")),
    row(
        "401 401 404 403 403 200 200",
        "PATCH /sdocmeta/bulk/update",
        [{"id": new("value"), "str_value": name}, {"id": the("value"), "str_value": name}],
    ),
]
