"""A connection to PostgreSQL, with a short way for the statements that run all the time."""

from collections.abc import Sequence
from typing import Any, Self

import psycopg
from psycopg.adapt import PyFormat, Transformer
from psycopg.conninfo import conninfo_to_dict
from psycopg.errors import error_from_result
from psycopg.pq import ConnStatus, DiagnosticField, ExecStatus, Format, TransactionStatus

_MOST = 200  # statements
_FORGOTTEN = b"26000"  # invalid_sql_statement_name
_KEEPALIVES = {"keepalives_idle": 30, "keepalives_interval": 10, "keepalives_count": 3, "tcp_user_timeout": 30_000}
# By which the server notices that our machine is gone, and gives its locks to others. On Windows it cannot look while
# it works. Not in the url: there a pooler in between may refuse them.
_WATCHING = (
    b"SET tcp_keepalives_idle = 30; SET tcp_keepalives_interval = 10; SET tcp_keepalives_count = 3; "
    b"SELECT set_config('client_connection_check_interval', '10s', false) WHERE version() !~* 'windows|visual|mingw'"
)


def watched(url: str = "", **more: Any) -> dict[str, Any]:
    """Parameters by which we notice within a minute that the server's machine is gone; what is said already is kept."""
    given = {**conninfo_to_dict(url), **more}
    return {**more, **{name: value for name, value in _KEEPALIVES.items() if name not in given}}


class Connection(psycopg.Connection[tuple[Any, ...]]):
    """Speaks raw statements, with `$1` and so on for arguments. Each side notices that the other one is gone."""

    _statements: dict[tuple[str, tuple[int, ...]], bytes]
    _number: int
    _transformer: Any

    @classmethod
    def connect(cls, conninfo: str = "", **more: Any) -> Self:
        connection = super().connect(conninfo, **watched(conninfo, **more))
        # No part of a transaction, in whatever mode it is.
        result = connection.pgconn.exec_(_WATCHING)
        if result.status != ExecStatus.TUPLES_OK:
            error = connection._failed(result)
            connection.close()
            raise error
        connection._statements = {}
        connection._number = 0
        connection._transformer = Transformer(connection)
        return connection

    def first(self, statement: str, arguments: Sequence[Any]) -> tuple[Any, ...] | None:
        """The first row, or None, for little more than half of what a cursor costs. The statement casts all arguments.

        Raises what `execute` raises.
        """
        if self.pgconn.transaction_status != TransactionStatus.IDLE:
            return self.execute(statement, arguments).fetchone()
        # It remembers how each type is written, as that of a cursor does between statements.
        transformer = self._transformer
        sent: Any = transformer.dump_sequence(arguments, [PyFormat.AUTO] * len(arguments))
        key = statement, transformer.types or ()
        name = self._statements.get(key) or self._prepare(key)
        result = self.pgconn.exec_prepared(name, sent, transformer.formats, Format.BINARY)
        if result.status == ExecStatus.TUPLES_OK:
            transformer.set_pgresult(result)
            return transformer.load_row(0, tuple) if result.ntuples else None
        if result.error_field(DiagnosticField.SQLSTATE) == _FORGOTTEN:
            # Once in a while everything that was prepared on a connection is forgotten.
            self._statements.clear()
            return self.first(statement, arguments)
        raise self._failed(result)

    def _prepare(self, key: tuple[str, tuple[int, ...]]) -> bytes:
        while len(self._statements) >= _MOST:
            oldest = next(iter(self._statements))
            self.execute(f"DEALLOCATE {self._statements.pop(oldest).decode()}")
        self._number += 1
        name = f"first_{self._number}".encode()
        statement, types = key
        result = self.pgconn.prepare(name, statement.encode(), types)
        if result.status != ExecStatus.COMMAND_OK:
            raise self._failed(result)
        self._statements[key] = name
        return name

    def _failed(self, result: psycopg.pq.abc.PGresult) -> psycopg.Error:
        if self.pgconn.status != ConnStatus.OK:
            return psycopg.OperationalError(self.pgconn.get_error_message())
        return error_from_result(result, self.info.encoding)
