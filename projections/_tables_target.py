"""Read tables in a schema of their own: copies of inline tables, which the same projectors fill from the log."""

from collections.abc import Iterable, Sequence

from events._event import Recorded
from projections._behind import Place, assert_schema
from projections._coalesce import Quoter, coalesce, primary_key
from projections._model import Poison
from projections._sink import RelationalSink
from projections._statement import table_name
from projections._write import Projectors, Table
from repos.orm_base import INLINE_SCHEMA
from repos.postgres_repo import Connection, Postgres


class TablesTarget:
    """Tables of the shape that the inline ones have. They get their indexes, and then their foreign keys, last."""

    slow = False
    batches = 1

    def __init__(
        self,
        postgres: Postgres,
        place: Place,
        tables: Sequence[Table],
        projectors: Projectors,
        quote: Quoter,
        *,
        batch: int = 10_000,
    ) -> None:
        self.place = place
        self.batch = batch
        self._postgres = postgres
        self._tables = tables
        self._projectors = projectors
        self._quote = quote
        self._sink = RelationalSink(projectors, quote, schema=place.name)

    def create(self) -> None:
        with self._postgres.transaction() as connection:
            connection.execute(f"CREATE SCHEMA IF NOT EXISTS {self.place.name}")
            for table in self._tables:
                name = table_name(table, self.place.name)
                connection.execute(f"CREATE TABLE IF NOT EXISTS {name} (LIKE {table_name(table)} INCLUDING DEFAULTS)")
            for statement in self._missing_constraints(connection, "p"):
                connection.execute(statement)

    def complete(self) -> None:
        """Make the indexes and keys that are cheaper to make once than to keep up while everything is written."""
        with self._postgres.transaction() as connection:
            for statement in self._missing_indexes(connection):
                connection.execute(statement)
            for kind in ("u", "f"):
                for statement in self._missing_constraints(connection, kind):
                    connection.execute(statement)

    def drop(self) -> None:
        with self._postgres.connection() as connection:
            connection.execute(f"DROP SCHEMA IF EXISTS {self.place.name} CASCADE")

    def check(self, connection: Connection) -> None:
        assert_schema(connection, self.place)

    def prepare(self, connection: Connection, recorded: Sequence[Recorded]) -> int:
        """Nothing here is slow."""
        return 0

    def write(self, connection: Connection, batches: Iterable[Sequence[Recorded]]) -> Sequence[Poison]:
        connection.execute("SET CONSTRAINTS ALL DEFERRED")
        for batch in batches:
            self._sink.retell(connection, batch)
        return ()

    def replay(self, connection: Connection, stream: Sequence[Recorded]) -> Sequence[Poison]:
        for table, rows in coalesce(stream, self._projectors, self._quote).rows.items():
            keys = primary_key(table)
            on = " AND ".join(f'"{name}" = ${i}' for i, name in enumerate(keys, start=1))
            for key in rows:
                connection.execute(f"DELETE FROM {table_name(table, self.place.name)} WHERE {on}", key)
        return self.write(connection, [stream])

    def forget(self, connection: Connection, project_id: int) -> None:
        for table in reversed(self._tables):
            connection.execute(f"DELETE FROM {table_name(table, self.place.name)} WHERE project_id = $1", (project_id,))

    def _missing_indexes(self, connection: Connection) -> list[str]:
        """What makes the indexes of the inline tables, other than those of their constraints, that are not here yet."""
        rows = connection.execute(
            "SELECT pg_get_indexdef(i.indexrelid) FROM pg_index i "
            "JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_class t ON t.oid = i.indrelid "
            "WHERE t.relnamespace = $1::regnamespace AND t.relname = ANY($2) "
            "AND NOT EXISTS (SELECT 1 FROM pg_constraint k WHERE k.conindid = i.indexrelid) "
            "AND NOT EXISTS (SELECT 1 FROM pg_class h"
            " WHERE h.relname = c.relname AND h.relnamespace = $3::regnamespace) "
            "ORDER BY c.relname",
            (INLINE_SCHEMA, self._names, self.place.name),
        ).fetchall()
        return [definition.replace(f" ON {INLINE_SCHEMA}.", f" ON {self.place.name}.", 1) for (definition,) in rows]

    def _missing_constraints(self, connection: Connection, kind: str) -> list[str]:
        """The same for primary (p), unique (u) and foreign (f) keys; the last if they lead to tables here."""
        rows = connection.execute(
            "SELECT t.relname, k.conname, pg_get_constraintdef(k.oid) FROM pg_constraint k "
            "JOIN pg_class t ON t.oid = k.conrelid "
            "WHERE t.relnamespace = $1::regnamespace AND t.relname = ANY($2) AND k.contype = $4 "
            "AND (k.contype <> 'f' OR (SELECT relname FROM pg_class WHERE oid = k.confrelid) = ANY($2)) "
            "AND NOT EXISTS (SELECT 1 FROM pg_constraint h WHERE h.conname = k.conname"
            " AND h.connamespace = $3::regnamespace) "
            "ORDER BY t.relname, k.conname",
            (INLINE_SCHEMA, self._names, self.place.name, kind),
        ).fetchall()
        return [
            f'ALTER TABLE {self.place.name}."{table}" ADD CONSTRAINT "{name}" '
            + definition.replace(f" REFERENCES {INLINE_SCHEMA}.", f" REFERENCES {self.place.name}.")
            for table, name, definition in rows
        ]

    @property
    def _names(self) -> list[str]:
        return [table.__tablename__ for table in self._tables]
