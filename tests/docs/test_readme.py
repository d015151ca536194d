"""The README promises nothing that does not work: its first session runs as it stands, and its commands are there."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.cli._server import ROOT, palimpsest, working

README = (ROOT / "README.md").read_text(encoding="utf-8")


def section(title: str) -> str:
    """The indented lines under this heading."""
    under = README.partition(f"## {title}\n")[2].partition("\n## ")[0]
    return "\n".join(line[4:] for line in under.splitlines() if line.startswith("    "))


def test_the_first_session_runs_as_it_stands(tmp_path: Path) -> None:
    if not shutil.which("curl"):
        pytest.skip("there is no curl on this machine")
    with working(tmp_path / "var") as server:
        script = section("A first session").replace("http://127.0.0.1:8000", server.address)
        assert server.address in script
        ran = subprocess.run(
            ["sh", "-euc", script], cwd=tmp_path, capture_output=True, text=True, check=False, timeout=120
        )
    assert ran.returncode == 0, ran.stderr
    assert "Ada Lovelace marked “lazy afternoon” as leisure in letter.txt" in ran.stdout


def test_the_commands_that_it_names_are_there() -> None:
    named = set(re.findall(r"\.venv/bin/palimpsest ([a-z]+)", README))
    assert {"import", "verify", "log"} <= named
    told = palimpsest("--help").stdout
    assert [command for command in sorted(named) if f"│ {command} " not in told] == []


def test_the_pages_that_it_points_to_are_there() -> None:
    pages = re.findall(r"\]\(([^)#:]+)\)", README)
    assert pages
    assert [page for page in pages if not (ROOT / page).exists()] == []
