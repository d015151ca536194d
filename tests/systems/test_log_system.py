"""The log speaks to people or machines, carries what a request is about, and never holds a secret."""

import io
import json
import logging
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal

import pytest
from loguru import logger

from systems.log_system import ABOUT, FILE_NAME, masked, set_up, told


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture(autouse=True)
def _as_before() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    logger.remove()
    root.handlers, root.level = handlers, level


def log_to(stream: io.StringIO, form: Literal["auto", "human", "json"] = "auto", folder: Path | None = None) -> None:
    set_up(level="INFO", form=form, folder=folder, rotation_mb=1, kept_files=2, stream=stream)


def lines(text: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.splitlines()]


def test_a_line_for_machines_is_flat_and_says_what_the_request_is_about() -> None:
    stream = io.StringIO()
    log_to(stream)
    with logger.contextualize(request_id="r-1", actor=3, project=12, revision=4711):
        logger.info("{} spans <re-coded> {}", 14, "{braces}", route="/span")
    (line,) = lines(stream.getvalue())
    assert line.pop("time").endswith("+00:00")
    assert line == {
        "level": "INFO",
        "message": "14 spans <re-coded> {braces}",
        "logger": __name__,
        "request_id": "r-1",
        "actor": 3,
        "project": 12,
        "revision": 4711,
        "route": "/span",
    }


def test_a_line_on_a_terminal_is_for_people() -> None:
    stream = Terminal()
    log_to(stream)
    logger.info("Palimpsest <answers> {}", "{here}")
    assert "Palimpsest <answers> {here}" in stream.getvalue()
    assert not stream.getvalue().startswith("{")


def test_a_message_on_a_terminal_cannot_pretend_to_be_two_or_move_the_cursor() -> None:
    stream = io.StringIO()
    log_to(stream, "human")
    logger.info("one\nERROR two \x1b[2J")
    assert stream.getvalue().count("\n") == 1
    assert "\x1b" not in stream.getvalue()


def test_lines_also_go_to_a_closed_file(tmp_path: Path) -> None:
    log_to(Terminal(), folder=tmp_path)
    logger.info("kept \ud800")
    path = tmp_path / FILE_NAME
    assert lines(path.read_text())[0]["message"] == "kept \ud800"
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_full_file_is_put_aside_and_old_ones_go(tmp_path: Path) -> None:
    log_to(io.StringIO(), folder=tmp_path)
    for _ in range(50):
        logger.info("x" * 100_000)
    names = [path.name for path in tmp_path.iterdir()]
    assert FILE_NAME in names
    assert len(names) == 3


def test_the_standard_library_logs_here_too() -> None:
    stream = io.StringIO()
    log_to(stream)
    logging.getLogger("uvicorn.error").warning("listens on %s {}", "8000")
    logging.getLogger("alembic.runtime.migration").info("says too much")
    (line,) = lines(stream.getvalue())
    assert (line["logger"], line["level"], line["message"]) == ("uvicorn.error", "WARNING", "listens on 8000 {}")


def test_an_exception_is_told_without_the_values_of_variables() -> None:
    stream = io.StringIO()
    log_to(stream)
    password = "kept-to-myself"
    try:
        raise ValueError(f"postgresql://ada:{len(password)}@db")
    except ValueError:
        logger.exception("failed")
    (line,) = lines(stream.getvalue())
    assert line["exception"].endswith("ValueError: postgresql://ada:***@db\n")
    assert password not in stream.getvalue()


@pytest.mark.parametrize(
    "told",
    [
        "password=geheim",
        "Password: geheim",
        '{"password": "geheim"}',
        "{'new_password': 'geheim wort'}",
        r"{\"password\":\"geheim\"}",
        "Authorization: Bearer geheim.abc",
        "authorization: basic geheim==",
        "GET /x?token=geheim&y=1",
        "GET /x?access_token=geheim",
        "refresh_token=geheim;",
        "postgresql://ada:geheim@db/palimpsest",
        "postgresql://ada:ge@heim@db/palimpsest",
        "/content/1?signature=geheim",
        "eyJhbGciOiJgeheim.eyJzdWIiOiJgeheim.geheim",
        "client_secret = geheim",
    ],
)
def test_a_secret_is_masked_in_every_form(told: str) -> None:
    assert "heim" not in masked(told)
    assert "***" in masked(told)


@pytest.mark.parametrize(
    "told",
    [
        "the password was changed",
        "12 tokens: fine",
        "token_count=5",
        "http://127.0.0.1:8000/docs",
        "a basic idea",
        "3:4",
    ],
)
def test_what_is_no_secret_stays(told: str) -> None:
    assert masked(told) == told


@pytest.mark.parametrize("unit", ["x", "x.", "eyJ-", "eyJ.", "://a:", "token", 'password="', "bearer ", " ", "a@"])
def test_a_long_hostile_message_is_masked_in_no_time(unit: str) -> None:
    started = time.perf_counter()
    masked(unit * (200_000 // len(unit)))
    assert time.perf_counter() - started < 1


def test_a_value_whose_name_says_secret_is_masked() -> None:
    stream = io.StringIO()
    log_to(stream)
    logger.info("logs in", password="geheim", refresh_token="geheim", cookie="geheim", actor=3)
    assert "geheim" not in stream.getvalue()
    assert lines(stream.getvalue())[0]["actor"] == 3


def test_what_was_told_of_an_exception_is_not_repeated_by_a_library() -> None:
    stream = io.StringIO()
    log_to(stream)
    library, ours, other = logging.getLogger("uvicorn.error"), ValueError("ours"), ValueError("of nobody")
    logger.opt(exception=told(ours)).error("A request failed")
    for error in (ours, other):
        library.error("Exception in ASGI application\n", exc_info=error)
    assert [line["message"] for line in lines(stream.getvalue())] == [
        "A request failed",
        "Exception in ASGI application\n",
    ]


def test_what_a_line_is_about_may_become_known_on_the_way() -> None:
    stream, known = io.StringIO(), {"request_id": "r-1", "actor": None, "token": "secret"}
    log_to(stream)
    with logger.contextualize(**{ABOUT: lambda: known}):
        logger.info("before")
        known["actor"] = "3"
        logger.info("after")
    before, after = lines(stream.getvalue())
    assert (before["actor"], after["actor"]) == (None, "3")
    assert before["request_id"] == "r-1"
    assert before["token"] == "***"
