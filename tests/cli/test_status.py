"""How far the read models have come is shown on a narrow terminal, and through a restart of the database."""

import os
import pty
import signal
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Thread

import psycopg
from rich.console import Console

from cli.status import _fitting, _shown
from queries.projection_dto import ProjectionRead
from tests.cli._server import PATIENCE, ROOT, complete, wait_for
from tests.cli.test_serve import url_of

WAITS = "waiting for the database: "


class Terminal:
    """What a process says on a terminal of its own."""

    def __init__(self, *arguments: str) -> None:
        self._ours, theirs = pty.openpty()
        self._said = b""
        command = [sys.executable, "-m", "cli.main", *arguments]
        environment = {**os.environ, "TERM": "xterm", "COLUMNS": "80"}
        self.process = subprocess.Popen(
            command, stdin=theirs, stdout=theirs, stderr=theirs, cwd=ROOT, env=environment, start_new_session=True
        )
        os.close(theirs)
        self._reader = Thread(target=self._read, daemon=True)
        self._reader.start()

    @property
    def said(self) -> str:
        return self._said.decode(errors="replace")

    def ask_to_stop(self) -> int:
        self.process.send_signal(signal.SIGINT)
        try:
            return self.process.wait(PATIENCE)
        finally:
            self.process.kill()
            self._reader.join()
            os.close(self._ours)

    def _read(self) -> None:
        while True:
            try:
                self._said += os.read(self._ours, 4096)
            except OSError:  # nobody has it open any more
                return


def test_who_watches_waits_for_the_database(tmp_path: Path) -> None:
    folder = tmp_path / "var"
    with complete(folder):
        watching = Terminal("status", "--watch", "--data-folder", str(folder))
        try:
            wait_for(lambda: "inline 1" in watching.said)
            with psycopg.connect(url_of(folder)) as connection:
                connection.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                    "WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()"
                )
            wait_for(lambda: WAITS in watching.said)
            wait_for(lambda: "inline 1" in watching.said.rpartition(WAITS)[2])
        finally:
            ended = watching.ask_to_stop()
        assert (ended, "Traceback" in watching.said) == (0, False)


def version(**values: object) -> ProjectionRead:
    """One about which there is much to say."""
    said = {
        "name": "sentence_vector",
        "version": 12,
        "backend": "elasticsearch",
        "state": "building",
        "since": datetime.now(UTC),
        "projects": 1_234_567,
        "projects_waiting": 1_100_000,
        "events": 9_876_543,
        "events_waiting": 8_000_000,
        "lag_seconds": 94_608_000.0,
        "rate": 12_345.0,
        "seconds_left": 648.0,
        "compared_again": None,
        "dead": 1_234_567,
        "rewriting": [],
        "error": None,
    }
    return ProjectionRead.model_validate({**said, **values})


def shown(*versions: ProjectionRead) -> list[str]:
    """The lines on a terminal of 80 columns."""
    console = Console(width=80)
    with console.capture() as said:
        console.print(_shown(versions))
    return said.get().splitlines()


def test_each_version_stays_on_one_line_of_a_narrow_terminal() -> None:
    small = version(version=1, state="serving", projects_waiting=3, events_waiting=9_999, lag_seconds=1.5, dead=0)
    heading, *lines = shown(version(), small)
    assert heading.split() == ["projection", "state", "backend", "projects", "events", "lag", "events/s", "dead"]
    assert [" ".join(line.split()) for line in lines[:2]] == [
        "sentence_vector 12 building elasticsearch 1.1M/1.2M 8.0M 1,095 d 12k 1.2M",
        "sentence_vector 1 serving elasticsearch 3/1.2M 9,999 1.5 s 12k 0",
    ]
    assert lines[2:] == ["sentence_vector 12: About 11 min are left."]
    assert max(map(len, (heading, *lines))) <= 80


def test_what_is_wrong_is_told_below_and_whole() -> None:
    error = (
        "Waits and tries again: " + "Elasticsearch: connection refused by a host with a long name, " * 4 + "at last."
    )
    lines = shown(version(error=error, rewriting=[7, 8]))
    assert max(map(len, lines)) <= 80
    told = " ".join(line.strip() for line in lines)
    assert f"sentence_vector 12: {error}" in told
    assert "sentence_vector 12: Written anew: project 7, project 8." in told


def test_it_is_told_when_what_differs_is_compared_again() -> None:
    soon = datetime.now(UTC) + timedelta(minutes=9, seconds=59)
    told = " ".join(line.strip() for line in shown(version(error="Cold.", seconds_left=None, compared_again=soon))[2:])
    assert told == "sentence_vector 12: Cold. sentence_vector 12: Compared with the log again in 10 min."


def watched(*versions: ProjectionRead) -> list[str]:
    """The same on one of 24 lines, as often as it is shown there."""
    console = Console(width=80, height=24)
    with console.capture() as said:
        console.print(_fitting(versions, console))
    return said.get().splitlines()


SERVING = [version(name=f"model_{n}", version=20, state="serving", seconds_left=None) for n in range(6)]
KEPT = [version(name="model_0", version=n, state="kept", seconds_left=None) for n in range(1, 20)]


def test_who_watches_sees_all_where_there_is_room() -> None:
    assert watched(*KEPT[:3], *SERVING) == shown(*KEPT[:3], *SERVING)


def test_who_watches_sees_what_serves_and_what_is_wrong_where_there_is_no_room_for_what_is_kept() -> None:
    error = "Waits and tries again: Elasticsearch: connection refused by a host with a long name."
    unwell = version(name="model_6", error=error)
    whole = shown(*SERVING, unwell)
    assert watched(*KEPT, *SERVING, unwell) == [*whole[:8], "Kept, and not shown: 19.", *whole[8:]]


def test_who_watches_sees_something_of_all_that_is_wrong_where_there_is_no_room_for_all_of_it() -> None:
    error = "Waits and tries again: " + "Elasticsearch: connection refused by a host with a long name,\n" * 4
    unwell = [version(name=one.name, version=21, state="building", error=error) for one in SERVING]
    lines = watched(*KEPT, *SERVING, *unwell)
    assert len(lines) <= 24
    for n in range(6):
        (told,) = [line for line in lines if line.startswith(f"model_{n} 21: Waits")]
        assert told.endswith("…")


def test_of_no_version_there_is_nothing_to_tell() -> None:
    assert len(shown()) == 1
