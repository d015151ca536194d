"""Performs writes in bulk: within the append's one statement, or many at a time."""

from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import Any

from psycopg.errors import UniqueViolation

from events._event import Recorded
from projections._coalesce import Quoter, coalesce
from projections._statement import Group, bulk, fragment, grouped, quoted, table_name
from projections._write import Projectors
from repos.orm_base import INLINE_SCHEMA
from repos.postgres_repo import Connection

COPY_FROM = 1_000


class RelationalSink:
    """The tables of one PostgreSQL schema, written by the projectors it is given.

    `quote` reads a passage of a text blob; it is asked for every annotation that a projector creates.
    """

    def __init__(self, projectors: Projectors, quote: Quoter, *, schema: str = INLINE_SCHEMA) -> None:
        self._projectors = projectors
        self._quote = quote
        self._schema = schema

    def fragments(self, pending: Sequence[Recorded], first: int) -> tuple[list[str], list[Any]]:
        """The writes of events about to be appended, as CTEs whose parameters begin at `$first`."""
        changes = coalesce(pending, self._projectors, self._quote)
        statements: list[str] = []
        arguments: list[Any] = []
        for group in grouped(changes):
            statements.append(fragment(group, first + len(arguments)))
            arguments += group.arguments()
        for table, project_id in changes.ended:
            arguments.append(project_id)
            statements.append(
                f"DELETE FROM {table_name(table)} t USING head "
                f"WHERE t.{_project_column(table)} = ${first + len(arguments) - 1}::bigint"
            )
        return statements, arguments

    def write(self, connection: Connection, recorded: Iterable[Recorded], *, over: bool = False) -> None:
        """Perform what these events say, in the caller's transaction; `over` rows that are there already under the keys
        of new ones."""
        changes = coalesce(recorded, self._projectors, self._quote)
        if over:
            for group in grouped(changes.in_the_way()):
                self._perform(connection, group)
        for group in grouped(changes):
            self._perform(connection, group)
        for table, project_id in changes.ended:
            name = table_name(table, self._schema)
            connection.execute(f"DELETE FROM {name} WHERE {_project_column(table)} = $1", (project_id,))

    def retell(self, connection: Connection, batch: Sequence[Recorded], *, over: bool = False) -> None:
        """The same for a batch of many commands."""
        try:
            with connection.transaction():
                self.write(connection, batch, over=over)
        except UniqueViolation:
            # Within the batch a name went from one to another. Command by command, as they were appended, it fits.
            for _, command in groupby(batch, key=lambda one: one.command_id):
                self.write(connection, command, over=over)

    def _perform(self, connection: Connection, group: Group) -> None:
        if group.shape.operation == "create" and len(group.rows) > COPY_FROM:
            columns = quoted(name for name, _ in group.shape.columns)
            copy = f"COPY {table_name(group.shape.table, self._schema)} ({columns}) FROM STDIN"
            with connection.cursor() as cursor, cursor.copy(copy) as stream:
                for row in group.rows:
                    stream.write_row(row)
            return
        arrays = [list(column) for column in zip(*group.rows, strict=True)]
        connection.execute(bulk(group.shape, self._schema), arrays)


def _project_column(table: Any) -> str:
    return "id" if table.__tablename__ == "project" else "project_id"
