"""Embedders for tests: one that really runs beside us, and one that does what a test tells it."""

import base64
import json
import math
import re
import socket
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from struct import pack
from threading import Thread
from typing import Any

from configs.schema import EmbedderConfig, load

Reply = tuple[int, dict[str, str], Any]
"""Status, headers, and a body to be sent as JSON."""


def settings(url: str | None = None, **values: Any) -> EmbedderConfig:
    if url is not None:
        values = {"model": "test", "dimensions": 4} | values
    return replace(load("test", [], {}).embedder, url=url, **values)


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
    return port


def vector_of(text: str, dimensions: int = 4) -> list[float]:
    """Always the same direction for the same text, and another one for another."""
    digest = sha256(text.encode()).digest()
    components = [digest[i % 32] - 127.5 + i for i in range(dimensions)]
    length = math.sqrt(sum(component * component for component in components))
    return [component / length for component in components]


def meaning_of(text: str, dimensions: int = 256) -> list[float]:
    """As if a text meant its words, in any order: those that share words are alike."""
    components = [0.001] * dimensions
    for word in re.findall(r"\w+", text.casefold()):
        components[int.from_bytes(sha256(word.encode()).digest()[:4], "big") % dimensions] += 1
    return components


@contextmanager
def words() -> Iterator[list[str]]:
    """Settings of an embedder that makes `meaning_of` texts."""
    with endpoint(lambda asked: embeddings([meaning_of(text) for text in asked["input"]])) as url:
        yield [f"embedder.url={url}", "embedder.model=words", "embedder.dimensions=256"]


def embeddings(vectors: Sequence[Sequence[float]], *, as_text: bool = True) -> Reply:
    rows = [
        {"index": index, "embedding": _as_text(vector) if as_text else list(vector)}
        for index, vector in enumerate(vectors)
    ]
    return 200, {}, {"data": rows}


class Endpoint(BaseHTTPRequestHandler):
    """Answers with what `reply` says to the body of a request."""

    protocol_version = "HTTP/1.1"
    reply: Callable[[dict[str, Any]], Reply]

    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        status, headers, content = type(self).reply(asked | {"headers": dict(self.headers), "path": self.path})
        body = content if isinstance(content, bytes) else json.dumps(content).encode()
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        pass


@contextmanager
def endpoint(reply: Callable[[dict[str, Any]], Reply]) -> Iterator[str]:
    """The address of an endpoint that answers as it is told."""
    handler = type("Told", (Endpoint,), {"reply": staticmethod(reply)})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    thread = Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/v1"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _as_text(vector: Sequence[float]) -> str:
    return base64.b64encode(pack(f"<{len(vector)}f", *vector)).decode()
