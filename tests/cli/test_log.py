"""`palimpsest log` shows what was recorded, from either end, and follows what comes."""

import io
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from rich.console import Console

import migrations
from cli._log_lines import TableLines
from cli._log_reading import Reading
from events._event import Envelope, Fact
from events._store import Append, EventStore, NoSuchLog
from events.project_events import ProjectRetitled
from repos import embedded_postgres
from repos.postgres_repo import Postgres
from tests.cli._server import ROOT, palimpsest

PROJECT = 7
REVISION = 2  # its place in a row
HUGE = "99999999999999999999999"


def begun(postgres: Postgres) -> None:
    with postgres.connection() as connection:
        EventStore(postgres).begin(connection, PROJECT)


def retitle(postgres: Postgres, version: int, title: str = "Letters", stream_id: str = "project-7") -> None:
    fact = Fact(stream_id, ProjectRetitled(title=title, was=""))
    with postgres.connection() as connection:
        append = Append(PROJECT, [fact], Envelope(10_000, "r-1"), {stream_id: version})
        EventStore(postgres).append(connection, append)


@pytest.fixture
def where(postgres: Postgres, tmp_path: Path) -> list[str]:
    """A log of five events, as options of a command."""
    begun(postgres)
    for version in range(4):
        retitle(postgres, version)
    retitle(postgres, 0, "Glück", "project-8")
    return ["--postgres-url", postgres.url, "--data-folder", str(tmp_path / "var")]


def shown(*arguments: str) -> list[dict[str, Any]]:
    told = palimpsest("log", str(PROJECT), *arguments)
    assert told.returncode == 0, told.stderr
    return [json.loads(line) for line in told.stdout.splitlines()]


def test_an_event_is_a_line_of_json(where: list[str]) -> None:
    *_, last = shown(*where)
    assert last.pop("command_id")
    assert last.pop("recorded_at").endswith("Z")
    assert last == {
        "revision": 5,
        "type": "project.retitled",
        "stream_id": "project-8",
        "stream_version": 1,
        "actor_id": 10_000,
        "correlation_id": "r-1",
        "schema_version": 1,
        "data": {"title": "Glück", "was": ""},
    }


@pytest.mark.parametrize(
    ("options", "revisions"),
    [
        ([], [1, 2, 3, 4, 5]),
        (["--after", "3"], [4, 5]),
        (["--after", HUGE], []),
        (["--limit", HUGE], [1, 2, 3, 4, 5]),
        (["--backwards"], [5, 4, 3, 2, 1]),
        (["--backwards", "--after", "2", "--limit", "2"], [5, 4]),
        (["--stream", "project-7"], [1, 2, 3, 4]),
        (["--stream", "project-7", "--backwards", "--limit", "1"], [4]),
        (["--stream", "project-7", "--after", "2"], [3, 4]),
        (["--stream", "project-9"], []),
    ],
)
def test_a_log_is_shown_from_either_end(where: list[str], options: list[str], revisions: list[int]) -> None:
    assert [event["revision"] for event in shown(*options, *where)] == revisions


def test_what_cannot_be_shown_is_one_sentence(where: list[str]) -> None:
    for id in ("77", HUGE):
        told = palimpsest("log", id, *where)
        assert (told.returncode, told.stdout, told.stderr) == (1, "", f"palimpsest: There is no such project: {id}\n")
    assert palimpsest("log", "7", "--follow", "--backwards", *where).returncode == 2


def test_a_table_fits_the_terminal_and_cannot_command_it(postgres: Postgres) -> None:
    begun(postgres)
    retitle(postgres, 0, "clear \x9b2J the screen " + "x" * 200)
    (row,) = Reading(postgres.url, PROJECT)
    terminal = io.StringIO()
    table = TableLines(Console(file=terminal, width=150, force_terminal=True, color_system=None))
    table.print(row)
    table.print(row)
    heading, *lines = terminal.getvalue().splitlines()
    assert heading.split()[:2] == ["revision", "recorded"]
    assert len(lines) == 2
    assert all(len(line) == 150 for line in lines)
    assert "project.retitled" in lines[0]
    assert "\x9b" not in terminal.getvalue()


def test_a_follower_sees_each_event_once_until_it_is_told_to_stop(where: list[str], postgres: Postgres) -> None:
    follower = subprocess.Popen(
        [sys.executable, "-m", "cli.main", "log", "7", "--follow", "--after", "4", *where],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=ROOT,
    )
    assert follower.stdout is not None
    assert json.loads(follower.stdout.readline())["revision"] == 5
    retitle(postgres, 4)
    assert json.loads(follower.stdout.readline())["revision"] == 6
    with psycopg.connect(postgres.url, autocommit=True) as operator:
        operator.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid() AND query LIKE '%log.events%'"
        )
    again = Postgres(postgres.url)
    retitle(again, 5)
    again.close()
    assert json.loads(follower.stdout.readline())["revision"] == 7
    follower.send_signal(signal.SIGINT)
    out, err = follower.communicate(timeout=30)
    assert (out, follower.returncode) == ("", 0)
    assert err.count("\n") <= 1


@pytest.fixture
def own_server(tmp_path: Path) -> Iterator[embedded_postgres.EmbeddedPostgres]:
    with embedded_postgres.start(tmp_path / "postgres", durable=True) as server:
        migrations.upgrade(server.url)
        yield server


def test_a_follower_outlives_the_database(own_server: embedded_postgres.EmbeddedPostgres) -> None:
    postgres = Postgres(own_server.url)
    begun(postgres)
    retitle(postgres, 0)
    reading = iter(Reading(own_server.url, PROJECT, follow=True))
    assert next(reading)[REVISION] == 1
    postgres.close()
    os.kill(own_server.pid, signal.SIGKILL)
    own_server.wait()
    own_server.revive()
    postgres = Postgres(own_server.url)
    retitle(postgres, 1)
    assert next(reading)[REVISION] == 2
    postgres.close()


def test_reading_without_following_does_not_wait_for_a_lost_database() -> None:
    with pytest.raises(psycopg.OperationalError):
        list(Reading("postgresql://nobody@/nothing?host=/nowhere", PROJECT))


def test_a_log_that_never_began_is_no_empty_log(postgres: Postgres) -> None:
    with pytest.raises(NoSuchLog):
        list(Reading(postgres.url, PROJECT, follow=True))
