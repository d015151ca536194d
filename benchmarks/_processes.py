"""Processes under measurement: the API in one of its own, and commands with their peak memory."""

import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx2
import psutil

ROOT = Path(__file__).parent.parent


@dataclass(frozen=True, slots=True)
class Ran:
    """A finished command: its exit code, its seconds, and the peak of its resident memory in MB."""

    code: int
    seconds: float
    memory: float
    output: str


def run(command: Sequence[str], folder: Path, environ: dict[str, str] | None = None) -> Ran:
    output = folder / "output"
    with output.open("w") as file:
        begun = time.perf_counter()
        env = {**os.environ, **(environ or {})}
        process = subprocess.Popen(command, cwd=ROOT, stdout=file, stderr=subprocess.STDOUT, env=env)
        memory = 0.0
        # Not what the system tells at the end: that counts in what we held when we started it.
        while process.poll() is None:
            memory = max(memory, peak_memory(process.pid))
            time.sleep(0.02)
        seconds = time.perf_counter() - begun
    return Ran(process.returncode, seconds, memory, output.read_text())


def peak_memory(pid: int | str = "self") -> float:
    """The most that a process has ever held, in MB; 0 if it is gone."""
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return 0.0
    found = re.search(r"VmHWM:\s+(\d+) kB", status)
    return int(found[1]) * 1024 / 1e6 if found else 0.0


def forget_peak() -> None:
    """From now on the peak of this process counts from what it holds at the moment."""
    Path("/proc/self/clear_refs").write_text("5")


def palimpsest(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "cli.main", *arguments]


@contextmanager
def answering(command: Sequence[str], url: str, log: Path) -> Iterator[psutil.Process]:
    """A server process that answers at this url, stopped at the end."""
    with log.open("a") as file:
        process = subprocess.Popen(command, cwd=ROOT, stdout=file, stderr=subprocess.STDOUT)
        try:
            wait_until_answering(url, process, log)
            yield psutil.Process(process.pid)
        finally:
            process.terminate()
            process.wait(60)


def wait_until_answering(url: str, process: "subprocess.Popen[bytes]", log: Path) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        try:
            if httpx2.get(f"{url}/heartbeat", timeout=1).status_code < 500:
                return
        except httpx2.TransportError:
            time.sleep(0.02)
        if process.poll() is not None:
            break
    raise RuntimeError(f"The server did not answer:\n{log.read_text()[-3000:]}")


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port
