"""A polite client of the REST API: logs in, logs in again, waits when told to, repeats only what is safe."""

import time
from collections.abc import Sequence
from types import TracebackType
from typing import Any, Self
from uuid import uuid4

import httpx2

from repos._obstacle import Obstacle

ATTEMPTS = 10
"""With the pauses between them, half a minute: as long as a server may take to be started again."""
LONGEST_PAUSE = 8.0  # seconds, unless the server asks for more
LONGEST_ASKED = 30.0
_LATER = (429, 502, 503, 504)
_BUSY = ("urn:palimpsest:problem:in-flight", "urn:palimpsest:problem:overtaken")


class ServerRefused(Obstacle):
    """The server said no:"""

    def __init__(self, detail: str, *, items: Sequence[str] = ()) -> None:
        """`items` say it of each part of the request."""
        super().__init__(detail)
        self.items = items


class ServerUnreachable(Obstacle):
    """There is no server to talk to at"""


class Client:
    """Requests in the name of one user; every write carries an Idempotency-Key, so it can be repeated."""

    def __init__(self, url: str, email: str, password: str) -> None:
        """Log in. Raises ServerRefused, ServerUnreachable."""
        self._url = url
        self._credentials = {"username": email, "password": password}
        self._token = ""
        try:
            self._http = httpx2.Client(base_url=url, timeout=httpx2.Timeout(300, connect=10))
            self._login(attempts=1)
        except (httpx2.InvalidURL, httpx2.UnsupportedProtocol):
            raise ServerUnreachable(f"{url!r}: this is not an address such as http://127.0.0.1:8000.") from None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._http.close()

    def get(self, path: str, **params: Any) -> Any:
        return self._send("GET", path, params=params).json()

    def post(self, path: str, body: Any = None) -> Any:
        return self._write("POST", path, json=body).json()

    def patch(self, path: str, body: Any) -> Any:
        return self._write("PATCH", path, json=body).json()

    def upload(self, path: str, files: list[tuple[str, tuple[str, bytes]]]) -> Any:
        return self._write("POST", path, files=files).json()

    def pages(self, path: str, limit: int = 10_000) -> list[Any]:
        """A whole list, page by page."""
        response = self._send("GET", path, params={"limit": limit})
        found = list(response.json())
        while following := response.links.get("next"):
            response = self._send("GET", following["url"])
            found += response.json()
        return found

    def _login(self, attempts: int = ATTEMPTS) -> None:
        answer = self._attempt("POST", "/authentication/login", attempts=attempts, data=self._credentials)
        if answer.status_code != 200:
            raise ServerRefused(_detail(answer))
        self._token = answer.json()["access_token"]

    def _write(self, method: str, path: str, **body: Any) -> httpx2.Response:
        return self._send(method, path, headers={"Idempotency-Key": uuid4().hex}, **body)

    def _send(self, method: str, path: str, **more: Any) -> httpx2.Response:
        response = self._attempt(method, path, **more)
        if response.status_code == 401:
            self._login()
            response = self._attempt(method, path, **more)
        if response.is_error:
            raise ServerRefused(f"{method} {path}: {_detail(response)}", items=_items(response))
        return response

    def _attempt(self, method: str, path: str, *, attempts: int = ATTEMPTS, **more: Any) -> httpx2.Response:
        headers = dict(more.pop("headers", {}))
        if self._token:
            headers["Authorization"] = f"Bearer {self._token}"
        for attempt in range(1, attempts + 1):
            pause = min(LONGEST_PAUSE, 0.1 * 2**attempt)
            try:
                response = self._http.request(method, path, headers=headers, **more)
            except (httpx2.NetworkError, httpx2.TimeoutException, httpx2.RemoteProtocolError) as error:
                if attempt == attempts:
                    raise ServerUnreachable(f"{self._url} ({error})") from None
            else:
                if attempt == attempts or not _is_later(response):
                    return response
                pause = min(LONGEST_ASKED, float(response.headers.get("Retry-After", pause)))
            time.sleep(pause)
        raise AssertionError("unreachable")


def _is_later(response: httpx2.Response) -> bool:
    """The same request may well be answered in a moment."""
    return response.status_code in _LATER or _problem(response).get("type") in _BUSY


def _detail(response: httpx2.Response) -> str:
    return str(_problem(response).get("detail", f"{response.status_code} {response.reason_phrase}"))


def _items(response: httpx2.Response) -> list[str]:
    problem = _problem(response)
    listed = str(problem.get("type")).endswith(":refused-items")
    return [str(item["msg"]) for item in problem.get("errors", []) if listed]


def _problem(response: httpx2.Response) -> dict[str, Any]:
    if response.headers.get("content-type") != "application/problem+json":
        return {}
    return dict(response.json())
