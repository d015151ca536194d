"""A process and its children that outlive who started them, told apart from later ones of the same number."""

import contextlib
import os
import select
import signal
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

_KILL_PATIENCE: Final = 60.0  # seconds, in which the system takes back much memory
_PAUSE_PATIENCE: Final = 10.0  # seconds, in which a thread comes back from the disk


@dataclass(frozen=True)
class Process:
    """The first of a group of processes; `born` is in ticks since the machine was started."""

    pid: int
    born: int

    def lives(self) -> bool:
        with contextlib.suppress(ChildProcessError):
            os.waitpid(self.pid, os.WNOHANG)
        seen = _seen(self.pid)
        return seen is not None and seen.born == self.born

    def send(self, request: signal.Signals) -> None:
        """To all of the group, if it still is the one that we know."""
        if self.lives():
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.pid, request)

    def pause(self) -> None:
        """Return once all of the group stands still: a signal only asks for that, and answers still come meanwhile.

        Raises TimeoutError; it may come to a stand later.
        """
        self.send(signal.SIGSTOP)
        if not _wait(lambda: not self.lives() or all(map(_stands, _members(self.pid))), _PAUSE_PATIENCE):
            raise TimeoutError(f"Process {self.pid} still runs {_PAUSE_PATIENCE:.0f} seconds after it was to pause.")

    def end(self, patience: float) -> None:
        """Ask it to end and wait until it has; after so many seconds, no longer ask."""
        if self.lives():
            self.send(signal.SIGCONT)
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.pid, signal.SIGTERM)
            if not self.gone(patience):
                self.kill()

    def kill(self) -> None:
        """As a power failure would: at once, with all its children."""
        self.send(signal.SIGKILL)
        self.gone(_KILL_PATIENCE)

    def gone(self, seconds: float) -> bool:
        """Whether all of the group ended within this time."""
        return _wait(lambda: not self.lives() and not _members(self.pid), seconds)


@dataclass(frozen=True)
class _Seen:
    group: int
    born: int


def spawn(command: Sequence[str], environment: Mapping[str, str], folder: Path, log: Path) -> Process:
    """Begin a session of its own, so that Ctrl-C at the terminal is for us; the log begins anew."""
    opened = os.O_WRONLY | os.O_CREAT | os.O_TRUNC
    pid = os.posix_spawn(
        "/bin/sh",
        ["sh", "-c", 'cd "$0" && exec "$@"', str(folder), *command],
        environment,
        file_actions=[
            (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0),
            (os.POSIX_SPAWN_OPEN, 1, str(log), opened, 0o600),
            (os.POSIX_SPAWN_DUP2, 1, 2),
        ],
        setsid=True,
    )
    seen = _seen(pid)
    return Process(pid, seen.born if seen else 0)


def wait_for_end(pid: int) -> None:
    """Return once a process that need not be our child has ended."""
    try:
        watched = os.pidfd_open(pid)
    except ProcessLookupError:
        return
    try:
        select.select([watched], [], [])
    finally:
        os.close(watched)


def _seen(pid: int) -> _Seen | None:
    """Nothing if it has ended, even if nobody has taken note of that."""
    try:
        fields = _fields(Path(f"/proc/{pid}"))
    except OSError:
        return None
    # The first thread of a process that is killed may end before others, which hold its ports until they end too.
    ended = fields[0] in "ZX" and int(fields[17]) <= 1
    return None if ended else _Seen(int(fields[2]), int(fields[19]))


def _stands(pid: int) -> bool:
    try:
        return {_fields(thread)[0] for thread in Path(f"/proc/{pid}/task").iterdir()} <= set("TtZX")
    except OSError:  # it, or a thread of it, has ended just now
        return not Path(f"/proc/{pid}").exists()


def _wait(until: Callable[[], bool], seconds: float) -> bool:
    """Whether that came true within this time."""
    deadline = time.monotonic() + seconds
    while not until():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True


def _fields(process: Path) -> list[str]:
    """What the system says of a process or thread after its name; raises OSError if there is none."""
    return (process / "stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()


def _members(group: int) -> list[int]:
    pids = [int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit()]
    return [pid for pid in pids if (seen := _seen(pid)) is not None and seen.group == group]
