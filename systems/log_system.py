"""The log for operators: lines for people on a terminal, JSON for machines elsewhere, and never a secret."""

import json
import logging
import os
import re
import sys
import traceback
from collections.abc import Iterator
from datetime import UTC
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TextIO

from loguru import logger

if TYPE_CHECKING:
    from loguru import Record

FILE_NAME = "palimpsest.log"
ABOUT = "_about"
"""Bound to a line, a function that says at the time of the line what else the line is about."""

_MASK = "***"
_VALUE = r"""\\?"[^"]*"|\\?'[^']*'|[^\s"'&,;)}\]]+"""
# None of these may scan a long line more than a few times: whoever writes messages may be hostile.
_SECRETS: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"(?i)\b(bearer|authorization\W{1,4}basic)\s+[\w.~+/=-]+"), rf"\1 {_MASK}"),
    (re.compile(r"(?<![\w-])eyJ[\w-]+\.[\w-]+\.[\w-]*"), _MASK),
    (re.compile(r"(://[^\s:/@]*):[^\s/]+@"), rf"\1:{_MASK}@"),
    (
        re.compile(
            r"""(?i)((?:passwor[dt]|passwd|token|secret|signing_key|api_key|signature)\b\\?["']?\s*[=:]\s*)"""
            rf"(?:{_VALUE})"
        ),
        rf"\1{_MASK}",
    ),
)
_SECRET_NAME = re.compile(r"(?i)password|passwd|token$|secret|signing_key|authorization|cookie")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
# Loggers that tell of their own workings at INFO what nobody here needs to know.
_CHATTY = ("alembic", "httpcore", "httpcore2", "httpx", "httpx2", "procrastinate", "uvicorn")
# And what tells with a page of traceback, at each attempt, that a server is away: whoever wanted it says so in a line.
_UPSET = ("elastic_transport",)
_TOLD = "_told"


def masked(text: str) -> str:
    """The text without the passwords, tokens and keys that its form gives away."""
    for pattern, replacement in _SECRETS:
        text = pattern.sub(replacement, text)
    return text


def told(error: Exception) -> Exception:
    """The exception, marked as one that our own lines tell of: what libraries say of it later is left out."""
    setattr(error, _TOLD, True)
    return error


def set_up(
    *,
    level: str,
    form: Literal["auto", "human", "json"],
    folder: Path | None,
    rotation_mb: int,
    kept_files: int,
    stream: TextIO = sys.stderr,
) -> None:
    """Send every line of this process, the standard library's included, to the stream and to a file in the folder."""
    human = form == "human" or (form == "auto" and stream.isatty())
    logger.remove()
    logger.add(
        stream,
        level=level,
        format=_human if human else _json,
        colorize=human and stream.isatty(),
        backtrace=False,
        diagnose=False,
    )
    if folder is not None:
        logger.add(
            folder / FILE_NAME,
            level=level,
            format=_json,
            rotation=f"{rotation_mb} MB",
            retention=kept_files,
            # The processes of an installation share the file: whoever finds it rotated opens the new one.
            watch=True,
            encoding="utf-8",
            opener=_private,
            backtrace=False,
            diagnose=False,
        )
    logging.basicConfig(handlers=[_Bridge()], level=_standard_level(level), force=True)
    for name in _CHATTY:
        logging.getLogger(name).setLevel(logging.WARNING)
    for name in _UPSET:
        logging.getLogger(name).setLevel(logging.ERROR)


class _Bridge(logging.Handler):
    """Brings lines of the standard library's loggers over."""

    def emit(self, record: logging.LogRecord) -> None:
        if record.exc_info and getattr(record.exc_info[1], _TOLD, False):
            return
        try:
            level: str | int = logger.level(record.levelname).name
        except ValueError:
            level = record.levelno

        def named(line: "Record") -> None:
            line["name"] = record.name

        logger.patch(named).opt(exception=record.exc_info).log(level, "{}", record.getMessage())


def _json(record: "Record") -> str:
    line: dict[str, Any] = {
        "time": record["time"].astimezone(UTC).isoformat(timespec="milliseconds"),
        "level": record["level"].name,
        "message": masked(record["message"]),
        "logger": record["name"],
    }
    for name, value in _extras(record):
        line.setdefault(name, _presentable(name, value))
    if record["exception"] is not None:
        line["exception"] = masked(_told(record))
    # Escaped, because a message may hold lone surrogates that no encoding takes.
    record["extra"]["_json"] = json.dumps(line, default=str)
    return "{extra[_json]}\n"


def _human(record: "Record") -> str:
    extras = " ".join(f"{name}={_presentable(name, value)}" for name, value in _extras(record) if value is not None)
    record["extra"]["_text"] = _CONTROL.sub(lambda found: f"\\x{ord(found[0]):02x}", masked(record["message"]))
    record["extra"]["_rest"] = _CONTROL.sub("?", extras)
    traced = f"\n{masked(_told(record)).rstrip()}" if record["exception"] is not None else ""
    record["extra"]["_told"] = traced
    start = "<dim>{time:HH:mm:ss.SSS}</dim> <level>{level: <8}</level> "
    return start + "{extra[_text]} <dim>{extra[_rest]}</dim>{extra[_told]}\n"


def _extras(record: "Record") -> Iterator[tuple[str, object]]:
    for name, value in record["extra"].items():
        if name == ABOUT:
            yield from value().items()
        elif not name.startswith("_"):
            yield name, value


def _presentable(name: str, value: object) -> object:
    if _SECRET_NAME.search(name):
        return _MASK
    if value is None or isinstance(value, bool | int | float):
        return value
    return masked(str(value))


def _told(record: "Record") -> str:
    exception = record["exception"]
    assert exception is not None
    return "".join(traceback.format_exception(exception.type, exception.value, exception.traceback))


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def _standard_level(level: str) -> int:
    return logger.level(level).no
