"""A worker ends soon when it is asked to, also while its database is away."""

import ctypes
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest

import migrations
from api._read_models import MODELS
from projections import _registry as registry
from repos import embedded_postgres
from repos.embedded_postgres import EmbeddedPostgres
from repos.postgres_repo import Postgres
from systems.log_system import FILE_NAME
from tests.cli._server import PATIENCE, ROOT, wait_for
from tests.projections.test_rebuild import waiting

SOON = 15.0  # seconds, on a machine that has much else to do


@pytest.fixture
def own_server(tmp_path: Path) -> Iterator[EmbeddedPostgres]:
    with embedded_postgres.start(tmp_path / "postgres", durable=False) as server:
        migrations.upgrade(server.url)
        yield server


@pytest.fixture
def worker(own_server: EmbeddedPostgres, tmp_path: Path) -> Iterator["subprocess.Popen[bytes]"]:
    """One that has begun to follow the logs."""
    command = [sys.executable, "-m", "cli.main", "worker", "--set", "embedder.run=false"]
    where = ["--postgres-url", own_server.url, "--data-folder", str(tmp_path / "var")]
    with subprocess.Popen([*command, *where], stdin=subprocess.DEVNULL, cwd=ROOT) as running:
        try:
            wait_for(lambda: serving(own_server) == len(MODELS))
            yield running
        finally:
            running.kill()


@contextmanager
def asking(server: EmbeddedPostgres) -> Iterator[Postgres]:
    postgres = Postgres(server.url)
    yield postgres
    postgres.close()


def serving(server: EmbeddedPostgres) -> int:
    with asking(server) as postgres, postgres.connection() as connection:
        return len(registry.versions(connection))


def ended_after(worker: "subprocess.Popen[bytes]") -> float:
    begun = time.monotonic()
    worker.send_signal(signal.SIGTERM)
    assert worker.wait(PATIENCE) == 0
    return time.monotonic() - begun


@contextmanager
def silent(server: EmbeddedPostgres) -> Iterator[None]:
    """Whoever asks gets no answer."""
    postmaster = psutil.Process(server.pid)
    processes = [postmaster, *postmaster.children()]
    for process in processes:
        process.suspend()
    try:
        yield
    finally:
        for process in processes:
            process.resume()


def test_it_ends_soon(worker: "subprocess.Popen[bytes]") -> None:
    assert ended_after(worker) < SOON


def test_it_ends_soon_whichever_of_its_threads_is_told(worker: "subprocess.Popen[bytes]") -> None:
    other = next(one.id for one in psutil.Process(worker.pid).threads() if one.id != worker.pid)
    # As the system does with a signal to the process where that thread is the first to look.
    assert ctypes.CDLL(None).tgkill(worker.pid, other, signal.SIGTERM) == 0
    assert worker.wait(PATIENCE) == 0


def test_it_ends_soon_while_its_database_is_stopped(
    worker: "subprocess.Popen[bytes]", own_server: EmbeddedPostgres, tmp_path: Path
) -> None:
    own_server.stop()
    log = tmp_path / "var" / "log" / FILE_NAME
    # By then everybody has asked for a connection.
    wait_for(lambda: log.read_text().count("error connecting") > 5)
    assert ended_after(worker) < SOON


def test_it_ends_soon_while_its_database_is_silent(
    worker: "subprocess.Popen[bytes]", own_server: EmbeddedPostgres
) -> None:
    with asking(own_server) as postgres, postgres.transaction() as connection:
        connection.execute("LOCK TABLE behind.read_model")
        wait_for(lambda: waiting(postgres))
        with silent(own_server):
            assert ended_after(worker) < SOON
