"""What the inline tables should hold: retold into temporary tables beside them, and compared with them."""

from collections.abc import Iterator, Mapping, Sequence

from events._event import Recorded
from events._integrity import Difference, unreadable
from projections._blob_check import UNKNOWN
from projections._coalesce import Quoter, primary_key
from projections._sink import RelationalSink
from projections._statement import cast, quoted, table_name
from projections._write import Projectors, Table
from repos.postgres_repo import Connection

SCHEMA = "pg_temp"


class ExpectedTables:
    """Temporary tables for one transaction, with the columns of the inline tables, and their primary keys alone.

    They are compared with the tables of `schema`.
    """

    def __init__(
        self, connection: Connection, schema: str, tables: Sequence[Table], projectors: Projectors, quote: Quoter
    ) -> None:
        self._connection = connection
        self._schema = schema
        self._tables = tables
        self._sink = RelationalSink(projectors, quote, schema=SCHEMA)
        for table in tables:
            columns = ", ".join(f'"{name}" {cast(table, name)}' for name in _columns(table))
            name = table_name(table, SCHEMA)
            connection.execute(f"CREATE TEMPORARY TABLE {name} ({columns}, PRIMARY KEY ({quoted(primary_key(table))}))")

    def write(self, recorded: Sequence[Recorded]) -> Iterator[Difference]:
        """Retell these events, except those that cannot be retold."""
        try:
            with self._connection.transaction():
                self._sink.write(self._connection, recorded)
        except Exception as error:
            if len(recorded) == 1:
                yield unreadable(recorded[0].project_id, recorded[0].revision, error)
                return
            middle = len(recorded) // 2
            yield from self.write(recorded[:middle])
            yield from self.write(recorded[middle:])

    def count(self) -> int:
        """How many rows the log makes."""
        counts = " + ".join(f"(SELECT count(*) FROM {table_name(table, SCHEMA)})" for table in self._tables)
        row = self._connection.execute(f"SELECT {counts}").fetchone()
        return row[0] if row else 0

    def believe(self) -> None:
        """Take over the words of passages that nobody can look up."""
        for table in self._tables:
            strings = [name for name in _columns(table) if cast(table, name) == "VARCHAR"]
            for name in strings:
                there = table_name(table, self._schema)
                self._connection.execute(
                    f'UPDATE {table_name(table, SCHEMA)} l SET "{name}" = t."{name}" FROM {there} t '
                    f'WHERE l."{name}" = $1 AND {_same_key(table)}',
                    (UNKNOWN,),
                )

    def differences(self, first: int, last: int, forgotten: Mapping[Table, Sequence[int]]) -> Iterator[Difference]:
        """Where the inline tables of the projects with ids from `first` to `last` are otherwise.

        `forgotten`: the projects whose rows in a table do not count, because they only wait to be deleted.
        """
        for table in self._tables:
            self._connection.execute(f"ANALYZE {table_name(table, SCHEMA)}")
            with self._connection.cursor(name="differences") as cursor:
                cursor.execute(_comparison(table, self._schema), (first, last, list(forgotten.get(table, ()))))
                for project_id, key, there, said, differing, log, found in cursor:
                    place, id = table.__tablename__, "-".join(key)
                    if not said:
                        values = dict(zip(_columns(table), found, strict=True))
                        yield Difference(project_id, "row_unexpected", place, id, found=values)
                    elif not there:
                        values = dict(zip(_columns(table), log, strict=True))
                        yield Difference(project_id, "row_missing", place, id, log=values)
                    else:
                        for i in differing:
                            column = _columns(table)[i]
                            yield Difference(project_id, "value_wrong", place, id, column, log[i], found[i])

    def waiting(self, forgotten: Mapping[Table, Sequence[int]]) -> int:
        """How many rows wait to be deleted."""
        counts = (
            self._connection.execute(
                f"SELECT count(*) FROM {table_name(table, self._schema)} WHERE project_id = ANY($1)", (list(ids),)
            )
            for table, ids in forgotten.items()
            if ids
        )
        return sum(row[0] for count in counts if (row := count.fetchone()))

    def clear(self) -> None:
        self._connection.execute(f"TRUNCATE {', '.join(table_name(table, SCHEMA) for table in self._tables)}")


def _comparison(table: Table, schema: str) -> str:
    """Rows that differ, as texts; a hash of whole rows would not say where."""
    columns = _columns(table)
    key = primary_key(table)[0]

    keys = ", ".join(f'coalesce(l."{name}", t."{name}")::text' for name in primary_key(table))
    differing = ", ".join(
        f'CASE WHEN l."{name}" IS DISTINCT FROM t."{name}" THEN {i} END' for i, name in enumerate(columns)
    )
    changed = " OR ".join(f'l."{name}" IS DISTINCT FROM t."{name}"' for name in columns)
    return (
        f"WITH t AS (SELECT * FROM {table_name(table, schema)} "
        "WHERE project_id BETWEEN $1 AND $2 AND project_id <> ALL($3)) "
        f"SELECT coalesce(l.project_id, t.project_id), ARRAY[{keys}], "
        f't."{key}" IS NOT NULL, l."{key}" IS NOT NULL, array_remove(ARRAY[{differing}], NULL), '
        f"{_texts('l', columns)}, {_texts('t', columns)} "
        f"FROM {table_name(table, SCHEMA)} l FULL JOIN t ON {_same_key(table)} WHERE {changed}"
    )


def _texts(alias: str, names: Sequence[str]) -> str:
    texts = ", ".join(f'{alias}."{name}"::text' for name in names)
    return f"ARRAY[{texts}]"


def _same_key(table: Table) -> str:
    return " AND ".join(f'l."{name}" = t."{name}"' for name in primary_key(table))


def _columns(table: Table) -> list[str]:
    return [column.name for column in table.__table__.columns]
