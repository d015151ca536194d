"""Every error as problem+json: one table from exception to status."""

from collections.abc import Sequence
from http import HTTPStatus
from typing import Any

import orjson
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from loguru import logger
from psycopg import DataError, OperationalError
from psycopg.errors import LockNotAvailable
from psycopg_pool import PoolTimeout
from pydantic import BaseModel
from sqlalchemy.exc import DataError as SQLDataError
from sqlalchemy.exc import OperationalError as SQLOperationalError
from sqlalchemy.exc import TimeoutError as SQLTimeoutError
from starlette.exceptions import HTTPException
from starlette.routing import BaseRoute, Match

from commands._refusal import STATUS, Invalid, Refused, RefusedItems, exception_handler, sentence
from projections._text_reader import TooManyForms
from repos._obstacle import Unusable
from repos._unavailable import Unavailable
from systems.filter_system import MAX_DEPTH, BadFilter
from systems.log_system import told
from systems.sorting_system import BadCursor
from systems.text_query_system import Malformed
from systems.turns_system import OutOfPatience

MAX_ERRORS = 100
_TOO_DEEP = f"A filter is at most {MAX_DEPTH} groups deep"


class Busy(Exception):
    """More is asked than can be done at the moment: try again a little later."""


CROWDED = (LockNotAvailable, OutOfPatience)
for out_of_order in (OperationalError, PoolTimeout, SQLOperationalError, SQLTimeoutError, Unavailable, *CROWDED):
    exception_handler(503)(out_of_order)
for unstorable in (DataError, SQLDataError):
    exception_handler(422)(unstorable)


@exception_handler(401)
class Unauthenticated(Refused):
    """Log in first: there is no valid access token in the request."""


@exception_handler(413)
class TooLarge(Refused):
    """The request is larger than this installation accepts."""


@exception_handler(429)
class TooManyAttempts(Refused):
    """Too many attempts: wait a moment."""

    def __init__(self, retry_after: int) -> None:
        super().__init__()
        self.retry_after = retry_after


class ProblemItem(BaseModel):
    loc: list[str | int]
    msg: str
    type: str
    index: int | None = None


class Problem(BaseModel):
    """An error, as RFC 9457 says it; `errors` names each bad field, `index` its place in a bulk body."""

    type: str
    title: str
    status: int
    detail: str
    errors: list[ProblemItem] | None = None


def problem(
    status: int, kind: str, detail: str, *, errors: Sequence[dict[str, Any]] = (), headers: dict[str, str] | None = None
) -> Response:
    body: dict[str, Any] = {
        "type": f"urn:palimpsest:problem:{kind}",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
    }
    if errors:
        body["errors"] = errors
    return Response(orjson.dumps(body), status, headers, media_type="application/problem+json")


def unavailable() -> Response:
    return problem(503, "unavailable", sentence(Unavailable), headers={"Retry-After": "1"})


def busy() -> Response:
    return problem(503, "busy", sentence(Busy), headers={"Retry-After": "5"})


def install(app: FastAPI) -> None:
    for exception in STATUS:
        app.add_exception_handler(exception, _known)
    app.add_exception_handler(RefusedItems, _items)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(BadFilter, _bad_filter)
    app.add_exception_handler(BadCursor, _bad_cursor)
    app.add_exception_handler(Malformed, _malformed)
    app.add_exception_handler(TooManyForms, _too_many_forms)
    app.add_exception_handler(HTTPException, _http)


def status_of(exception: type[Exception]) -> int:
    return next(STATUS[kind] for kind in exception.__mro__ if kind in STATUS)


def _known(_: Request, error: Exception) -> Response:
    return refusal(error)


def refusal(error: Exception) -> Response:
    """The answer to a request for which this was raised."""
    status = status_of(type(error))
    if status == 503:
        logger.warning("{}: {}", type(error).__name__, error)
        if isinstance(error, Refused):
            return problem(503, _kind(type(error)), error.detail, headers={"Retry-After": "1"})
        if isinstance(error, Unusable):
            return problem(503, "unavailable", str(error), headers={"Retry-After": "1"})
        return busy() if isinstance(error, CROWDED) else unavailable()
    if not isinstance(error, Refused):
        return problem(status, "unstorable", "A value in the request cannot be stored.")
    headers = {}
    if isinstance(error, Unauthenticated):
        headers["WWW-Authenticate"] = "Bearer"
    if isinstance(error, TooManyAttempts):
        headers["Retry-After"] = str(error.retry_after)
    return problem(status, _kind(type(error)), error.detail, errors=_located(error), headers=headers)


def _items(_: Request, error: Exception) -> Response:
    assert isinstance(error, RefusedItems)
    items = [_item(index, refused) for index, refused in error.items]
    statuses = {status_of(type(refused)) for _, refused in error.items}
    status = statuses.pop() if len(statuses) == 1 else max(statuses | {409})
    number = len(error.items)
    detail = f"{number} {'item was' if number == 1 else 'items were'} refused, so nothing was done. {items[0]['msg']}"
    return problem(status, "refused-items", detail, errors=items)


def _item(index: int | None, refused: Refused) -> dict[str, Any]:
    where, *inside = refused.loc or ("body",)
    item = {"loc": [where, *inside], "msg": refused.detail, "type": _kind(type(refused))}
    return item if index is None else {**item, "loc": [where, index, *inside], "index": index}


def _invalid(_: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    items: list[dict[str, Any]] = []
    named: set[int] = set()
    for one in error.errors():
        where = one["loc"]
        place = where[1] if len(where) > 1 and where[0] == "body" and one["type"] != "json_invalid" else None
        index = place if isinstance(place, int) else None
        # Every bad item of a long list is named, though not with all that is wrong with it.
        if len(items) >= MAX_ERRORS and (index is None or index in named):
            continue
        loc = [part if isinstance(part, int) else _printable(part) for part in where]
        # Only filters stand in their own like.
        msg = _TOO_DEEP if one["type"] == "recursion_depth_exceeded" else _printable(one["msg"])
        item = {"loc": loc, "msg": msg, "type": one["type"]}
        if index is not None:
            named.add(index)
            item["index"] = index
        items.append(item)
    first = ".".join(str(part) for part in items[0]["loc"])
    return problem(422, "invalid", f"{first}: {items[0]['msg']}", errors=items)


def _bad_filter(_: Request, error: Exception) -> Response:
    assert isinstance(error, BadFilter)
    return _one_wrong(("body", *error.place), str(error), "filter")


def _bad_cursor(_: Request, error: Exception) -> Response:
    return _one_wrong(("query", "cursor"), sentence(type(error)), "cursor")


def _malformed(request: Request, error: Exception) -> Response:
    """The last part of the place is the code point."""
    assert isinstance(error, Malformed)
    return _one_wrong(("query", _asked(request), error.at), str(error), "malformed_query")


def _too_many_forms(request: Request, error: Exception) -> Response:
    return _one_wrong(("query", _asked(request)), str(error), "too_many_forms")


def _asked(request: Request) -> str:
    return next(name for name in ("search_query", "query") if name in request.query_params)


def _one_wrong(loc: Sequence[str | int], msg: str, type_: str) -> Response:
    where = ".".join(map(str, loc))
    return problem(422, "invalid", f"{where}: {msg}", errors=[{"loc": list(loc), "msg": msg, "type": type_}])


def _http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    if error.status_code == 400:
        detail = "The body cannot be read: it is broken, not in UTF-8, or too deep."
        return problem(422, "invalid", detail, errors=[{"loc": ["body"], "msg": detail, "type": "unreadable"}])
    headers = dict(error.headers or {})
    if error.status_code == 405:
        headers["Allow"] = ", ".join(_allowed(request))
        if request.method == "OPTIONS":
            return Response(status_code=204, headers=headers)
    return problem(error.status_code, "http", _printable(str(error.detail)), headers=headers)


def _allowed(request: Request) -> list[str]:
    """All methods of the path; a router knows only those of the first route that it fits."""
    routes: list[BaseRoute] = request.app.routes
    found = [
        method
        for method in ("GET", "PUT", "POST", "PATCH", "DELETE")
        if any(route.matches({**request.scope, "method": method})[0] is Match.FULL for route in routes)
    ]
    return [*found, *(["HEAD"] if "GET" in found else []), "OPTIONS"]


def bug(method: str, path: str, error: Exception) -> Response:
    logger.opt(exception=told(error)).error("{} {} failed", method, path)
    return problem(500, "bug", "This is a bug in Palimpsest; the log of the server names it by the request id.")


def _located(error: Refused) -> list[dict[str, Any]]:
    if not isinstance(error, Invalid) and error.loc is None:
        return []
    return [{"loc": list(error.loc or ("body",)), "msg": error.detail, "type": _kind(type(error))}]


def _kind(exception: type[Exception]) -> str:
    name = exception.__name__
    return "".join(f"-{letter.lower()}" if letter.isupper() else letter for letter in name).lstrip("-")


def _printable(text: str) -> str:
    """Lone surrogates cannot be encoded."""
    return text.encode("utf-8", "backslashreplace").decode()
