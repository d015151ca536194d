"""A client that asks again with the same key as long as it is not answered, and remembers what it was answered."""

import time
from collections import Counter
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import httpx2

from tests.reliability._storm import Deed

PATIENCE = 300.0  # seconds for one answer
PAUSE = 0.15
REFUSALS = {403, 404, 409, 422}
LATER = ("urn:palimpsest:problem:in-flight", "urn:palimpsest:problem:overtaken")


class BadAnswer(Exception):
    """Nobody answered a request, or not as a request that is in order may be answered."""


@dataclass(frozen=True)
class Answered:
    """A request that came to its end; of one that was done, the project was at `revision` then."""

    deed: Deed
    key: str
    status: int
    answer: Any
    revision: int

    @property
    def done(self) -> bool:
        return self.status not in REFUSALS


@dataclass
class Writer:
    """`troubles` counts what got in the way of an answer: broken connections, 503, requests in flight."""

    url: str
    http: httpx2.Client
    answered: list[Answered] = field(default_factory=list)
    troubles: Counter[str] = field(default_factory=Counter)

    def write(self, deed: Deed) -> Answered:
        """Send it until it is answered. Raises BadAnswer."""
        one = self.ask(deed, uuid4().hex)
        self.answered.append(one)
        return one

    def ask(self, deed: Deed, key: str) -> Answered:
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            response = self._sent(deed, key)
            if response is not None:
                revision = int(response.headers.get("X-Project-Revision", 0))
                return Answered(deed, key, response.status_code, response.json(), revision)
            time.sleep(PAUSE)
        raise BadAnswer(f"{deed.method} {deed.path} {key}: no answer")

    def _sent(self, deed: Deed, key: str) -> httpx2.Response | None:
        """The answer, None if it is worth asking again. Raises BadAnswer."""
        headers = {"Idempotency-Key": key}
        try:
            response = self.http.request(
                deed.method, f"{self.url}{deed.path}", json=deed.json, files=deed.files, headers=headers
            )
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
        if problem and response.status_code in REFUSALS:
            return response
        raise BadAnswer(f"{deed.method} {deed.path}: {response.status_code} {response.text[:300]}")
