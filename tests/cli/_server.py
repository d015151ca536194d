"""A really started `palimpsest serve`, as a test sees it: its words, its address, its end."""

import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Self

import psutil

ROOT = Path(__file__).parents[2]
PATIENCE = 60.0  # seconds


def wait_for(condition: Callable[[], object], seconds: float = PATIENCE) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.02)


def palimpsest(*arguments: str, patience: float = PATIENCE) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "cli.main", *arguments],
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
        timeout=patience,
    )


class Server:
    """A server on a free port, without helpers unless they are asked for; its start took `seconds`, and `work` seconds
    of a processor."""

    def __init__(self, data_folder: Path, *arguments: str) -> None:
        self.words = data_folder.with_name(f"{data_folder.name}.out")
        begun = time.monotonic()
        with self.words.open("wb") as words:
            self.process = subprocess.Popen(
                [
                    *(sys.executable, "-m", "cli.main", "serve"),
                    *("--data-folder", str(data_folder), "--port", "0", "--set", "documents.workers=0"),
                    *("--set", "embedder.run=false", "--set", "read_models.workers=0"),
                    *arguments,
                ],
                stdout=words,
                stderr=subprocess.STDOUT,
                cwd=ROOT,
                start_new_session=True,
            )
        try:
            wait_for(lambda: "stop  " in self.said() or self.process.poll() is not None)
        except BaseException:
            self.process.terminate()
            raise
        assert self.process.poll() is None, self.said()
        self.seconds = time.monotonic() - begun
        spent = psutil.Process(self.process.pid).cpu_times()
        self.work = spent.user + spent.system

    @property
    def address(self) -> str:
        return self.said().partition("answers at ")[2].split()[0].rstrip('",')

    def said(self) -> str:
        return self.words.read_text()

    def ask_to_stop(self, request: signal.Signals = signal.SIGTERM) -> int:
        self.process.send_signal(request)
        return self.process.wait(PATIENCE)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.process.poll() is None:
            self.ask_to_stop()


def working(data_folder: Path, *settings: str) -> Server:
    """A server that processes what is uploaded."""
    return Server(data_folder, "--set", "documents.workers=1", *settings)


def complete(data_folder: Path, *settings: str) -> Server:
    """A server with all that belongs to it but the embedder."""
    return working(data_folder, "--set", "read_models.workers=1", *settings)


def processes_on(folder: Path) -> list[int]:
    """The processes whose command line names the folder."""
    return [
        process.pid
        for process in psutil.process_iter(["cmdline"])
        if any(str(folder) in word for word in process.info["cmdline"] or ())
    ]
