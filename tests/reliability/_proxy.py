"""Stands before a real server and does to what passes through it whatever a test says."""

import json
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import cycle
from threading import Thread
from typing import Any
from urllib.parse import urlsplit

_HEADERS = {
    "X-Elastic-Product": "Elasticsearch",
    "Content-Type": "application/vnd.elasticsearch+json; compatible-with=9",
}
_KEPT = ("content-type", "content-encoding", "x-elastic-product", "location")


@dataclass(frozen=True)
class Asked:
    """A request."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def is_bulk(self) -> bool:
        return self.path.partition("?")[0].endswith("/_bulk")


@dataclass(frozen=True)
class Answer:
    status: int
    body: bytes
    headers: dict[str, str] = field(default_factory=lambda: dict(_HEADERS))


Onward = Callable[[Asked], Answer]
Fault = Callable[[Asked, Onward], Answer]
"""Answers a request, asking the real server or not."""


class Proxy:
    """At `url`; `fault` is what is wrong, None if nothing. `bulks` are the moments at which bulk requests came."""

    def __init__(self, target: str) -> None:
        self.url = ""
        self.fault: Fault | None = None
        self.bulks: list[float] = []
        self._target = urlsplit(target).netloc

    def answer(self, asked: Asked) -> Answer:
        if asked.is_bulk:
            self.bulks.append(time.monotonic())
        return self.fault(asked, self._onward) if self.fault else self._onward(asked)

    def _onward(self, asked: Asked) -> Answer:
        connection = HTTPConnection(self._target, timeout=60)
        try:
            connection.request(asked.method, asked.path, asked.body, asked.headers)
            response = connection.getresponse()
            headers = {name: value for name, value in response.getheaders() if name.lower() in _KEPT}
            return Answer(response.status, response.read(), headers)
        except OSError:
            return Answer(502, b"{}")
        finally:
            connection.close()


@contextmanager
def proxy(target: str) -> Iterator[Proxy]:
    made = Proxy(target)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def answer(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            headers = {
                name: value for name, value in self.headers.items() if name.lower() not in ("host", "connection")
            }
            answer = made.answer(Asked(self.command, self.path, headers, body))
            self.send_response(answer.status)
            for name, value in answer.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(answer.body)))
            with suppress(ConnectionError):  # whoever asked had no patience
                self.end_headers()
                if self.command != "HEAD":
                    self.wfile.write(answer.body)

        def log_message(self, format: str, *args: object) -> None:
            """Nobody reads it."""

    for method in ("GET", "HEAD", "POST", "PUT", "DELETE"):
        setattr(Handler, f"do_{method}", Handler.answer)
    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        made.url = f"http://127.0.0.1:{server.server_port}"
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield made
        finally:
            server.shutdown()
            thread.join()


def refusing(status: int) -> Fault:
    """Everything is answered so."""
    return lambda asked, onward: Answer(status, json.dumps({"error": {"type": "refused"}, "status": status}).encode())


def slow(seconds: float) -> Fault:
    """All is done, and the answer comes late."""

    def late(asked: Asked, onward: Onward) -> Answer:
        answer = onward(asked)
        time.sleep(seconds)
        return answer

    return late


def partly(statuses: Sequence[int], every: int) -> Fault:
    """Of the items of bulk requests every so many-th is not done; the answer to each says so at its place."""

    def some(asked: Asked, onward: Onward) -> Answer:
        if not asked.is_bulk:
            return onward(asked)
        items = list(_items(asked.body))
        sent = [item for number, item in enumerate(items) if number % every]
        told: list[Any] = []
        if sent:
            body = b"".join(b"%s\n" % line for item in sent for line in item)
            answer = onward(Asked(asked.method, asked.path, asked.headers, body))
            if answer.status != 200:
                return answer
            told = json.loads(answer.body)["items"]
        for number, status in zip(range(0, len(items), every), cycle(statuses), strict=False):
            error = {"type": "es_rejected_execution_exception", "reason": "too much to do"}
            told.insert(number, {next(iter(json.loads(items[number][0]))): {"status": status, "error": error}})
        return Answer(200, json.dumps({"errors": True, "items": told}).encode())

    return some


def _items(body: bytes) -> Iterator[list[bytes]]:
    """The lines of each: what is to be done, and with what."""
    lines = iter(body.splitlines())
    for line in lines:
        yield [line] if b'"delete"' in line[:12] else [line, next(lines)]
