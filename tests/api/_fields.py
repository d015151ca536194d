"""The places in a request where a value can stand, as the OpenAPI document describes them."""

from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass, replace
from typing import Any

from tests.api._row import Sent

Schema = dict[str, Any]

DEEPEST = 8
"""Where to stop in a schema that contains itself."""


@dataclass(frozen=True)
class Place:
    """`where` is body, form, path, query or header; `steps` lead to the value in there.

    In a `mixed` one, values of other types may stand as well.
    """

    where: str
    steps: tuple[str | int, ...]
    schema: Schema
    mixed: bool = False

    def __str__(self) -> str:
        return ".".join(map(str, (self.where, *self.steps)))

    @property
    def is_number(self) -> bool:
        return self.schema.get("type") in ("integer", "number")

    @property
    def is_truth(self) -> bool:
        return self.schema.get("type") == "boolean"

    @property
    def is_text(self) -> bool:
        return self.schema.get("type") == "string"

    @property
    def is_free(self) -> bool:
        """Text that may be anything."""
        return self.is_text and not {"enum", "const", "pattern", "format"} & self.schema.keys()

    def filled(self, sent: Sent, value: Any) -> Sent:
        """The request with this value in the place."""
        if self.where == "path":
            return replace(sent, path={**sent.path, str(self.steps[0]): value})
        if self.where == "query":
            return replace(sent, params={**(sent.params or {}), str(self.steps[0]): value})
        if self.where == "form":
            return replace(sent, form={**(sent.form or {}), str(self.steps[0]): value})
        return replace(sent, json=_with(deepcopy(sent.json), self.steps, value))


def places(document: Schema, operation: Schema) -> list[Place]:
    """All but the headers, which are the same everywhere; where a text may stand too, anything may."""
    found = list(_places(document, operation))
    texts = {(place.where, place.steps) for place in found if place.is_text}
    return [place for place in found if place.is_text or (place.where, place.steps) not in texts]


def _places(document: Schema, operation: Schema) -> Iterator[Place]:
    for parameter in operation.get("parameters", ()):
        if parameter["in"] != "header":
            yield from _leaves(document, parameter["in"], (parameter["name"],), parameter["schema"])
    for media_type, content in operation.get("requestBody", {}).get("content", {}).items():
        where = {"application/json": "body", "application/x-www-form-urlencoded": "form"}.get(media_type)
        if where is not None:
            yield from _leaves(document, where, (), content["schema"])


def resolved(document: Schema, part: Schema) -> Schema:
    while "$ref" in part:
        target: Any = document
        for step in part["$ref"].removeprefix("#/").split("/"):
            target = target[step]
        part = target
    return part


def _leaves(
    document: Schema, where: str, steps: tuple[str | int, ...], schema: Schema, *, mixed: bool = False
) -> Iterator[Place]:
    schema = resolved(document, schema)
    if len(steps) > DEEPEST:
        return
    choices = [resolved(document, one) for one in (*schema.get("anyOf", ()), *schema.get("oneOf", ()))]
    types = {one.get("type") for one in choices} - {None, "null", "object"}
    for choice in choices:
        yield from _leaves(document, where, steps, choice, mixed=len(types) > 1)
    if schema.get("type") == "object":
        for name, field in schema.get("properties", {}).items():
            yield from _leaves(document, where, (*steps, name), field)
    elif schema.get("type") == "array":
        inside = steps if where == "query" else (*steps, 0)
        yield from _leaves(document, where, inside, schema["items"])
    elif schema.get("type") not in (None, "null"):
        yield Place(where, steps, schema, mixed)


def _with(body: Any, steps: tuple[str | int, ...], value: Any) -> Any:
    if not steps:
        return value
    step, *rest = steps
    if isinstance(step, int):
        items = body if isinstance(body, list) and body else [None]
        return [_with(items[0], tuple(rest), value), *items[1:]]
    fields = body if isinstance(body, dict) else {}
    return {**fields, step: _with(fields.get(step), tuple(rest), value)}
