"""An installation made ready for one command: its data folder open, its database running and of this code's shape."""

import json
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg

import migrations
from configs.schema import Config
from repos._obstacle import Obstacle
from repos.data_folder import DataFolder, DataFolderInUse, is_data_folder, open_data_folder
from repos.embedded_postgres import EmbeddedPostgres, start
from systems import log_system

OLDEST_VERSION = 15
_PATIENCE = 10.0  # seconds for an instance that has just taken the folder to say where its database is


class NoInstallation(Obstacle):
    """There is no installation in this folder yet, `palimpsest serve` begins one; or choose another folder:"""


class DatabaseUnreachable(Obstacle):
    """The database of postgres.url cannot be reached:"""


class DatabaseTooOld(Obstacle):
    """The database server is too old, PostgreSQL 15 or later is needed; it is version"""


class DatabaseNotUnicode(Obstacle):
    """The database cannot hold every text: make one with ENCODING 'UTF8'; this one has"""


@dataclass(frozen=True)
class Instance:
    """What a command works on; `postgres` is there when this process started the database."""

    config: Config
    url: str
    data_folder: DataFolder
    postgres: EmbeddedPostgres | None


@contextmanager
def opened(config: Config, *, alone: bool = False, logged: bool = False, begins: bool = False) -> Iterator[Instance]:
    """The instance of this configuration, beside a running server or without one.

    `alone` is for the server itself: another instance on the same data folder is then DataFolderInUse.
    `begins` is for what an installation may begin with; for others, a folder without one is NoInstallation.
    `logged` is for what runs long: its lines go into the data folder too, instead of warnings to the terminal only.
    """
    if not (begins or config.postgres.url or is_data_folder(Path(config.data_folder))):
        raise NoInstallation(config.data_folder)
    data_folder = open_data_folder(Path(config.data_folder))
    log_system.set_up(
        level=config.log.level if logged else "WARNING",
        form=config.log.format,
        folder=data_folder.log if logged else None,
        rotation_mb=config.log.rotation_mb,
        kept_files=config.log.kept_files,
    )
    if config.postgres.url is not None:
        _check(config.postgres.url)
        migrations.upgrade(config.postgres.url)
        yield Instance(config, config.postgres.url, data_folder, postgres=None)
        return
    try:
        data_folder.lock()
    except DataFolderInUse:
        if alone:
            raise
        yield Instance(config, _url_of_running(data_folder), data_folder, postgres=None)
        return
    with data_folder, start(data_folder.postgres) as postgres:
        migrations.upgrade(postgres.url)
        _tell(data_folder, postgres)
        try:
            yield Instance(config, postgres.url, data_folder, postgres)
        finally:
            data_folder.instance.unlink(missing_ok=True)


def _check(url: str) -> None:
    try:
        with psycopg.connect(url, connect_timeout=10) as connection:
            version = connection.info.server_version // 10_000
            encoding = connection.info.parameter_status("server_encoding")
    except (psycopg.OperationalError, psycopg.ProgrammingError) as error:
        raise DatabaseUnreachable(" ".join(str(error).split())) from None
    if version < OLDEST_VERSION:
        raise DatabaseTooOld(version)
    if encoding != "UTF8":
        raise DatabaseNotUnicode(encoding)


def _tell(data_folder: DataFolder, postgres: EmbeddedPostgres) -> None:
    """Leave word where the database is, for commands that come while we run."""
    unfinished = data_folder.instance.with_suffix(".unfinished")
    unfinished.write_text(json.dumps({"url": postgres.url, "pid": os.getpid()}), encoding="utf-8")
    unfinished.replace(data_folder.instance)


def _url_of_running(data_folder: DataFolder) -> str:
    deadline = time.monotonic() + _PATIENCE
    while True:
        try:
            url: str = json.loads(data_folder.instance.read_text(encoding="utf-8"))["url"]
            with psycopg.connect(url, connect_timeout=10):
                return url
        except (FileNotFoundError, psycopg.OperationalError):
            if time.monotonic() > deadline:
                raise DataFolderInUse(data_folder.path) from None
        time.sleep(0.1)
