"""The PostgreSQL that comes with the installation, in a folder and on a socket that only its owner can reach."""

import contextlib
import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import quote

import psycopg

from repos._account import Account
from repos._obstacle import Obstacle
from repos._postgres_binaries import account_for, binary, environment
from repos._postgres_cluster import USER, ready_cluster

DATABASE = "palimpsest"
PORT = 5432

_SOCKET_PATH_LIMIT = 103  # bytes; the smallest of the systems we run on
_TEMPORARY_PREFIX = "palimpsest-socket-"
_LOG_LIMIT = 10_000_000  # bytes
_LOCK_PATIENCE = 15.0  # seconds for the processes of a killed server to go
_RECOVERY_PATIENCE = 600.0  # seconds for reading back what a crash left
_STOP_PATIENCE = 60.0
_NOT_DURABLE = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")


class PostgresDidNotStart(Obstacle):
    """The embedded PostgreSQL did not start. It said:"""


class EmbeddedPostgres:
    """A running server: where it listens, its process, and how to stop it or bring it back."""

    def __init__(self, folder: Path, cluster: Path, account: Account, *, durable: bool) -> None:
        self.log = folder / "server.log"
        self._cluster = cluster
        self._account = account
        self._durable = durable
        self._socket_folder = _socket_folder(folder, account)
        self._process = self._launch()

    @property
    def url(self) -> str:
        return self._url(DATABASE)

    @property
    def pid(self) -> int:
        return self._process.pid

    def wait(self) -> None:
        """Return once the server is gone, whatever ended it."""
        self._process.wait()

    def revive(self) -> None:
        """Start the server again at the same address after it died."""
        self._process.wait()
        _end_left_over(self._cluster, keep=self._socket_folder)
        self._process = self._launch()

    def stop(self) -> None:
        """End all connections, write everything down, and wait until the server is gone."""
        _end(self._process.pid, partial(_waited, self._process))
        if self._socket_folder.name.startswith(_TEMPORARY_PREFIX):
            shutil.rmtree(self._socket_folder, ignore_errors=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _url(self, database: str) -> str:
        return f"postgresql://{USER}@/{database}?host={quote(str(self._socket_folder), safe='')}&port={PORT}"

    def _launch(self) -> "subprocess.Popen[bytes]":
        for left_over in self._socket_folder.glob(".s.PGSQL.*"):
            left_over.unlink()
        deadline = time.monotonic() + _LOCK_PATIENCE
        while True:
            start_of_log = self.log.stat().st_size if self.log.exists() else 0
            process = self._spawn()
            try:
                if self._became_ready(process):
                    return process
            except BaseException:
                _end(process.pid, partial(_waited, process))
                raise
            with self.log.open("rb") as log:
                log.seek(start_of_log)
                said = log.read().decode(errors="replace")
            taken = "lock file" in said or "shared memory block" in said
            if not taken or time.monotonic() > deadline:
                raise PostgresDidNotStart(_complaint(said) or "nothing", f"(all of it is in {self.log})")
            time.sleep(0.1)

    def _spawn(self) -> "subprocess.Popen[bytes]":
        settings = [
            f'unix_socket_directories="{str(self._socket_folder).replace(chr(34), chr(34) * 2)}"',
            f"port={PORT}",
            *(() if self._durable else _NOT_DURABLE),
        ]
        with self.log.open("ab") as log:
            return subprocess.Popen(
                [
                    *self._account.prefix,
                    str(binary("postgres")),
                    "-D",
                    str(self._cluster),
                    *(argument for setting in settings for argument in ("-c", setting)),
                ],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env=environment(),
                # Ctrl-C at the terminal is for us; the server outlives it until its clients are done.
                start_new_session=True,
            )

    def _became_ready(self, process: "subprocess.Popen[bytes]") -> bool:
        deadline = time.monotonic() + _RECOVERY_PATIENCE
        while not _waited(process, 0.02):
            try:
                with psycopg.connect(self._url("postgres"), autocommit=True, connect_timeout=10) as connection:
                    known = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE])
                    if known.fetchone() is None:
                        connection.execute(f"CREATE DATABASE {DATABASE}")
                return True
            except psycopg.OperationalError:
                if time.monotonic() > deadline:
                    raise
        return False


def start(folder: Path, *, durable: bool = True) -> EmbeddedPostgres:
    """Start the server whose files are in this folder, made on first use.

    The caller makes sure that nobody else uses the folder; a server left over by a killed process is stopped first.
    Without `durable` a crash of the machine may lose everything: for tests.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder = folder.resolve()
    account = account_for(folder)
    cluster = ready_cluster(folder, account)
    _end_left_over(cluster)
    log = folder / "server.log"
    if log.exists() and log.stat().st_size > _LOG_LIMIT:
        log.replace(log.with_suffix(".log.1"))
    return EmbeddedPostgres(folder, cluster, account, durable=durable)


def _complaint(said: str) -> str:
    lines = said.strip().splitlines()
    fatal = [line.partition("FATAL:")[2].strip() for line in lines if "FATAL:" in line]
    return " ".join(fatal or lines[-1:])


def _socket_folder(folder: Path, account: Account) -> Path:
    socket_folder = folder / "socket"
    too_long = len(os.fsencode(socket_folder / f".s.PGSQL.{PORT}")) > _SOCKET_PATH_LIMIT
    if too_long or "," in str(folder):  # libpq reads a comma as the start of a second host
        socket_folder = Path(tempfile.mkdtemp(prefix=_TEMPORARY_PREFIX, dir="/tmp"))
    socket_folder.mkdir(mode=0o700, exist_ok=True)
    if socket_folder.stat().st_uid != account.owner:
        os.chown(socket_folder, account.owner, -1)
    return socket_folder


def _end_left_over(cluster: Path, keep: Path | None = None) -> None:
    """Stop the server that a killed process left behind, and clear away what would keep a new one from starting."""
    note = cluster / "postmaster.pid"
    try:
        lines = note.read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return
    pid = int(lines[0]) if lines and lines[0].isdigit() else 0
    if _is_server_of(cluster, pid):
        _end(pid, partial(_vanished, cluster, pid))
    # A number that now belongs to somebody else, or a note cut short by a power failure, would be refused for ever.
    note.unlink(missing_ok=True)
    if len(lines) > 4:
        socket_folder = Path(lines[4])
        if socket_folder.name.startswith(_TEMPORARY_PREFIX) and socket_folder != keep:
            shutil.rmtree(socket_folder, ignore_errors=True)


def _is_server_of(cluster: Path, pid: int) -> bool:
    if pid == 0:
        return False
    try:
        command = Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ")
    except OSError:
        if Path("/proc/self").exists():
            return False
        command = subprocess.run(["ps", "-o", "command=", "-p", str(pid)], capture_output=True, check=False).stdout
    return b"postgres -D " + os.fsencode(cluster) + b" " in command


def _end(pid: int, waited: Callable[[float], bool]) -> None:
    """Fast shutdown, then immediate, then the last resort; `waited` tells whether the server went in time."""
    if waited(0):
        return
    for request, patience in ((signal.SIGINT, _STOP_PATIENCE), (signal.SIGQUIT, 10.0), (signal.SIGKILL, 10.0)):
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, request)
        if waited(patience):
            return


def _waited(process: "subprocess.Popen[bytes]", seconds: float) -> bool:
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        return False
    return True


def _vanished(cluster: Path, pid: int, seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while _is_server_of(cluster, pid):
        if time.monotonic() >= deadline:
            return False
        time.sleep(0.02)
    return True
