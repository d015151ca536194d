"""The OpenAPI document: what the framework finds out, with the errors, headers and examples that it cannot know."""

from collections.abc import Iterator
from typing import Any

from fastapi import FastAPI

from api._errors import Problem

_METHODS = frozenset({"get", "put", "post", "patch", "delete"})

ERRORS = {
    401: ("Unauthenticated", "There is no valid access token in the request, or the credentials are wrong"),
    403: ("Forbidden", "The role in the project, or the state of the thing, does not allow it"),
    404: ("NotFound", "There is no such thing, or it is not yours to see: both are answered the same"),
    409: ("Conflict", "A rule of the domain says no, or the same request is still being worked on"),
    412: ("PreconditionFailed", "It has changed since the version that `If-Match` names"),
    413: ("TooLarge", "The request is larger than this installation accepts"),
    416: ("NoSuchRange", "The file does not have the bytes that `Range` names"),
    422: ("Invalid", "The request is not what is described here, or contradicts what it is about"),
    429: ("TooManyAttempts", "Too many attempts: wait"),
    503: ("Unavailable", "A service that is needed here does not answer at the moment: try again"),
}

WITHOUT_DATABASE = frozenset({"general-heartbeat", "general-info", "general-live"})
ABOUT_ME = frozenset(
    {
        "authentication-content",
        "user-read_me",
        "user-read_all",
        "user-update",
        "user-delete",
        "project-create",
        "project-read_mine",
        "docprocessing-search_columns",
    }
)
"""What only asks for an account. Everything else that asks for one is about a project or somebody in one."""

FOR_OPERATORS = frozenset(
    f"projection-{name}"
    for name in (
        *("read_all", "read_versions", "rebuild", "abandon", "retire", "verify"),
        *("read_dead", "retry_dead", "drop_dead"),
    )
)
"""What is about the installation, and about no project."""

BESIDES: dict[str, tuple[int, ...]] = {
    "authentication-register": (403, 409, 429),
    "authentication-login": (401, 429),
    "authentication-refresh_access": (401,),
    "user-update": (403, 429),
    "docprocessing-retry": (403,),
    "docprocessing-recompute": (403,),
    "sourceDocument-read": (409,),
    "sourceDocument-read_data": (409,),
    "sourceDocument-read_content": (403, 404, 416),
    "project-resolve_filename": (409,),
    **dict.fromkeys(FOR_OPERATORS, (403, 404)),
}
"""Errors of single operations that do not follow from how they are declared."""

TAGS = {
    "general": "What this installation is, and whether it runs",
    "authentication": "Accounts are made, and sessions begin, go on and end",
    "user": "One's own account, and the members of projects with their roles",
    "project": "Projects: each is a log of its own",
    "history": "What happened in a project, as sentences and as events",
    "code": "The codebook: a tree of codes",
    "codebookVersion": "States of the codebook that were declared to be versions",
    "tag": "Labels for whole documents",
    "folder": "Where documents lie",
    "docprocessing": "Uploads, and what is made of them",
    "sourceDocument": "Documents and their content",
    "projectMetadata": "Which metadata documents have",
    "sdocMetadata": "The values of metadata",
    "spanAnnotation": "Codes on passages of a text",
    "spanGroup": "Spans that belong together, such as all mentions of a person",
    "sentenceAnnotation": "Codes on whole sentences",
    "bboxAnnotation": "Codes on boxes of an image",
    "memo": "What somebody thinks of something",
    "projection": "How far the read models behind the log have come; for operators",
    "searchAnnotate": "What could be annotated",
    "wordFrequency": "How often words stand in documents",
    "simsearch": "What means alike, in any language",
    "search": "What can be found by filters, sorted by any column",
    "analysis": "How often codes are used, and where",
    "statistics": "What some documents are about, compared with all",
}

_HEADERS: dict[str, tuple[bool, str, dict[str, Any]]] = {
    "ETag": (True, "The version of the entity, for `If-Match`", {"type": "string", "examples": ['"4"']}),
    "Location": (True, "The path of what was created", {"type": "string", "examples": ["/code/17"]}),
    "Link": (False, 'The next page, if there is one: `<...>; rel="next"`', {"type": "string"}),
    "X-Project-Revision": (False, "The revision of the project's log that this is about", {"type": "string"}),
    "X-Request-ID": (True, "The id of the request, of the client's making or ours", {"type": "string"}),
    "Retry-After": (True, "Seconds", {"type": "string", "examples": ["1"]}),
    "WWW-Authenticate": (True, "How to authenticate", {"type": "string", "examples": ["Bearer"]}),
}


class DocumentedAPI(FastAPI):
    """A FastAPI application whose document tells all that its routes answer."""

    _completed: dict[str, Any] | None = None

    def __init__(self, **settings: Any) -> None:
        tags = [{"name": name, "description": description} for name, description in TAGS.items()]
        super().__init__(**settings, openapi_tags=tags, responses={422: {"model": Problem}})

    def openapi(self) -> dict[str, Any]:
        document = super().openapi()
        if document is not self._completed:
            _complete(document)
            self._completed = document
        return document


def operations(document: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Method, path and operation."""
    for path, item in document["paths"].items():
        for method, operation in item.items():
            if method in _METHODS:
                yield method, path, operation


def _complete(document: dict[str, Any]) -> None:
    components = document["components"]
    components["headers"] = {
        name: {"required": required, "description": description, "schema": schema}
        for name, (required, description, schema) in _HEADERS.items()
    }
    components["responses"] = {name: _error(status, description) for status, (name, description) in ERRORS.items()}
    for method, _, operation in operations(document):
        parameters = operation.get("parameters", [])
        if method == "get":
            operation["parameters"] = parameters = [one for one in parameters if one["name"] != "Idempotency-Key"]
        names = {parameter["name"] for parameter in parameters}
        for status in _errors(operation, names):
            operation["responses"][str(status)] = {"$ref": f"#/components/responses/{ERRORS[status][0]}"}
        _describe_answer(operation, names, components)
        for media_type, content in operation.get("requestBody", {}).get("content", {}).items():
            if media_type == "application/json":
                content["example"] = example(content["schema"], components)


def _error(status: int, description: str) -> dict[str, Any]:
    own = {401: "WWW-Authenticate", 429: "Retry-After", 503: "Retry-After"}
    return {
        "description": description,
        "headers": _headers([own.get(status, "X-Project-Revision"), "X-Request-ID"]),
        "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
    }


def _errors(operation: dict[str, Any], parameters: set[str]) -> list[int]:
    id = operation["operationId"]
    applies = {
        401: "security" in operation,
        403: "If-Match" in parameters and id not in ABOUT_ME,
        404: "security" in operation and id not in ABOUT_ME,
        409: "Idempotency-Key" in parameters,
        412: "If-Match" in parameters,
        413: "requestBody" in operation,
        422: bool(parameters) or "requestBody" in operation,
        503: id not in WITHOUT_DATABASE,
    }
    operation["responses"].pop("422", None)
    return sorted({status for status, does in applies.items() if does} | set(BESIDES.get(id, ())))


def _describe_answer(operation: dict[str, Any], parameters: set[str], components: dict[str, Any]) -> None:
    status = next(status for status in operation["responses"] if status.startswith("2"))
    answer = operation["responses"][status]
    content = answer.get("content", {})
    schema = _resolved(content.get("application/json", {}).get("schema", {}), components)
    names = ["X-Request-ID"]
    if {"id", "version"} <= schema.get("properties", {}).keys():
        names += ["ETag", "Location"] if status == "201" else ["ETag"]
    if {"skip", "cursor"} & parameters:
        names.append("Link")
    if "security" in operation and operation["operationId"] not in (ABOUT_ME - {"project-create"}) | FOR_OPERATORS:
        names.append("X-Project-Revision")
    if status == "200" and not content:
        names.append("ETag")
        answer["content"] = {"*/*": {"schema": {"type": "string", "contentMediaType": "application/octet-stream"}}}
    answer["headers"] = _headers(names)


def _headers(names: list[str]) -> dict[str, Any]:
    return {name: {"$ref": f"#/components/headers/{name}"} for name in names}


def example(schema: dict[str, Any], components: dict[str, Any]) -> Any:
    """What somebody might send: the fields that must be there, and those that have an example of their own."""
    schema = _resolved(schema, components)
    given = next((schema[key][0] for key in ("examples", "enum") if schema.get(key)), None)
    if given is not None and "properties" not in schema:
        return given
    if (default := schema.get("default")) is not None:
        return default
    choices = [one for one in (*schema.get("anyOf", ()), *schema.get("oneOf", ())) if one.get("type") != "null"]
    if choices:
        return example(choices[0], components)
    match schema.get("type"):
        case "object":
            fields, shown = schema.get("properties", {}), list(schema.get("required", ()))
            if given is None:
                shown += [name for name, field in fields.items() if "examples" in _choice(field) and name not in shown]
            return {name: example(fields[name], components) for name in shown} | (given or {})
        case "array":
            return [example(schema["items"], components)]
        case "integer":
            return min(max(17, schema.get("minimum", 17)), schema.get("maximum", 17))
        case "boolean":
            return True
    return "string"


def _choice(schema: dict[str, Any]) -> dict[str, Any]:
    """The schema of a field that may be null, as if it could not."""
    inner: dict[str, Any] = next((one for one in schema.get("anyOf", ()) if one.get("type") != "null"), {})
    return {**inner, **schema}


def _resolved(schema: dict[str, Any], components: dict[str, Any]) -> dict[str, Any]:
    if reference := schema.get("$ref"):
        target: dict[str, Any] = components["schemas"][reference.rpartition("/")[2]]
        return {**target, **{key: value for key, value in schema.items() if key != "$ref"}}
    return schema
