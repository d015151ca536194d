"""Requests of the matrix, as they go over the wire."""

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, urlencode

import httpx2
import pytest
from starlette.testclient import TestClient

from tests.api._matrix import MATRIX
from tests.api._row import Row, Sent

SENDABLE = [
    pytest.param(row, method, id=" ".join([method, row.route, row.of]).strip())
    for row in MATRIX
    for method, _ in row.routes
]
FIRST_OF_ROUTE = list({row.routes[0]: row for row in reversed(MATRIX)}.values())[::-1]
"""A row for each route."""


def send(
    http: TestClient,
    method: str,
    row: Row,
    sent: Sent,
    *,
    content: bytes | None = None,
    headers: Mapping[str, str | bytes] | None = None,
) -> httpx2.Response:
    """`content` goes in the place of the body that the request has; parameters may be bytes."""
    fields = {"Content-Type": "application/json"} if sent.json is not None or content is not None else {}
    return http.request(
        method,
        f"{row.route.format_map({name: _quoted(value) for name, value in sent.path.items()})}{_query(sent)}",
        content=json.dumps(sent.json).encode() if content is None and sent.json is not None else content,
        data=sent.form,
        files=sent.files,
        headers=[(name.encode(), _bytes(value)) for name, value in {**fields, **(headers or {})}.items()],
        follow_redirects=False,
    )


def _quoted(value: Any) -> str:
    return quote(value if isinstance(value, bytes) else str(value), safe="")


def _query(sent: Sent) -> str:
    return f"?{urlencode(sent.params, doseq=True)}" if sent.params else ""


def _bytes(value: str | bytes) -> bytes:
    return value if isinstance(value, bytes) else value.encode()
