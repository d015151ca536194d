"""The demonstration loads into an empty data folder, says what is true, and is not loaded twice."""

import re
import shutil
import signal
import socket
import subprocess
import sys
from pathlib import Path

import httpx2
import pytest

from tests.cli._server import ROOT, palimpsest, processes_on, wait_for, working


def free_address() -> str:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{listener.getsockname()[1]}"


def demo(folder: Path, url: str, *more: str) -> str:
    told = palimpsest("demo", "--url", url, "--data-folder", str(folder), *more)
    assert told.returncode == 0, told.stdout + told.stderr
    return told.stdout


def shell(script: str) -> str:
    ran = subprocess.run(["sh", "-ec", script], capture_output=True, text=True, check=False, timeout=60)
    assert ran.returncode == 0, ran.stderr
    return ran.stdout


def revision(said: str, url: str) -> str:
    (project,) = re.findall(r"is project (\d+)", said)
    (email, password) = re.findall(r"-d username=(\S+) -d password=(\S+)", said)[0]
    login = httpx2.post(f"{url}/authentication/login", data={"username": email, "password": password}).json()
    headers = {"Authorization": f"Bearer {login['access_token']}"}
    found: str = httpx2.get(f"{url}/project/{project}", headers=headers).json()["revision"]
    return found


def settings(monkeypatch: pytest.MonkeyPatch, folder: Path, url: str) -> None:
    """As somebody has set them in his shell."""
    monkeypatch.setenv("PALIMPSEST__DATA_FOLDER", str(folder))
    monkeypatch.setenv("PALIMPSEST__API__PORT", url.rpartition(":")[2])


def test_it_loads_where_the_settings_say(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder, url = tmp_path / "set", free_address()
    settings(monkeypatch, folder, url)
    told = palimpsest("demo", "--stop")
    assert told.returncode == 0, told.stdout + told.stderr
    assert f"Log in at {url}/docs" in told.stdout
    assert f"--data-folder {folder}" in told.stdout
    assert (folder / "blobs").exists()


def test_it_loads_once_and_says_where_to_look(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings(monkeypatch, tmp_path / "set", free_address())
    folder = tmp_path / "var"
    said = demo(folder, free_address(), "--stop")
    assert "Ada Marlow marked 31 passages" in said
    assert "Ben Okafor marked 19 passages" in said
    assert processes_on(folder) == []
    assert not (tmp_path / "set").exists()

    with working(folder) as server:
        said = demo(folder, server.address)
        before = revision(said, server.address)
        assert revision(demo(folder, server.address), server.address) == before
        assert httpx2.get(re.findall(r"http\S+/docs", said)[0]).is_success
        if shutil.which("curl"):
            commands = [line.strip() for line in said.splitlines() if line.startswith(("  token=", "  curl "))]
            shown = shell("\n".join(commands).replace("curl -s", "curl -sf"))
            for word in ("founded the project Harbour voices", "Tacit knowledge", "08_oskar_retired.txt", "critical"):
                assert word in shown
        for line in said.splitlines():
            if ".venv/bin/palimpsest " in line:
                told = palimpsest(*line.split()[1:])
                assert told.returncode == 0, told.stdout + told.stderr


def test_what_was_interrupted_is_completed(tmp_path: Path) -> None:
    folder = tmp_path / "var"
    url = free_address()
    command = [sys.executable, "-m", "cli.main", "demo", "--url", url, "--data-folder", str(folder), "--stop"]
    running = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    wait_for(lambda: (folder / "blobs" / "1").exists() or running.poll() is not None)
    running.send_signal(signal.SIGTERM)
    assert running.wait(60) != 0
    assert processes_on(folder) == []
    said = demo(folder, url, "--stop")
    assert "Ben Okafor marked 19 passages" in said


def test_without_a_server_and_without_a_place_for_one_it_says_so(tmp_path: Path) -> None:
    told = palimpsest("demo", "--url", "http://demo.invalid:80", "--data-folder", str(tmp_path))
    assert told.returncode == 1
    assert told.stderr.startswith("palimpsest: There is no server to load the demonstration into: nobody answers at")
    (tmp_path / "file").touch()
    told = palimpsest("demo", "--url", free_address(), "--data-folder", str(tmp_path / "file" / "var"))
    assert told.returncode == 1
    assert "cannot be written" in told.stderr
    assert told.stderr.count("\n") == 1
