"""Rows of read tables as JSON, straight from the database; the DTO of the route describes them."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from tempfile import SpooledTemporaryFile
from typing import IO

import orjson
from fastapi import Request, Response
from fastapi.responses import StreamingResponse

from commands._refusal import NotFound
from projections._crud import Record
from queries._table import Found

_OPTIONS = orjson.OPT_UTC_Z | orjson.OPT_NON_STR_KEYS
_PIECE = 64_000


def answer(record: Record | None, status: int = 200, *, location: str | None = None) -> Response:
    """One entity with its ETag. Raises NotFound if there is none."""
    if record is None:
        raise NotFound
    headers = {"ETag": f'"{record["version"]}"'} if "version" in record else {}
    if location:
        headers["Location"] = location
    return Response(orjson.dumps(record, option=_OPTIONS), status, headers, media_type="application/json")


def answer_all(records: Sequence[Record], status: int = 200) -> Response:
    return Response(orjson.dumps(records, option=_OPTIONS), status, media_type="application/json")


def answer_plain(value: int | str | Sequence[int] | Sequence[str] | Mapping[int, int]) -> Response:
    """A number, a sentence, ids, names, or numbers by id."""
    return Response(orjson.dumps(value, option=_OPTIONS), media_type="application/json")


def answer_written(pieces: Iterable[str]) -> Response:
    """A long text, on disk until it is sent: it is whole before the answer begins, and a slow reader holds nothing."""
    with ExitStack() as opened:
        file = opened.enter_context(SpooledTemporaryFile(max_size=_PIECE))
        file.write(b'"')
        for piece in pieces:
            file.write(orjson.dumps(piece)[1:-1])
        file.write(b'"')
        file.seek(0)
        return StreamingResponse(_read(file, opened.pop_all()), media_type="application/json")


def _read(file: IO[bytes], opened: ExitStack) -> Iterator[bytes]:
    with opened:
        while piece := file.read(_PIECE):
            yield piece


def answer_grouped(name: str, groups: Iterable[tuple[int, Sequence[Record]]]) -> Response:
    """Records by a number, sent group by group, because one that is in many groups is sent as often."""
    return StreamingResponse(_grouped(name, groups), media_type="application/json")


def _grouped(name: str, groups: Iterable[tuple[int, Sequence[Record]]]) -> Iterator[bytes]:
    piece = bytearray(b'{"%s":{' % name.encode())
    between = b""
    for number, records in groups:
        piece += b'%s"%d":%s' % (between, number, orjson.dumps(records, option=_OPTIONS))
        between = b","
        if len(piece) > _PIECE:
            yield bytes(piece)
            piece.clear()
    yield bytes(piece + b"}}")


def answer_page(records: Sequence[Record], request: Request, limit: int | None) -> Response:
    """A page of a list ordered by id; `Link: <...>; rel="next"` leads to those after it."""
    response = answer_all(records)
    if limit is not None and len(records) == limit:
        following = request.url.include_query_params(cursor=records[-1]["id"]).remove_query_params("skip")
        response.headers["Link"] = f'<{following}>; rel="next"'
    return response


def answer_found(found: Found, rows: Sequence[Record], request: Request) -> Response:
    """A page of a table; `Link: <...>; rel="next"` leads to the next one, with the same body."""
    return answer_hits({"total_results": found.total, "data": rows}, found.cursor, request)


def answer_hits(page: Record | Sequence[Record], cursor: str | None, request: Request) -> Response:
    """A page of what was found; a cursor leads to the next one, with the same body."""
    response = Response(orjson.dumps(page, option=_OPTIONS), media_type="application/json")
    if cursor is not None:
        following = request.url.include_query_params(cursor=cursor).remove_query_params(["page", "page_number", "skip"])
        response.headers["Link"] = f'<{following}>; rel="next"'
    return response
