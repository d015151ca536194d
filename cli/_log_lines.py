"""Events as lines: for people at a terminal, and for programs."""

import sys
from base64 import b64encode
from collections.abc import Sequence
from typing import Any, Protocol

import orjson
from rich.console import Console
from rich.text import Text

from cli._printable import printable
from events._tables import EVENT_COLUMNS

Row = Sequence[Any]

_PLACES = {name: place for place, name in enumerate(EVENT_COLUMNS)}
_ENVELOPE = (
    "revision",
    "type",
    "stream_id",
    "stream_version",
    "actor_id",
    "command_id",
    "correlation_id",
    "recorded_at",
    "schema_version",
)
_HEADINGS = ("revision", "recorded (UTC)", "actor", "stream", "event", "data")
_WIDTHS = (9, 19, 6, 24, 30, 0)
_STYLES = ("bold", "dim", "cyan", "green", "yellow", "")


class Lines(Protocol):
    def print(self, row: Row) -> None: ...


class JsonLines:
    """One object an event, as the API answers it."""

    def print(self, row: Row) -> None:
        event = {name: row[_PLACES[name]] for name in _ENVELOPE}
        line = orjson.dumps({**event, "data": _data(row)}, option=orjson.OPT_UTC_Z | orjson.OPT_APPEND_NEWLINE)
        sys.stdout.buffer.write(line)
        sys.stdout.buffer.flush()


class TableLines:
    """One row an event, cut off where the terminal ends."""

    def __init__(self, console: Console | None = None) -> None:
        self._console = console or Console()
        self._headed = False

    def print(self, row: Row) -> None:
        if not self._headed:
            self._cells(_HEADINGS, ("bold underline",) * len(_HEADINGS))
            self._headed = True
        revision, recorded_at, actor_id, stream_id, kind = (
            row[_PLACES[name]] for name in ("revision", "recorded_at", "actor_id", "stream_id", "type")
        )
        data = orjson.dumps(_data(row)).decode()
        self._cells((str(revision), f"{recorded_at:%Y-%m-%d %H:%M:%S}", str(actor_id), stream_id, kind, data), _STYLES)

    def _cells(self, cells: Sequence[str], styles: Sequence[str]) -> None:
        line = Text()
        for cell, width, style in zip(cells, _WIDTHS, styles, strict=True):
            line.append(f"{printable(cell):<{width}}  ", style)
        self._console.print(line, no_wrap=True, overflow="ellipsis", crop=True)


def lines(*, as_json: bool) -> Lines:
    """JSON if it is asked for, and wherever nobody looks on."""
    return JsonLines() if as_json or not sys.stdout.isatty() else TableLines()


def _data(row: Row) -> Any:
    """The payload: JSON as it is, bytes of other applications in base 64."""
    data = bytes(row[_PLACES["data"]])
    try:
        return orjson.loads(data)
    except orjson.JSONDecodeError:
        return b64encode(data).decode()
