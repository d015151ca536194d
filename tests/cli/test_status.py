"""How far the read models have come is shown on a narrow terminal, and through a restart of the database."""

import os
import pty
import signal
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from threading import Thread

import psycopg
from rich.console import Console

from cli.status import _shown
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


def test_a_name_stays_on_one_line_of_a_narrow_terminal() -> None:
    one = ProjectionRead(
        name="sentence_vector",
        version=2,
        backend="elasticsearch",
        state="building",
        since=datetime.now(UTC),
        projects=1_200,
        projects_waiting=1_100,
        events=9_000_000,
        events_waiting=8_000_000,
        lag_seconds=12_345.6,
        rate=12_345.0,
        seconds_left=648.0,
        dead=0,
        rewriting=[],
        error=None,
    )
    console = Console(width=80)
    with console.capture() as said:
        console.print(_shown([one]))
    lines = said.get().splitlines()
    assert any(line.startswith("sentence_vector 2 ") for line in lines)
    assert "sentence_vector 2: About 11 min are left." in lines
    assert max(map(len, lines)) <= 80
