"""What indexes in the database have in common: their places are schemas."""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Sequence
from typing import ClassVar

from projections._behind import Change, Entry, Gone, Place, Rejected, assert_schema, has_schema
from repos.postgres_repo import Connection, Postgres

_LAST = 2**63 - 1  # revision
_FORGOTTEN = 5_000  # rows at once


class SchemaIndex(ABC):
    """An `Index` (see `_behind`) in a schema with the name of the place, whose `tables` know projects by an index."""

    tables: ClassVar[tuple[str, ...]]

    def __init__(self, postgres: Postgres, place: Place) -> None:
        self.place = place
        self._postgres = postgres
        self._schema = place.name

    def drop(self) -> None:
        with self._postgres.connection() as connection:
            connection.execute(f"DROP SCHEMA IF EXISTS {self._schema} CASCADE")

    def check(self, connection: Connection) -> None:
        assert_schema(connection, self.place)

    @abstractmethod
    def write(self, connection: Connection, changes: Iterable[Change]) -> Sequence[Rejected]: ...

    def overwrite(
        self, connection: Connection, project_id: int, ids: Sequence[int], entries: Sequence[Entry]
    ) -> Sequence[Rejected]:
        # What is removed here is not remembered, so whatever is written afterwards is newer.
        self.write(connection, [Gone(project_id, id, _LAST) for id in ids])
        return self.write(connection, entries)

    def forget(self, connection: Connection, project_id: int) -> None:
        for table in self.tables:
            name = f"{self._schema}.{table}"
            some = f"SELECT ctid FROM {name} WHERE project_id = $1 LIMIT $2"
            statement = f"DELETE FROM {name} WHERE ctid = ANY(ARRAY({some}))"
            while connection.execute(statement, (project_id, _FORGOTTEN)).rowcount == _FORGOTTEN:
                pass

    def projects(self, connection: Connection) -> Iterator[int]:
        if not has_schema(connection, self.place):
            return
        for table in self.tables:
            name = f"{self._schema}.{table}"
            # From one to the next by the index: there are many rows of each.
            rows = connection.execute(
                f"WITH RECURSIVE found AS (SELECT min(project_id) AS id FROM {name} UNION ALL "
                f"SELECT (SELECT min(project_id) FROM {name} WHERE project_id > found.id) FROM found "
                "WHERE found.id IS NOT NULL) SELECT id FROM found WHERE id IS NOT NULL"
            )
            yield from (id for (id,) in rows)
