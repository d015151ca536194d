"""What a server is to us: how it is fetched, how it is launched, and where it lies once it is installed."""

import fcntl
import os
import shutil
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from repos._obstacle import Obstacle


class Absent(Obstacle):
    """Something that the server needs is not on this machine."""


class NotInstalled(Absent):
    """The server is not installed; `make services` installs and starts all:"""


class OnlyLinux(Absent):
    """Without containers the servers run on Linux only; elsewhere use compose.yaml."""


@dataclass(frozen=True)
class Launch:
    """A command with its whole environment, and the folder in which it begins."""

    command: Sequence[str]
    environment: Mapping[str, str]
    folder: Path


@dataclass(frozen=True)
class Service:
    """A kind of server. `usual_ports` says how many ports it listens on; it answers HTTP on the first."""

    name: str
    version: str
    usual_ports: tuple[int, ...]
    ready: str
    """The path that answers 200 once the server may be asked."""
    require: Callable[[], object]
    """Raises Absent if this machine lacks what the server cannot be installed or run without."""
    fetch: Callable[[Path], None]
    """Puts all of the server into a folder; may leave what it needed for that beside it."""
    prepare: Callable[[Path, Path, Sequence[int]], Launch]
    """Makes a folder ready to run the installed server in, on these ports."""
    settings: Callable[[Path, Sequence[int]], Mapping[str, str]]
    """The environment variables by which Palimpsest finds the running server."""

    @property
    def home(self) -> Path:
        return cache() / f"{self.name}-{self.version}"

    def installed(self) -> Path:
        """Where it lies. Raises Absent if it is not there, or could not run."""
        if sys.platform != "linux":
            raise OnlyLinux
        self.require()
        if not self.home.is_dir():
            raise NotInstalled(f"{self.name} {self.version} belongs into {self.home}.")
        return self.home

    def install(self) -> bool:
        """Whether there was anything to do. Whoever comes second waits for the first."""
        if sys.platform != "linux":
            raise OnlyLinux
        self.require()
        with locked(cache() / f"{self.name}.lock"):
            if self.home.is_dir():
                return False
            # What an interrupted attempt has downloaded shortens the next one.
            work = self.home.with_name(f"{self.home.name}.unfinished")
            shutil.rmtree(work / "home", ignore_errors=True)
            (work / "home").mkdir(parents=True)
            self.fetch(work / "home")
            (work / "home").rename(self.home)
            shutil.rmtree(work)
        return True


def cache() -> Path:
    """Shared by all checkouts of a user."""
    if named := os.environ.get("PALIMPSEST_SERVICES"):
        return Path(named).expanduser().absolute()
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "palimpsest" / "services"


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """One process at a time; the operating system releases the lock of one that dies."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
