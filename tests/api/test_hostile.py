"""Input that means harm, in every place of every request: refused or stored as it is, and never a crash."""

import json
from dataclasses import dataclass
from typing import Any

import httpx2
import pytest
from starlette.testclient import TestClient

from tests.api._fields import Place, places
from tests.api._matrix_search import ASKING
from tests.api._row import Row, Sent
from tests.api._sending import FIRST_OF_ROUTE, send
from tests.api._world import Things, World, name

HARMFUL = """'; DROP TABLE inline.code; -- " <script>alert(1)</script> $1 %s {x} \\ %00 ../ 🚢"""
UNSTORABLE = ("nul \0 character", "lone \ud800 surrogate")
NO_NUMBER: tuple[Any, ...] = (
    "x",
    "",
    "1\0",
    "17",
    True,
    [],
    {},
    float("nan"),
    float("inf"),
    -float("inf"),
    10**400,
    2**64,
    2**63,
    -(2**63) - 1,
)
NO_TRUTH: tuple[Any, ...] = ("x", "true", "yes", 1, 0, [], {})
NO_NUMBER_IN_AN_ADDRESS = (
    "x",
    "1_7",
    " 17",
    "+17",
    "17.0",
    "\N{FULLWIDTH DIGIT ONE}",
    "1.5",
    "NaN",
    "\0",
    b"\xed\xa0\x80",
    "9" * 19,
    "9" * 5_000,
    "-2",
    "1e3",
)
TEN_MEGABYTES = 10_000_000

REFUSED_AS_UNKNOWN = {
    "query.refresh_token": {401, 204},
    "query.signature": {403},
    "query.search_query": {200, 422},
    "query.query": {200, 422},
    "query.stream": {200, 422},
    "form": {200, 401, 422},
}
"""What is answered where text is compared or looked up as a hash, or means nothing."""
CONTRADICTING = {"body.span_text", "body.0.span_text", "body.list_value.0", "body.0.list_value.0"}
"""Text that must fit to what is there already."""

by_route = pytest.mark.parametrize("row", FIRST_OF_ROUTE, ids=str)


@dataclass(frozen=True)
class Sender:
    """Sends what no client would."""

    world: World
    row: Row
    method: str
    http: TestClient

    def valid(self) -> Sent:
        me = self.world.double("owner") if self.row.once else self.world.owner
        return self.row.about(Things(self.world, me))

    def places(self) -> list[Place]:
        document = self.world.app.openapi()
        operation = document["paths"].get(self.row.route, {}).get(self.method.lower(), {})
        return places(document, operation)

    def send(
        self, sent: Sent, *, content: bytes | None = None, headers: dict[str, str | bytes] | None = None
    ) -> httpx2.Response:
        return send(self.http, self.method, self.row, sent, content=content, headers=headers)


@pytest.fixture
def sender(world: World, row: Row) -> Sender:
    who = world.people["operator"] if row.operator else world.owner
    token = who.http.headers["authorization"]
    http = TestClient(world.app, raise_server_exceptions=False, headers={"Authorization": token})
    return Sender(world, row, row.routes[0][0], http)


@by_route
def test_text_that_cannot_be_stored_is_refused(sender: Sender) -> None:
    valid = sender.valid()
    for place in sender.places():
        for text in UNSTORABLE if place.is_text else ():
            value = text if place.where == "body" else text.encode("utf-8", "surrogatepass")
            answer = sender.send(place.filled(valid, value))
            usual = {422} if place.where == "body" or "\0" in text else {404, 422}
            allowed = REFUSED_AS_UNKNOWN.get(str(place), REFUSED_AS_UNKNOWN.get(place.where, usual))
            assert answer.status_code in allowed, f"{place}: {answer.text}"


@by_route
def test_harmful_text_is_stored_as_it_is(sender: Sender) -> None:
    for place in sender.places():
        if not place.is_free or place.where != "body" or str(place) in CONTRADICTING:
            continue
        text = name(HARMFUL)
        answer = sender.send(place.filled(sender.valid(), text))
        if sender.row.route.startswith(ASKING):
            assert answer.status_code in (200, 422), f"{place}: {answer.text}"
            continue
        assert answer.status_code in (200, 201), f"{place}: {answer.text}"
        made = answer.json()[0] if isinstance(answer.json(), list) else answer.json()
        assert made[place.steps[-1]] == text, place
        if (location := answer.headers.get("location")) and not sender.row.once:
            assert sender.http.get(location).json() == made


@by_route
def test_text_that_is_too_long_is_refused(sender: Sender) -> None:
    valid = sender.valid()
    for place in sender.places():
        if place.is_free and place.where != "form":
            assert "maxLength" in place.schema, f"{place} takes text of any length"
            answer = sender.send(place.filled(valid, "a" * (place.schema["maxLength"] + 1)))
            assert answer.status_code == 422, f"{place}: {answer.text}"


@by_route
def test_what_is_no_number_is_refused(sender: Sender) -> None:
    valid = sender.valid()
    for place in sender.places():
        if place.is_number:
            for value in NO_NUMBER if place.where == "body" else NO_NUMBER_IN_AN_ADDRESS:
                answer = sender.send(place.filled(valid, value))
                allowed = {200, 422} if place.mixed else {422}
                assert answer.status_code in allowed, f"{place} {str(value)[:30]}: {answer.text}"


@by_route
def test_what_is_neither_true_nor_false_is_refused(sender: Sender) -> None:
    valid = sender.valid()
    for place in sender.places():
        if place.is_truth and place.where == "body":
            for value in NO_TRUTH:
                answer = sender.send(place.filled(valid, value))
                allowed = {200, 422} if place.mixed else {422}
                assert answer.status_code in allowed, f"{place} {value}: {answer.text}"


@by_route
def test_a_body_that_is_broken_is_refused(sender: Sender) -> None:
    valid = sender.valid()
    if valid.json is None:
        return
    text = json.dumps(valid.json).encode()
    broken = {
        "nothing": b"",
        "half": text[: len(text) // 2],
        "no UTF-8": b'"\xff\xfe"',
        "overlong UTF-8": b'"\xc0\x80"',
        "deep lists": b"[" * 100_000,
        "deep objects": b'{"a":' * 100_000,
        "deep and closed": b"[" * 100_000 + b"]" * 100_000,
        "endless number": b"9" * 100_000,
        "a word": b"true",
        "a number": b"1e999",
    }
    for what, content in broken.items():
        answer = sender.send(valid, content=content)
        assert answer.status_code == 422, f"{what}: {answer.text}"
    assert sender.send(valid, content=b" " * TEN_MEGABYTES + text).status_code in (413, 422, 200, 201)
    assert sender.send(valid, content=b'"' + b"a" * TEN_MEGABYTES + b'"').status_code in (413, 422)
    for media_type in (
        "text/plain",
        "application/xml",
        "multipart/form-data; boundary=x",
        "application/x-www-form-urlencoded",
    ):
        answer = sender.send(valid, headers={"Content-Type": media_type})
        assert answer.status_code == 422, f"{media_type}: {answer.text}"


@by_route
def test_of_keys_that_stand_twice_the_last_one_counts(sender: Sender) -> None:
    valid = sender.valid()
    if isinstance(valid.json, dict):
        text = json.dumps(valid.json)
        twice = text.replace("{", "{" + text[1:-1] + ", ", 1)
        assert sender.send(valid, content=twice.encode()).is_success


SOME = pytest.mark.parametrize(
    "row", [row for row in FIRST_OF_ROUTE if row.route in ("/code", "/code/{code_id}")], ids=str
)


@SOME
@pytest.mark.parametrize(
    "header", ["If-Match", "Idempotency-Key", "X-Request-ID", "Cookie", "Accept-Encoding", "Range"]
)
@pytest.mark.parametrize("value", [b"a" * 100_000, b"nul \0", b"\xff\xfe", b'"', b"*", b"bytes=-" + b"9" * 50, b""])
def test_headers_do_no_harm(sender: Sender, header: str, value: bytes) -> None:
    answer = sender.send(sender.valid(), headers={header: value})
    assert answer.status_code in (200, 201, 412, 422)


@SOME
@pytest.mark.parametrize("token", [b"a" * 100_000, b"\xff", b"", b"..", b"e30.e30.e30", b"nul \0"])
def test_what_is_no_token_opens_nothing(sender: Sender, token: bytes) -> None:
    for scheme in (b"Bearer ", b"Basic ", b""):
        answer = sender.send(sender.valid(), headers={"Authorization": scheme + token})
        assert (answer.status_code, answer.headers["www-authenticate"]) == (401, "Bearer")
