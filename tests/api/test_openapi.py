"""The OpenAPI document says all that a client must know, and nothing that is not so."""

import re
from typing import Annotated, Any

import pytest
from fastapi import FastAPI
from fastapi.dependencies.models import Dependant
from fastapi.routing import iter_route_contexts
from pydantic import TypeAdapter

from api._openapi import ABOUT_ME, BESIDES, ERRORS, WITHOUT_DATABASE, operations
from api.main import create_app
from configs.schema import load
from repos.data_folder import open_data_folder
from tests.api._fields import resolved
from tests.api._matrix import MATRIX

Document = dict[str, Any]


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> FastAPI:
    """It needs no database as long as nobody asks it anything."""
    return create_app(load("test", [], {}), "postgresql://", open_data_folder(tmp_path_factory.mktemp("document")))


@pytest.fixture(scope="module")
def document(app: FastAPI) -> Document:
    return app.openapi()


def statuses(operation: Document) -> set[int]:
    return set(map(int, operation["responses"]))


def test_operations_are_named_after_their_group_and_function_and_each_has_a_summary(document: Document) -> None:
    found = [operation for _, _, operation in operations(document)]
    ids = [operation["operationId"] for operation in found]
    assert len(ids) == len(set(ids))
    for operation in found:
        assert re.fullmatch(r"[a-zA-Z]+-[a-z_]+", operation["operationId"])
        assert operation["operationId"].startswith(f"{operation['tags'][0]}-")
        assert operation["summary"]
        assert operation["summary"][-1] != "."


def test_every_group_is_described(document: Document) -> None:
    groups = {group for _, _, operation in operations(document) for group in operation["tags"]}
    assert groups == {tag["name"] for tag in document["tags"]}


def test_the_document_is_the_same_when_it_is_asked_for_again(app: FastAPI, document: Document) -> None:
    assert app.openapi() is document


def test_what_is_said_of_single_operations_is_said_of_ones_that_exist(document: Document) -> None:
    assert {*BESIDES, *ABOUT_ME, *WITHOUT_DATABASE} <= {one["operationId"] for _, _, one in operations(document)}


def test_every_error_is_a_problem(document: Document) -> None:
    for _, _, operation in operations(document):
        for status, answer in operation["responses"].items():
            if int(status) >= 400:
                content = resolved(document, answer)["content"]
                assert content == {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    assert "HTTPValidationError" not in document["components"]["schemas"]


def test_the_errors_of_rights_are_those_that_people_are_answered_with(document: Document) -> None:
    """The document is made from how routes are declared, the matrix by hand."""
    answers: dict[tuple[str, str], set[int]] = {}
    for row in MATRIX:
        for route in row.routes:
            answers.setdefault(route, set()).update(row.expected.values())
    for method, path, operation in operations(document):
        about_rights = {401, 403, 404} - set(BESIDES.get(operation["operationId"], ()))
        told = answers[method.upper(), path]
        assert statuses(operation) & about_rights == told & about_rights, operation["operationId"]
        assert {status for status in statuses(operation) if status < 300} == {status for status in told if status < 300}


def test_errors_follow_from_what_an_operation_takes(document: Document) -> None:
    for _, _, operation in operations(document):
        headers = {one["name"] for one in operation.get("parameters", ()) if one["in"] == "header"}
        told = statuses(operation)
        assert (412 in told) == ("If-Match" in headers)
        assert (413 in told) == ("requestBody" in operation)
        assert 409 in told or "Idempotency-Key" not in headers
        assert 422 in told or not (operation.get("parameters") or "requestBody" in operation)
        assert told <= {*ERRORS, 200, 201, 202, 204}


def test_every_write_takes_an_idempotency_key_and_no_read_does(document: Document) -> None:
    public = {"authentication-login", "authentication-refresh_access", "authentication-logout"}
    for method, _, operation in operations(document):
        names = {one["name"] for one in operation.get("parameters", ())}
        assert ("Idempotency-Key" in names) == (method != "get" and operation["operationId"] not in public)


def test_headers_of_answers_are_told(document: Document) -> None:
    one = document["paths"]["/code/{code_id}"]["get"]["responses"]["200"]["headers"]
    assert set(one) == {"X-Request-ID", "ETag", "X-Project-Revision"}
    assert resolved(document, one["ETag"])["required"] is True
    made = document["paths"]["/code"]["post"]["responses"]["201"]["headers"]
    assert set(made) == {"X-Request-ID", "ETag", "Location", "X-Project-Revision"}
    page = document["paths"]["/code/project/{proj_id}"]["get"]["responses"]["200"]["headers"]
    assert set(page) == {"X-Request-ID", "Link", "X-Project-Revision"}
    responses = document["components"]["responses"]
    assert set(responses["TooManyAttempts"]["headers"]) == {"X-Request-ID", "Retry-After"}
    assert set(responses["Unauthenticated"]["headers"]) == {"X-Request-ID", "WWW-Authenticate"}


def test_one_logs_in_with_the_form_that_the_security_scheme_names(document: Document) -> None:
    (scheme,) = document["components"]["securitySchemes"].values()
    assert scheme["type"] == "oauth2"
    login = document["paths"][scheme["flows"]["password"]["tokenUrl"]]["post"]
    form = resolved(document, login["requestBody"]["content"]["application/x-www-form-urlencoded"]["schema"])
    assert set(form["required"]) == {"username", "password"}
    assert "security" not in login


def bodies(app: FastAPI) -> dict[tuple[str, str], Any]:
    """What reads the JSON body of each route."""
    found: dict[tuple[str, str], TypeAdapter[Any]] = {}
    for route in iter_route_contexts(app.routes):
        dependant = getattr(route, "dependant", None)
        if not isinstance(dependant, Dependant) or len(dependant.body_params) != 1:
            continue
        field = dependant.body_params[0].field_info
        for method in route.methods or ():
            annotation: Any = Annotated[field.annotation, field]
            found[method, str(route.path_format)] = TypeAdapter(annotation)
    return found


def test_every_body_has_an_example_that_could_be_sent(app: FastAPI, document: Document) -> None:
    readers = bodies(app)
    shown = 0
    for method, path, operation in operations(document):
        content = operation.get("requestBody", {}).get("content", {}).get("application/json")
        if content is None:
            continue
        assert content["example"], path
        assert "string" not in values(content["example"]), f"{path} has a field without an example"
        if (method.upper(), path) in readers:
            readers[method.upper(), path].validate_python(content["example"])
            shown += 1
    assert shown > 20


def values(example: Any) -> list[Any]:
    if isinstance(example, dict):
        return [value for one in example.values() for value in values(one)]
    if isinstance(example, list):
        return [value for one in example for value in values(one)]
    return [example]
