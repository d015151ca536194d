"""The service that makes vectors of texts: ours on a socket, or any that speaks OpenAI's embeddings over HTTP."""

import base64
import random
import socket
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from struct import unpack
from typing import Any

import httpx2

from configs.schema import EmbedderConfig
from repos._unavailable import Unavailable
from repos.embedder_model import BUILT_IN_MODEL, URGENT, Embedding, Untakable, embedder_model
from repos.half_vector import NoDirection, packed

_LATER = (408, 409, 425, 429, 500, 502, 503, 504, 529)
_REFUSED = (400, 413, 422)
_FIRST_PAUSE = 0.25  # seconds, and twice as long each time
_LONGEST_PAUSE = 30.0
_URGENT_SECONDS = 10.0
_URGENT_AT_ONCE = 4
_WORD = "word"


class EmbedderUnavailable(Unavailable):
    """The embedder does not answer, or not with vectors."""


class Embedder:
    """Asks in requests of bounded size, some of them at the same time, and again when asking again may help."""

    def __init__(
        self, config: EmbedderConfig, listener: Path | None = None, *, pause: Callable[[float], None] = time.sleep
    ) -> None:
        """`listener` is where our own embedder listens, for a configuration without a url."""
        self.model = embedder_model(config)
        self._config = config
        self._pause = pause
        self._listener = None if config.url else listener
        self._name, self._prefix = (config.model, config.prefix) if config.url else (BUILT_IN_MODEL, "")
        self._place = "The embedder"
        if config.url is None:
            assert listener is not None
            transport = httpx2.HTTPTransport(uds=str(listener))
            self._http = httpx2.Client(base_url="http://embedder/v1", transport=transport, trust_env=False)
        else:
            headers = {"Authorization": f"Bearer {config.api_key}"} if config.api_key else {}
            self._http = httpx2.Client(base_url=config.url, headers=headers)
            self._place += f" at {config.url}"
        self._requests = ThreadPoolExecutor(config.requests_at_once, thread_name_prefix="embed")
        self._urgent = threading.BoundedSemaphore(_URGENT_AT_ONCE)

    def embed(self, texts: Sequence[str]) -> list[Embedding]:
        """Vectors of many texts, in their order. Raises EmbedderUnavailable."""
        size = self._config.texts_at_once
        pieces = [texts[first : first + size] for first in range(0, len(texts), size)]
        return [embedding for piece in self._requests.map(self._each, pieces) for embedding in piece]

    def embed_now(self, texts: Sequence[str]) -> list[Embedding]:
        """Vectors of a few texts for somebody who waits, before those of others. Raises EmbedderUnavailable."""
        if not self._urgent.acquire(timeout=_URGENT_SECONDS):
            raise EmbedderUnavailable(f"{self._place} has too many questions before this one.")
        try:
            return self._each(texts, urgent=True)
        finally:
            self._urgent.release()

    def close(self) -> None:
        self._requests.shutdown(cancel_futures=True)
        self._http.close()

    def _each(self, texts: Sequence[str], *, urgent: bool = False) -> list[Embedding]:
        """One request, or as many as it takes to find out which of the texts are refused."""
        try:
            return self._request(texts, urgent)
        except _Refusal as refusal:
            if len(texts) > 1:
                middle = len(texts) // 2
                return [*self._each(texts[:middle], urgent=urgent), *self._each(texts[middle:], urgent=urgent)]
            self._check_not_everything_is_refused(urgent)
            return [Untakable(str(refusal))]

    def _check_not_everything_is_refused(self, urgent: bool) -> None:
        """An unknown model or the like is no fault of a text."""
        try:
            self._request([_WORD], urgent)
        except _Refusal as refusal:
            raise EmbedderUnavailable(f"{self._place} refuses every text: {refusal}") from None

    def _request(self, texts: Sequence[str], urgent: bool) -> list[Embedding]:
        response = self._attempts(
            2 if urgent else self._config.attempts,
            headers={"Priority": URGENT} if urgent else {},
            json={
                "model": self._name,
                "input": [f"{self._prefix}{text}" for text in texts],
                "encoding_format": "base64",
            },
            timeout=min(_URGENT_SECONDS, self._config.timeout_seconds) if urgent else self._config.timeout_seconds,
        )
        if response.status_code in _REFUSED:
            raise _Refusal(_detail(response))
        if response.status_code != 200:
            raise EmbedderUnavailable(f"{self._place} answers {response.status_code}: {_detail(response)}")
        return list(self._embeddings(response, len(texts)))

    def _attempts(self, attempts: int, **request: Any) -> httpx2.Response:
        """The answer to a request that is made again while the service is busy or away."""
        for attempt in range(1, attempts + 1):
            pause = min(_LONGEST_PAUSE, _FIRST_PAUSE * 2 ** (attempt - 1)) * random.uniform(0.8, 1.2)
            try:
                if self._listener is not None:
                    _check_somebody_listens(self._listener)
                response = self._http.post("/embeddings", **request)
            except (httpx2.TransportError, OSError) as error:
                if attempt == attempts:
                    why = str(error) or type(error).__name__
                    raise EmbedderUnavailable(f"{self._place} does not answer: {why}") from None
            else:
                if response.status_code not in _LATER or attempt == attempts:
                    return response
                pause = max(pause, min(_LONGEST_PAUSE, _retry_after(response)))
            self._pause(pause)
        raise AssertionError("unreachable")

    def _embeddings(self, response: httpx2.Response, count: int) -> Iterator[Embedding]:
        try:
            rows = sorted(response.json()["data"], key=lambda row: row["index"])
            indices = [row["index"] for row in rows]
            vectors = [_components(row["embedding"]) for row in rows]
        except (ValueError, KeyError, TypeError):
            raise EmbedderUnavailable(f"{self._place} answers with something that is no list of embeddings.") from None
        if indices != list(range(count)):
            raise EmbedderUnavailable(f"{self._place} answers with {len(rows)} embeddings of {count} texts.")
        for vector in vectors:
            if len(vector) != self.model.dimensions:
                raise EmbedderUnavailable(
                    f"{self._place} answers with {len(vector)} dimensions, and {self.model.dimensions} are set."
                )
            try:
                yield packed(vector)
            except NoDirection as error:
                yield Untakable(str(error.__doc__))


class _Refusal(Exception):
    """The service understands the request and does not want it."""


def _check_somebody_listens(path: Path) -> None:
    """Raises OSError. The library would leave a socket open that it could not connect."""
    with socket.socket(socket.AF_UNIX) as probe:
        probe.connect(str(path))


def _components(embedding: Any) -> Sequence[float]:
    """Base64 of little-endian floats, or what those make of it who know no such thing."""
    if isinstance(embedding, str):
        data = base64.b64decode(embedding, validate=True)
        if len(data) % 4:
            raise ValueError
        return unpack(f"<{len(data) // 4}f", data)
    return [float(component) for component in embedding]


def _detail(response: httpx2.Response) -> str:
    try:
        content = response.json()
        said = content.get("error", content.get("detail", content.get("message")))
        said = said.get("message") if isinstance(said, dict) else said
    except (ValueError, AttributeError):
        said = None
    return " ".join(str(said or response.reason_phrase).split())[:300]


def _retry_after(response: httpx2.Response) -> float:
    try:
        return max(0.0, float(response.headers.get("Retry-After", 0)))
    except ValueError:
        return 0.0
