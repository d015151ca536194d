"""Generated requests for every operation of the OpenAPI document, sent by the owner of a project."""

import os
import sys
from contextlib import suppress
from random import Random
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.api._matrix import MATRIX
from tests.api._row import Row, Sent
from tests.api._world import Things, World

LONG = os.environ.get("FUZZ_EXAMPLES")
EXAMPLES = int(LONG or 5)
"""Of valid and of invalid requests for each operation: the same ones each time, or as many others as are asked for."""

Case = schemathesis.Case[Any]


def fails_never(context: Any, response: Any, case: Case) -> bool | None:
    """Only who asks for a revision that nobody has come to yet may be told that the answer is late."""
    asked = "min_revision" in (case.query or {}) or "X-Min-Revision" in (case.headers or {})
    if asked and response.status_code == 503 and response.json()["type"] == "urn:palimpsest:problem:late":
        return None
    return not_a_server_error(context, response, case)


CHECKS = [
    fails_never,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
KEPT = 0.85
"""How much of a valid request is in one that is generated around it."""


def around(generated: Any, valid: Any, random: Random) -> Any:
    """The generated value with parts of the valid one in their places."""
    if isinstance(valid, dict) and isinstance(generated, dict):
        return {**generated, **{key: around(generated.get(key), one, random) for key, one in valid.items()}}
    return valid if random.random() < KEPT else generated


def without_tuples(schema: Any) -> Any:
    """Schemathesis turns tuples into what its own validator does not take."""
    if isinstance(schema, list):
        return [without_tuples(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    same = {key: without_tuples(one) for key, one in schema.items() if key != "prefixItems"}
    return same | {"items": schema["prefixItems"][0]} if "prefixItems" in schema else same


def fill(case: Case, sent: Sent, random: Random) -> None:
    # Nothing may be deleted that others are about.
    case.path_parameters = sent.path if case.method == "DELETE" else around(case.path_parameters, sent.path, random)
    if sent.params:
        case.query = around(dict(case.query or {}), sent.params, random)
    files = {field: [content] for field, (_, content) in sent.files.items()} if sent.files else None
    if (body := sent.json or sent.form or files) is not None:
        case.body = around(case.body, body, random)


def reached(world: World, operation: Any, row: Row, mode: GenerationMode) -> set[int]:
    """The statuses that its examples were answered with, all as the document says."""
    statuses = set()

    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        derandomize=not LONG,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(generation_mode=mode), random=st.randoms(use_true_random=False))
    def send(case: Case, random: Random) -> None:
        me = world.double("owner") if row.once else world.owner
        if mode is GenerationMode.POSITIVE:
            fill(case, row.about(Things(world, me)), random)
            # To wait in vain for a revision that never comes is right, and no failure of the server.
            for given, name in ((case.query, "min_revision"), (case.headers, "X-Min-Revision")):
                if given:
                    given.pop(name, None)
        response = case.call(headers=dict(me.http.headers))
        case.validate_response(response, checks=CHECKS)
        statuses.add(response.status_code)

    with suppress(Unsatisfiable):  # where there is nothing to be wrong about
        send()
    return statuses


def test_whatever_is_sent_is_answered_as_the_document_says(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    schema = schemathesis.openapi.from_dict(without_tuples(world.app.openapi()))
    schema.app = world.app
    rows = {route: row for row in reversed(MATRIX) for route in row.routes}
    answered: dict[str, set[int]] = {}
    wrong: dict[str, BaseException] = {}
    for operation in (found.ok() for found in schema.get_all_operations() if isinstance(found, Ok)):
        row = rows[operation.method.upper(), operation.path]
        for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):
            try:
                answered.setdefault(operation.label, set()).update(reached(world, operation, row, mode))
            except (Exception, BaseExceptionGroup) as error:
                wrong[f"{mode.value} {operation.label}"] = error
    done = [label for label, statuses in answered.items() if any(200 <= status < 300 for status in statuses)]
    with capsys.disabled():
        sys.stdout.write(f"\n{len(done)} of {len(answered)} operations were done: {set(answered) - set(done)} not\n")
    assert not wrong, "\n\n".join(f"{label}: {error}" for label, error in wrong.items())
    assert len(done) >= 0.8 * len(answered)
