"""A server that needs nothing to be installed: Python's own, which shows the files of its folder."""

import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from services._service import Launch, Service


def _prepare(_: Path, run: Path, ports: Sequence[int]) -> Launch:
    command = (sys.executable, "-m", "http.server", str(ports[0]), "--bind", "127.0.0.1")
    return Launch(command, {}, run)


def _fetch(home: Path) -> None:
    (home / "program").touch()


FILES = Service(
    name="files",
    version="1",
    usual_ports=(29_999,),
    ready="/",
    require=lambda: None,
    fetch=_fetch,
    prepare=_prepare,
    settings=lambda _, ports: {"FILES_URL": f"http://127.0.0.1:{ports[0]}"},
)


def saying(*command: str) -> Service:
    """A service that runs another command instead."""
    return replace(FILES, prepare=lambda _, run, __: Launch(command, {"PATH": "/usr/bin:/bin"}, run))


def fetched_by(fetch: Callable[[Path], None]) -> Service:
    return replace(FILES, fetch=fetch)
