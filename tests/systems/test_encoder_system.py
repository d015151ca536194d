"""The encoder answers like OpenAI's embeddings, and whoever is urgent goes first."""

import asyncio
import base64
import struct
from collections.abc import Callable, MutableMapping, Sequence
from threading import Event
from typing import Any

import httpx2
import orjson
import pytest

from repos.embedder_model import BUILT_IN_MODEL
from systems.encoder_system import MOST_TEXTS, EncoderApp, sentence_encoder


def asked(app: EncoderApp, body: Any = None, *, method: str = "POST", path: str = "/v1/embeddings") -> httpx2.Response:
    async def ask() -> httpx2.Response:
        async with _client(app) as client:
            if isinstance(body, bytes):
                return await client.request(method, path, content=body)
            return await client.request(method, path, json=body)

    return asyncio.run(ask())


def lengths(texts: Sequence[str]) -> list[bytes]:
    """Encodes texts as how long they are."""
    return [struct.pack("<2f", len(text), 1) for text in texts]


def app() -> EncoderApp:
    return EncoderApp(lambda: lengths)


def test_it_gives_lists_of_numbers_or_base64() -> None:
    lists = asked(app(), {"model": BUILT_IN_MODEL, "input": ["joy", "grief"]}).json()
    assert lists["data"] == [
        {"object": "embedding", "index": 0, "embedding": [3.0, 1.0]},
        {"object": "embedding", "index": 1, "embedding": [5.0, 1.0]},
    ]
    text = asked(app(), {"model": BUILT_IN_MODEL, "input": "joy", "encoding_format": "base64"}).json()
    assert base64.b64decode(text["data"][0]["embedding"]) == struct.pack("<2f", 3, 1)


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"{", 400),
        ([], 400),
        ({"model": BUILT_IN_MODEL}, 400),
        ({"model": BUILT_IN_MODEL, "input": []}, 400),
        ({"model": BUILT_IN_MODEL, "input": ["joy", 1]}, 400),
        ({"model": "another", "input": ["joy"]}, 404),
        ({"model": BUILT_IN_MODEL, "input": ["joy"] * (MOST_TEXTS + 1)}, 413),
    ],
)
def test_what_it_cannot_take_it_says(body: Any, status: int) -> None:
    answer = asked(app(), body)
    assert answer.status_code == status
    assert answer.json()["error"]["message"]


def test_there_is_nothing_else() -> None:
    assert asked(app(), method="GET").status_code == 404
    assert asked(app(), path="/").status_code == 404


def test_an_encoder_that_fails_is_an_error_and_the_next_question_is_answered() -> None:
    def encode(texts: Sequence[str]) -> list[bytes]:
        if "bad" in texts:
            raise MemoryError
        return lengths(texts)

    async def ask() -> list[int]:
        async with _client(EncoderApp(lambda: encode)) as client:
            return [(await _post(client, [text])).status_code for text in ("bad", "good")]

    assert asyncio.run(ask()) == [500, 200]


def test_what_is_urgent_waits_for_the_step_under_way_only() -> None:
    steps: list[Sequence[str]] = []
    begun, go_on = Event(), Event()

    def encode(texts: Sequence[str]) -> list[bytes]:
        steps.append(texts)
        begun.set()
        assert go_on.wait(20)
        return lengths(texts)

    async def ask() -> None:
        app = EncoderApp(lambda: encode)
        async with _client(app) as client:
            bulk = asyncio.create_task(_post(client, [f"sentence {number}" for number in range(100)]))
            await asyncio.to_thread(begun.wait, 20)
            assert await _urgent(app, "question", when_read=go_on.set) == [8.0, 1.0]
            assert len((await bulk).json()["data"]) == 100

    asyncio.run(ask())
    assert steps[1] == ["question"]


def test_the_real_encoder_brings_the_same_meaning_of_two_languages_together() -> None:
    encode = sentence_encoder()
    english, german, other, long = (
        struct.unpack("<512f", vector)
        for vector in encode(["It rains.", "Es regnet.", "He sold the company.", "It rains. " * 100_000])
    )
    near = sum(a * b for a, b in zip(english, german, strict=True))
    assert near > 0.6
    assert near > 0.3 + sum(a * b for a, b in zip(english, other, strict=True))
    assert sum(value * value for value in long) == pytest.approx(1, abs=1e-3)


def _client(app: EncoderApp) -> httpx2.AsyncClient:
    return httpx2.AsyncClient(transport=httpx2.ASGITransport(app=app), base_url="http://encoder")


async def _post(client: httpx2.AsyncClient, texts: Sequence[str], **headers: str) -> httpx2.Response:
    return await client.post("/v1/embeddings", json={"model": BUILT_IN_MODEL, "input": texts}, headers=headers)


async def _urgent(app: EncoderApp, text: str, when_read: Callable[[], None]) -> Any:
    """The vector of a text, without a client between us and the moment at which the question is in line."""
    sent: list[Any] = []

    async def receive() -> dict[str, Any]:
        asyncio.get_running_loop().call_soon(when_read)
        return {"type": "http.request", "body": orjson.dumps({"model": BUILT_IN_MODEL, "input": text})}

    async def send(message: MutableMapping[str, Any]) -> None:
        sent.append(message)

    headers = [(b"priority", b"u=0")]
    await app({"type": "http", "method": "POST", "path": "/v1/embeddings", "headers": headers}, receive, send)
    return orjson.loads(sent[1]["body"])["data"][0]["embedding"]
