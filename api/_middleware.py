"""What surrounds every request: its id, its log line, its limits, and the headers of its answer."""

from time import perf_counter
from typing import Any
from urllib.parse import quote

from anyio.to_thread import current_default_thread_limiter
from loguru import logger
from starlette.applications import Starlette
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from uuid_utils.compat import uuid7

from api._errors import TooLarge, Unauthenticated, bug, busy, refusal
from commands._refusal import Refused
from configs.schema import ApiConfig
from systems.log_system import ABOUT
from systems.token_system import InvalidToken

_SECURITY = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
}


class Surroundings:
    """Pure ASGI, because every request passes here."""

    def __init__(self, app: ASGIApp, config: ApiConfig) -> None:
        self.app = app
        self._limits = {
            "": config.body_limit_mb * 1_000_000,
            "bulk": config.bulk_body_limit_mb * 1_000_000,
            "docprocessing": config.upload_limit_mb * 1_000_000,
        }
        self._waiting = config.waiting_requests

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        begun = perf_counter()
        headers = Headers(scope=scope)
        state: dict[str, Any] = scope.setdefault("state", {})
        state["request_id"] = _request_id(headers.get("x-request-id"))
        # What can be got can be asked about: it is answered in the same way, and its body kept back.
        bodiless = scope["method"] == "HEAD"
        asked = {**scope, "method": "GET"} if bodiless else scope
        status = 0
        limit = self._limit(scope["path"])
        refused: type[Refused] = TooLarge
        if limit > self._limits[""] and not _is_known(scope["app"], headers):
            # Their large body would be taken in and read before anybody asks who they are.
            limit, refused = self._limits[""], Unauthenticated
        received = _announced(headers.get("content-length"))

        async def finish(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                answer = MutableHeaders(scope=message)
                answer["X-Request-ID"] = state["request_id"]
                if "revision" in state and status < 500:
                    answer["X-Project-Revision"] = str(state["revision"])
                for name, value in _SECURITY.items():
                    answer.setdefault(name, value)
            elif bodiless:
                message = {**message, "body": b""}
            await send(message)

        async def measured() -> Message:
            nonlocal received
            message = await receive()
            received += len(message.get("body", b""))
            if received > limit:
                raise TooLarge
            return message

        async def unless_too_large(message: Message) -> None:
            # What the application makes of a body that was cut off is not the answer.
            if received <= limit:
                await finish(message)

        def about() -> dict[str, Any]:
            """For every line of the log: whose request this is becomes known on the way."""
            return {
                "request_id": state["request_id"],
                "actor": state.get("actor_id"),
                "project": state.get("project_id"),
                "revision": state.get("revision"),
            }

        with logger.contextualize(**{ABOUT: about}):
            try:
                if self._is_crowded(scope["path"]):
                    await busy()(scope, receive, finish)
                elif received <= limit:
                    received = 0
                    await self.app(asked, measured, unless_too_large)
            except (TooLarge, ClientDisconnect):
                pass  # The first is answered below, and nobody is there any more to hear of the other.
            except Exception as error:
                failure = bug(scope["method"], _sent_path(scope), error)
                if not status:
                    await failure(scope, receive, finish)
                raise
            finally:
                if received > limit and not status:
                    await refusal(refused())(scope, receive, finish)
                milliseconds = (perf_counter() - begun) * 1000
                logger.info("{} {} {} {:.1f} ms", scope["method"], _sent_path(scope), status, milliseconds)

    def _is_crowded(self, path: str) -> bool:
        """Whether so many wait for a thread that one more would wait in vain."""
        threads = current_default_thread_limiter()
        if threads.available_tokens > 0 or path.startswith(("/health/", "/heartbeat", "/info")):
            return False
        return threads.statistics().tasks_waiting >= self._waiting

    def _limit(self, path: str) -> int:
        group, _, rest = path.removeprefix("/").partition("/")
        if group == "docprocessing":
            listed = path.endswith(("/retry", "/recompute", "/search"))
            return self._limits["bulk" if listed else "docprocessing"]
        return self._limits["bulk" if rest.startswith("bulk") else ""]


def _is_known(app: Starlette, headers: Headers) -> bool:
    """Whether the request has a token of ours; whether it still counts is found out later."""
    scheme, _, token = headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer":
        return False
    try:
        app.state.services.tokens.check(token)
    except InvalidToken:
        return False
    return True


def _announced(length: str | None) -> int:
    """How long the body will be; what is no number is measured instead."""
    digits = length or ""
    return int(digits[:18]) if digits.isascii() and digits.isdigit() else 0


def _sent_path(scope: Scope) -> str:
    """The path as it came, so that nothing in it looks like a line of the log."""
    raw: bytes = scope.get("raw_path") or quote(scope["path"]).encode()
    return raw.decode("ascii", "backslashreplace")


def _request_id(given: str | None) -> str:
    """The client's own id if it is one, else a new one."""
    if given and len(given) <= 100 and given.isascii() and given.isprintable():
        return given
    return str(uuid7())
