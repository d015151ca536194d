"""The short way of a connection answers, fails and recovers as the long one does."""

from collections.abc import Callable, Generator, Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from inspect import getgeneratorlocals
from uuid import UUID

import psycopg
import pytest
from sqlalchemy import text
from sqlalchemy.exc import InternalError, OperationalError

from projections._verify import snapshot
from repos._connection import Connection
from repos.postgres_repo import Postgres
from repos.signal_repo import signals

BOTH = "SELECT $1::bigint + 1, $2::text, $3::uuid, $4::bytea, $5::int[] WHERE $1::bigint > 0"
ID = UUID(int=7)


@pytest.mark.parametrize("number", [1, 40_000, 2**40])
def test_it_gives_the_first_row(postgres: Postgres, number: int) -> None:
    arguments = [number, "ä\U0001f600", ID, b"\x00\xff", [1, 2]]
    with postgres.connection() as connection:
        assert connection.first(BOTH, arguments) == (number + 1, "ä\U0001f600", ID, b"\x00\xff", [1, 2])
        assert connection.first(BOTH, arguments) == connection.execute(BOTH, arguments).fetchone()


def test_lists_of_small_and_large_numbers_are_lists_of_numbers(postgres: Postgres) -> None:
    with postgres.connection() as connection:
        for numbers in ([7], [7, 8], [40_000, 1], [2**40, 1], []):
            assert connection.first("SELECT $1::bigint[]", [numbers]) == (numbers,)


def test_it_gives_nothing_where_there_is_no_row(postgres: Postgres) -> None:
    with postgres.connection() as connection:
        assert connection.first(BOTH, [0, None, None, None, None]) is None


def test_within_a_transaction_it_is_part_of_it(postgres: Postgres) -> None:
    with postgres.connection() as connection:
        with connection.transaction(force_rollback=True):
            connection.execute("CREATE TEMPORARY TABLE noted (id bigint)")
            assert connection.first("INSERT INTO noted VALUES ($1::bigint) RETURNING id", [5]) == (5,)
        with pytest.raises(psycopg.errors.UndefinedTable):
            connection.first("SELECT id FROM noted WHERE id = $1::bigint", [5])


def test_what_was_prepared_may_be_forgotten(postgres: Postgres) -> None:
    with postgres.connection() as connection:
        assert connection.first("SELECT $1::int", [1]) == (1,)
        connection.execute("DEALLOCATE ALL")
        assert connection.first("SELECT $1::int", [2]) == (2,)


def test_it_keeps_only_so_many_statements(postgres: Postgres) -> None:
    with postgres.connection() as connection:
        for number in range(250):
            assert connection.first(f"SELECT {number} + $1::int", [0]) == (number,)
        kept = connection.first("SELECT count(*) FROM pg_prepared_statements WHERE name LIKE $1::text", ["first%"])
        assert kept == (200,)
        assert connection.first("SELECT 0 + $1::int", [0]) == (0,)


def test_errors_have_their_kind(postgres: Postgres) -> None:
    with postgres.connection() as connection:
        with pytest.raises(psycopg.errors.DivisionByZero, match="division by zero"):
            connection.first("SELECT 1 / $1::int", [0])
        with pytest.raises(psycopg.errors.SyntaxError):
            connection.first("SELECT FROM WHERE $1::int", [0])
        assert connection.first("SELECT $1::int", [1]) == (1,)


def test_a_lost_server_is_told_from_an_error(database_url: str) -> None:
    with Connection.connect(database_url, autocommit=True, cursor_factory=psycopg.RawCursor) as connection:
        with pytest.raises(psycopg.OperationalError):
            connection.first("SELECT pg_terminate_backend($1::int)", [connection.info.backend_pid])
        assert connection.broken


def test_a_snapshot_is_of_one_moment_and_leaves_nothing_behind(postgres: Postgres) -> None:
    settings = text("SELECT current_setting('transaction_isolation'), current_setting('plan_cache_mode')")
    for _ in range(4):
        with postgres.snapshot() as db:
            assert db.execute(settings).one() == ("repeatable read", "force_custom_plan")
        with postgres.session() as db:
            assert db.execute(settings).one() == ("read committed", "auto")


def test_nothing_is_written_in_a_snapshot(postgres: Postgres) -> None:
    with pytest.raises(InternalError, match="read-only"), postgres.snapshot() as db:
        db.execute(text("CREATE TABLE public.written ()"))


def test_what_is_asked_in_many_snapshots_is_prepared_once(postgres: Postgres) -> None:
    asked = text("SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE '%in many snapshots%'")
    for _ in range(4):
        with postgres.snapshot() as db:
            prepared = db.scalar(asked)
    assert prepared == 1


def test_when_the_server_has_gone_one_snapshot_notices_it_for_all(postgres: Postgres) -> None:
    with postgres.snapshot() as one, postgres.snapshot() as other, postgres.connection() as connection:
        pids = [db.scalar(text("SELECT pg_backend_pid()")) for db in (one, other)]
        one.close()
        other.close()
        # It waits until they have ended.
        connection.execute("SELECT pg_terminate_backend(pid, 60000) FROM unnest($1::int[]) AS pid", (pids,))
    with pytest.raises(OperationalError), postgres.snapshot():
        pass
    with postgres.snapshot() as db:
        assert db.scalar(text("SELECT 1")) == 1


@contextmanager
def of_the_engine(url: str) -> Iterator[Connection]:
    with closing(Postgres(url)) as postgres, postgres.session() as db:
        driver = db.connection().connection.driver_connection
        assert isinstance(driver, Connection)
        yield driver


@contextmanager
def of_the_pool(url: str) -> Iterator[Connection]:
    with closing(Postgres(url)) as postgres, postgres.connection() as connection:
        yield connection


@contextmanager
def of_who_listens(url: str) -> Iterator[Connection]:
    listening = signals(url, 1)
    assert isinstance(listening, Generator)
    next(listening)
    yield getgeneratorlocals(listening)["connection"]
    listening.close()


@pytest.mark.parametrize("opened", [of_the_pool, of_the_engine, of_who_listens, snapshot])
def test_each_side_notices_that_the_other_is_gone(
    opened: Callable[[str], AbstractContextManager[Connection]], database_url: str
) -> None:
    with opened(database_url) as connection:
        ours = connection.info.get_parameters()
        theirs = connection.execute(
            "SELECT name, source FROM pg_settings WHERE name ~ '^tcp_keepalives|^client_connection_check' ORDER BY name"
        ).fetchall()
    assert (ours["keepalives_idle"], ours["tcp_user_timeout"]) == ("30", "30000")
    assert theirs == [
        ("client_connection_check_interval", "session"),
        ("tcp_keepalives_count", "session"),
        ("tcp_keepalives_idle", "session"),
        ("tcp_keepalives_interval", "session"),
    ]


def test_what_the_url_says_of_it_is_kept(database_url: str) -> None:
    postgres = Postgres(f"{database_url}&keepalives_idle=7", lock_seconds=3)
    with closing(postgres), postgres.connection() as connection:
        ours = connection.info.get_parameters()
        assert (ours["keepalives_idle"], ours["keepalives_count"]) == ("7", "3")
        assert connection.execute("SHOW lock_timeout").fetchone() == ("3s",)
