"""A polite client of the REST API: logs in, logs in again, waits when told to, repeats only what is safe."""

import time
from types import TracebackType
from typing import Any, Self
from uuid import uuid4

import httpx2

from repos._obstacle import Obstacle

ATTEMPTS = 6
_LATER = (429, 502, 503, 504)


class ServerRefused(Obstacle):
    """The server said no:"""


class ServerUnreachable(Obstacle):
    """There is no server to talk to at"""


class Client:
    """Requests in the name of one user; every write carries an Idempotency-Key, so it can be repeated."""

    def __init__(self, url: str, email: str, password: str) -> None:
        self._http = httpx2.Client(base_url=url, timeout=httpx2.Timeout(300, connect=10))
        self._url = url
        self._credentials = {"username": email, "password": password}
        self._token = ""
        self._login()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._http.close()

    def get(self, path: str, **params: Any) -> Any:
        return self._send("GET", path, params=params).json()

    def post(self, path: str, body: Any = None, **more: Any) -> Any:
        return self._send("POST", path, json=body, headers={"Idempotency-Key": uuid4().hex}, **more).json()

    def patch(self, path: str, body: Any) -> Any:
        return self._send("PATCH", path, json=body, headers={"Idempotency-Key": uuid4().hex}).json()

    def upload(self, path: str, files: list[tuple[str, tuple[str, bytes]]]) -> Any:
        return self._send("POST", path, files=files, headers={"Idempotency-Key": uuid4().hex}).json()

    def pages(self, path: str, limit: int = 10_000) -> list[Any]:
        """A whole list, page by page."""
        response = self._send("GET", path, params={"limit": limit})
        found = list(response.json())
        while following := response.links.get("next"):
            response = self._send("GET", following["url"])
            found += response.json()
        return found

    def _login(self) -> None:
        answer = self._attempt("POST", "/authentication/login", data=self._credentials)
        if answer.status_code != 200:
            raise ServerRefused(_detail(answer))
        self._token = answer.json()["access_token"]

    def _send(self, method: str, path: str, **more: Any) -> httpx2.Response:
        response = self._attempt(method, path, **more)
        if response.status_code == 401:
            self._login()
            response = self._attempt(method, path, **more)
        if response.is_error:
            raise ServerRefused(f"{method} {path}: {_detail(response)}")
        return response

    def _attempt(self, method: str, path: str, **more: Any) -> httpx2.Response:
        headers = {**more.pop("headers", {}), "Authorization": f"Bearer {self._token}"}
        for attempt in range(ATTEMPTS):
            try:
                response = self._http.request(method, path, headers=headers, **more)
            except httpx2.TransportError as error:
                if attempt == ATTEMPTS - 1:
                    raise ServerUnreachable(f"{self._url} ({error})") from None
                time.sleep(0.2 * 2**attempt)
                continue
            if response.status_code not in _LATER or attempt == ATTEMPTS - 1:
                return response
            time.sleep(min(30.0, float(response.headers.get("Retry-After", 0.2 * 2**attempt))))
        raise AssertionError("unreachable")


def _detail(response: httpx2.Response) -> str:
    try:
        return str(response.json()["detail"])
    except (ValueError, KeyError, TypeError):
        return f"{response.status_code} {response.reason_phrase}"
