"""The package clients by which servers are fetched: what they cannot do is said in their own words."""

import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

from repos._obstacle import Obstacle
from services._service import Absent

_LAST_LINES = 15


class NoTool(Absent):
    """A program that installs the server is not there: install it and try again:"""


class ToolFailed(Obstacle):
    """A package client failed:"""


def require(program: str, package: str) -> str:
    """Where a program is; the package is what Debian calls it."""
    if path := shutil.which(program):
        return path
    raise NoTool(f"{program} (on Debian: apt-get install {package}).")


def run(*command: str | Path, folder: Path, environment: Mapping[str, str]) -> None:
    told = subprocess.run(
        [*map(str, command)],
        cwd=folder,
        env=dict(environment),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        check=False,
    )
    if told.returncode != 0:
        raise ToolFailed(f"{command[0]} ended with {told.returncode} and said\n" + _last(told.stdout))


def _last(said: str) -> str:
    return "\n".join(said.strip().splitlines()[-_LAST_LINES:])
