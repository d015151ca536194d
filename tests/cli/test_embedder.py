"""The embedder runs in a process of its own, one for an installation, and steps aside for everything else."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import psutil
import pytest

from repos.embedder_model import BUILT_IN_DIMENSIONS
from repos.embedder_repo import Embedder, EmbedderUnavailable
from repos.embedder_socket import SocketFolderNotOurs, embedder_socket
from repos.half_vector import unpacked
from tests.cli._server import PATIENCE, ROOT, complete, wait_for, working
from tests.cli.test_rebuild import operator
from tests.cli.test_vectors import TEXT, found, uploaded
from tests.embedding import settings


@contextmanager
def process(
    data_folder: Path, command: str = "embedder", stdin: int = subprocess.PIPE
) -> "Iterator[subprocess.Popen[bytes]]":
    """Started by nobody's server; with a pipe it ends with us, as a child of a server does."""
    arguments = [sys.executable, "-m", "cli.main", command, "--data-folder", str(data_folder)]
    with subprocess.Popen(arguments, stdin=stdin, stderr=subprocess.DEVNULL, cwd=ROOT) as running:
        try:
            yield running
        finally:
            running.kill()


def embedder(data_folder: Path) -> Embedder:
    return Embedder(settings(), embedder_socket(data_folder))


def embeds(data_folder: Path) -> bool:
    wait_for(lambda: _listens(embedder_socket(data_folder)))
    asking = embedder(data_folder)
    vectors = asking.embed(["It rains."])
    asking.close()
    return isinstance(vectors[0], bytes) and len(unpacked(vectors[0])) == BUILT_IN_DIMENSIONS


def mode(path: Path) -> int:
    return path.stat().st_mode & 0o777


def test_it_answers_on_a_socket_that_only_its_owner_can_reach(tmp_path: Path) -> None:
    tmp_path.chmod(0o700)
    with process(tmp_path) as running:
        assert embeds(tmp_path)
        path = embedder_socket(tmp_path)
        assert (mode(path), mode(path.parent)) == (0o600, 0o700)
        assert psutil.Process(running.pid).nice() > os.nice(0)


def test_a_second_one_waits_in_line_until_the_first_is_dead(tmp_path: Path) -> None:
    tmp_path.chmod(0o700)
    with process(tmp_path) as first:
        assert embeds(tmp_path)
        with process(tmp_path) as second:
            wait_for(lambda: "embedder" in " ".join(psutil.Process(second.pid).cmdline()))
            first.kill()
            first.wait()
            assert embeds(tmp_path)
            assert second.poll() is None


def test_it_ends_when_the_server_that_started_it_is_gone(tmp_path: Path) -> None:
    tmp_path.chmod(0o700)
    with process(tmp_path) as running:
        assert embeds(tmp_path)
        assert running.stdin is not None
        running.stdin.close()
        running.wait(20)


def test_the_server_runs_it_without_loading_it_and_starts_it_again(tmp_path: Path) -> None:
    folder = tmp_path / "var"
    with complete(folder, "--set", "embedder.run=true") as server:
        wait_for(embedder_socket(folder).exists)
        (pid,) = _embedders_of(server.process.pid)
        running = psutil.Process(pid)
        assert running.memory_info().rss < 100_000_000
        assert embeds(folder)
        running.kill()
        wait_for(lambda: any(pid != running.pid for pid in _embedders_of(server.process.pid)))
        assert embeds(folder)
        assert len(_embedders_of(server.process.pid)) == 1
        assert server.ask_to_stop(signal.SIGTERM) == 0
    asking = Embedder(settings(attempts=1), embedder_socket(folder))
    with pytest.raises(EmbedderUnavailable):
        asking.embed(["It rains."])
    asking.close()


def test_a_worker_by_itself_makes_vectors_and_takes_its_embedder_with_it(tmp_path: Path) -> None:
    folder = tmp_path / "var"
    where = ["--data-folder", str(folder)]
    with (
        working(folder) as server,
        closing(operator(server, where)) as http,
        process(folder, "worker", subprocess.DEVNULL) as worker,
    ):
        project = http.post("/project", json={"title": "Letters", "description": ""}).json()["id"]
        sdoc = uploaded(http, project, "news.txt", TEXT)
        assert [(hit["sdoc_id"], hit["sentence_id"]) for hit in found(http, project)] == [(sdoc, 1), (sdoc, 0)]
        (pid,) = _embedders_of(worker.pid)
        worker.terminate()
        assert worker.wait(PATIENCE) == 0
        assert not psutil.pid_exists(pid)


def test_a_long_path_has_its_socket_in_a_closed_folder_elsewhere(tmp_path: Path) -> None:
    folder = tmp_path / ("long" * 30)
    folder.mkdir()
    path = embedder_socket(folder)
    try:
        assert len(os.fsencode(path)) < 104
        assert mode(path.parent) == 0o700
        path.parent.chmod(0o755)
        with pytest.raises(SocketFolderNotOurs):
            embedder_socket(folder)
    finally:
        path.parent.rmdir()


def _listens(path: Path) -> bool:
    with socket.socket(socket.AF_UNIX) as probe:
        return probe.connect_ex(str(path)) == 0


def _embedders_of(pid: int) -> list[int]:
    found = []
    for child in psutil.Process(pid).children(recursive=True):
        # A child that is just being reaped has no command line, or is no more.
        with contextlib.suppress(psutil.Error):
            if "embedder" in child.cmdline():
                found.append(child.pid)
    return found
