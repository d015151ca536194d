"""A client that writes until it is told to stop, and asks again with the same key as long as it is not answered."""

import time
from collections import Counter
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import httpx2

PATIENCE = 120.0  # seconds for one answer
PAUSE = 0.15
LATER = ("urn:palimpsest:problem:in-flight", "urn:palimpsest:problem:overtaken")

Expected = Counter[tuple[str, str]]
"""Streams and types of the events that a command consists of; "" for a stream whose id the answer does not tell."""


class Unanswered(Exception):
    """Nobody answered a request, however often it was sent."""


class BadAnswer(Exception):
    """A request that is in order was not answered as such."""


@dataclass(frozen=True)
class Request:
    """A write, and the key that makes sending it twice harmless."""

    method: str
    path: str
    json: Any = None
    files: list[tuple[str, tuple[str, bytes]]] | None = None
    key: str = field(default_factory=lambda: uuid4().hex)


@dataclass(frozen=True)
class Acknowledged:
    """A write that was answered, and what must be in the log because of it."""

    request: Request
    status: int
    answer: Any
    expected: Expected


@dataclass
class Writer:
    """`troubles` counts what got in the way of an answer: broken connections, 503, requests in flight."""

    url: str
    http: httpx2.Client
    acknowledged: list[Acknowledged] = field(default_factory=list)
    troubles: Counter[str] = field(default_factory=Counter)

    def write(self, request: Request) -> tuple[int, Any]:
        """Send it until it is answered. Raises BadAnswer, Unanswered."""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            response = self._sent(request)
            if response is not None:
                return response.status_code, response.json()
            time.sleep(PAUSE)
        raise Unanswered(f"{request.method} {request.path} {request.key}")

    def get(self, path: str, **params: Any) -> Any:
        return self.http.get(f"{self.url}{path}", params=params).raise_for_status().json()

    def _sent(self, request: Request) -> httpx2.Response | None:
        """The answer, None if it is worth asking again. Raises BadAnswer."""
        headers = {"Idempotency-Key": request.key}
        place = f"{self.url}{request.path}"
        try:
            response = self.http.request(request.method, place, json=request.json, files=request.files, headers=headers)
        except (httpx2.NetworkError, httpx2.RemoteProtocolError) as error:
            self.troubles[type(error).__name__] += 1
            return None
        if response.is_success:
            return response
        problem = response.headers.get("content-type") == "application/problem+json"
        kind = response.json()["type"] if problem else "unknown"
        if (response.status_code == 503 and "Retry-After" in response.headers) or kind in LATER:
            self.troubles[kind.rpartition(":")[2]] += 1
            return None
        raise BadAnswer(f"{request.method} {request.path}: {response.status_code} {response.text[:300]}")
