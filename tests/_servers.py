"""Real servers that all workers of a test run share: started by whoever needs one first, gone when the run is."""

import os
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from services._process import spawn
from services._server import Server, stop_all
from services._service import Absent, Service, locked

ROOT = Path(__file__).parents[1]
_LEFT_OUT = "Left out for want of "


@dataclass(frozen=True)
class Servers:
    """Those in a folder."""

    folder: Path

    def settings(self, service: Service) -> Mapping[str, str]:
        """By which Palimpsest finds a server: the one that TEST__NAME__URL speaks of, or one of these."""
        prefix = f"TEST__{service.name.upper()}__"
        named = {name: value for name, value in os.environ.items() if name.startswith(prefix)}
        if named:
            return {f"PALIMPSEST__{name.removeprefix('TEST__')}": value for name, value in named.items()}
        return self.started(service).settings

    def started(self, service: Service) -> Server:
        """Where it is not installed the test is left out, or fails if none may be."""
        try:
            service.installed()
        except Absent as absent:
            if os.environ.get("CI") or os.environ.get("PALIMPSEST_REQUIRE_SERVICES"):
                pytest.fail(str(absent), pytrace=False)
            pytest.skip(f"{_LEFT_OUT}{service.name}. {absent}")
        server = Server(service, self.folder / service.name)
        server.start()
        return server

    def end(self) -> None:
        stop_all(self.folder)


def servers_of(pid: int, folder: Path) -> Servers:
    """The same ones for all who name this folder; however the process ends, they are stopped and leave nothing."""
    note = folder / "servers"
    with locked(folder / "servers.lock"):
        if not note.exists():
            # Not in the folder itself: other runs remove it as soon as this one has ended.
            place = Path(tempfile.mkdtemp(prefix="palimpsest-servers-"))
            command = (sys.executable, "-m", "services", "guard", "--folder", str(place), "--pid", str(pid))
            spawn(command, os.environ, ROOT, place / "guard.log")
            note.write_text(str(place), encoding="utf-8")
    return Servers(Path(note.read_text(encoding="utf-8")))


def left_out(skipped: Iterable[pytest.TestReport]) -> Iterable[str]:
    """For each missing server a line that says how many tests were left out, why, and what to do."""
    reasons = Counter(report.longrepr[2] for report in skipped if isinstance(report.longrepr, tuple))
    for reason, number in sorted(reasons.items()):
        if _LEFT_OUT in reason:
            yield f"{number} {'test' if number == 1 else 'tests'}: {reason.removeprefix('Skipped: ')}"
