"""Servers of a script, gone when it ends."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import migrations
from repos import embedded_postgres
from services._server import Server
from tests.conftest import new_database


@contextmanager
def postgres(folder: Path) -> Iterator[str]:
    """The address of one with a migrated database, `shape`."""
    running = embedded_postgres.start(folder / "postgres", durable=False)
    try:
        migrations.upgrade(new_database(running.url, "shape"))
        yield running.url
    finally:
        running.stop()


def settings_of(server: Server) -> list[str]:
    """By which Palimpsest finds it, as on a command line."""
    return [
        f"{name.removeprefix('PALIMPSEST__').replace('__', '.').lower()}={value}"
        for name, value in server.settings.items()
    ]
