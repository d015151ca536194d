"""Connections to PostgreSQL: one pool for commands, one engine for reads."""

from collections import defaultdict, deque
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from typing import Any

import psycopg
from psycopg_pool import ConnectionPool
from sqlalchemy import Connection as SQLConnection
from sqlalchemy import create_engine, event
from sqlalchemy.orm import Session

from repos._connection import Connection


def sqlalchemy_url(url: str) -> str:
    """The same database, as SQLAlchemy names it with our driver."""
    return url.replace("postgresql://", "postgresql+psycopg://", 1).replace("postgres://", "postgresql+psycopg://", 1)


class Postgres:
    """The database: `connection()` speaks raw statements, `session()` reads ORM tables.

    Both are in autocommit mode: a statement is a transaction unless `transaction()` says otherwise.
    """

    def __init__(self, url: str, *, pool_size: int = 20, lock_seconds: int = 0) -> None:
        """Who waits for a lock longer than `lock_seconds` gets an OperationalError; 0 is for ever."""
        self.url = url
        self._lock_seconds = lock_seconds
        self._pool: ConnectionPool[Connection] = ConnectionPool(
            url,
            connection_class=Connection,
            min_size=1,
            max_size=pool_size,
            kwargs={"autocommit": True, "prepare_threshold": 2, "cursor_factory": psycopg.RawCursor},
            configure=self._configure if lock_seconds else None,
            open=False,
            timeout=30,
        )
        self.engine = create_engine(
            sqlalchemy_url(url),
            isolation_level="AUTOCOMMIT",
            pool_size=pool_size,
            max_overflow=0,
            pool_timeout=30,
            connect_args={"prepare_threshold": 2},
        )
        event.listen(self.engine, "do_connect", _connect)
        self._ids: dict[str, deque[int]] = defaultdict(deque)

    def connection(self) -> AbstractContextManager[Connection]:
        """A connection for raw statements, `$1` and so on for arguments."""
        if self._pool.closed:
            self._pool.open()
        return _Lent(self._pool)

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        with self.connection() as connection, connection.transaction():
            yield connection

    def session(self) -> Session:
        return Session(self.engine, expire_on_commit=False, autoflush=False)

    @contextmanager
    def snapshot(self) -> Iterator[Session]:
        """A session that only reads: all questions are about the same moment, each planned for what it asks."""
        with self.session() as db:
            _begin(db.connection())
            yield db
            # Nothing was written; but after a rollback the driver forgets all statements that it has prepared.
            db.commit()

    def next_id(self, entity: str) -> int:
        """A fresh id of the entity's sequence; blocks of ids are fetched at once, so gaps are normal."""
        try:
            return self._ids[entity].popleft()
        except IndexError:
            first, *others = self._fetch_ids(entity, _ID_BLOCK)
            self._ids[entity].extend(others)
            return first

    def next_ids(self, entity: str, n: int) -> Sequence[int]:
        return self._fetch_ids(entity, n) if n > _ID_BLOCK else [self.next_id(entity) for _ in range(n)]

    def _fetch_ids(self, entity: str, n: int) -> list[int]:
        with self.connection() as connection:
            rows = connection.execute(
                "SELECT nextval($1::regclass) FROM generate_series(1, $2)", (f"log.{entity}_id", n)
            )
            return [row[0] for row in rows]

    def _configure(self, connection: Connection) -> None:
        connection.execute(f"SET lock_timeout = {self._lock_seconds * 1000}")

    def close(self) -> None:
        # So long each of its threads may have that is in the middle of connecting.
        self._pool.close(timeout=0.5)
        self.engine.dispose()


class _Lent:
    """A connection of the pool. What the pool's own context does beyond this is to commit what is committed already."""

    __slots__ = ("_connection", "_pool")

    def __init__(self, pool: ConnectionPool[Connection]) -> None:
        self._pool = pool

    def __enter__(self) -> Connection:
        self._connection = self._pool.getconn()
        return self._connection

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        try:
            if kind is not None and issubclass(kind, psycopg.OperationalError) and self._connection.broken:
                # The server has gone: the other connections are as dead as this one.
                self._pool.check()
        finally:
            self._pool.putconn(self._connection)


def _connect(dialect: object, record: object, arguments: list[Any], parameters: dict[str, Any]) -> Connection:
    """For the engine, whose connections are as the others."""
    return Connection.connect(*arguments, **parameters)


def _begin(connection: SQLConnection) -> None:
    """Two statements on one way to the server and back, which the driver must not prepare."""
    driver: Any = connection.connection.driver_connection
    try:
        driver.execute(_SNAPSHOT, prepare=False)
    except psycopg.OperationalError:
        # If the server has gone, the engine notices it by this and lets go of all its connections.
        connection.exec_driver_sql("SELECT 1")
        raise


_ID_BLOCK = 256
_SNAPSHOT = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; SET LOCAL plan_cache_mode = force_custom_plan"

__all__ = ["Connection", "Postgres", "sqlalchemy_url"]
