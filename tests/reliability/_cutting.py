"""Connections to a database that are cut again and again."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Thread

import psycopg

FOLLOWERS_AT_WORK = "application_name = 'follower' AND state <> 'idle'"


@contextmanager
def cutting(url: str, *, seconds: float, whose: str = "true") -> Iterator[list[int]]:
    """Meanwhile all connections but our own, or those `whose` row in `pg_stat_activity` is so; how many each time."""
    stop, cut = Event(), list[int]()

    def work() -> None:
        with psycopg.connect(url, autocommit=True) as connection:
            while not stop.wait(seconds):
                rows = connection.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                    f"WHERE datname = current_database() AND pid <> pg_backend_pid() AND {whose}"
                ).fetchall()
                cut.append(len(rows))

    thread = Thread(target=work)
    thread.start()
    try:
        yield cut
    finally:
        stop.set()
        thread.join()
