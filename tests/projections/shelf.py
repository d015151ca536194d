"""A read model of codes for tests: whole entries on a shelf in the database, and a say in what goes wrong."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from hashlib import sha256

from psycopg import RawServerCursor

from projections import INLINE
from projections._behind import Change, Entry, Gone, Place, Rejected, Stored, parted
from projections._entries_target import EntriesTarget
from projections._model import Backend, Model, Target
from projections._registry import Version
from projections._schema_index import SchemaIndex
from repos.postgres_repo import Connection, Postgres

SHELF = Model("shelf", {"code": INLINE["code"]}, scope="codebook", batch=10)


class Shelf(SchemaIndex):
    """Holds the name of each code. `away` is what keeps it from answering, `refused` names what is not taken,
    `unreadable` whose source is gone, `lost` what is not found until it is removed and put there again, `losing` what
    each writing makes lost as long as the shelf is not emptied."""

    tables = ("entry",)

    def __init__(self, postgres: Postgres, place: Place) -> None:
        super().__init__(postgres, place)
        self.away: Exception | None = None
        self.refused: set[str] = set()
        self.unreadable: set[str] = set()
        self.lost: set[int] = set()
        self.losing: Iterator[set[int]] = iter(())
        self.written: list[int] = []
        self.checks = 0

    def create(self) -> None:
        with self._postgres.connection() as connection:
            connection.execute(f"CREATE SCHEMA IF NOT EXISTS {self.place.name}")
            connection.execute(
                f"CREATE TABLE IF NOT EXISTS {self.place.name}.entry "
                "(id bigint PRIMARY KEY, project_id bigint, revision bigint, name text)"
            )

    def check(self, connection: Connection) -> None:
        self.checks += 1
        if self.away is not None:
            raise self.away
        super().check(connection)

    def prepare(self, entries: Sequence[Entry]) -> int:
        return 0

    def write(self, connection: Connection, changes: Iterable[Change]) -> Sequence[Rejected]:
        if self.away is not None:
            raise self.away
        return [one for entries, gone in parted(changes, 100) for one in self._write(connection, entries, gone)]

    def _write(self, connection: Connection, entries: Sequence[Entry], gone: Sequence[Gone]) -> Sequence[Rejected]:
        ended = [one.id for one in gone]
        self.lost.difference_update(ended)
        connection.execute(f"DELETE FROM {self.place.name}.entry WHERE id = ANY($1)", (ended,))
        if entries:
            self.lost |= next(self.losing, set())
        refused = self.refused | self.unreadable
        rejected = [Rejected(one, "unloved") for one in entries if one.values["name"] in refused]
        for one in entries:
            if one.values["name"] == "explosive":
                raise ValueError("bang")
            if one.values["name"] in refused:
                continue
            self.written.append(one.revision)
            connection.execute(
                f"INSERT INTO {self.place.name}.entry VALUES ($1, $2, $3, $4) ON CONFLICT (id) DO UPDATE "
                "SET revision = excluded.revision, name = excluded.name WHERE entry.revision <= excluded.revision",
                (one.id, one.project_id, one.revision, one.values["name"]),
            )
        return rejected

    def forget(self, connection: Connection, project_id: int) -> None:
        self.losing = iter(())
        self.lost.clear()
        super().forget(connection, project_id)

    def stored(self, connection: Connection, project_id: int) -> Iterator[Stored]:
        with RawServerCursor(connection, "stored") as cursor:
            cursor.execute(
                f"SELECT id, revision, name FROM {self.place.name}.entry WHERE project_id = $1 ORDER BY id",
                (project_id,),
            )
            for id, revision, name in cursor:
                yield Stored(id, revision, sha256(name.encode()).digest())

    def digests(self, connection: Connection, entries: Sequence[Entry]) -> list[bytes]:
        names = [one.values["name"] for one in entries]
        return [b"" if name in self.unreadable else sha256(name.encode()).digest() for name in names]

    def unfound(self, connection: Connection, entries: Sequence[Entry]) -> Iterator[int]:
        yield from (one.id for one in entries if one.id in self.lost)


class Shelves:
    """One shelf for each version."""

    def __init__(self, postgres: Postgres) -> None:
        self._postgres = postgres
        self._shelves: dict[Place, Shelf] = {}
        self.models: Mapping[str, Model] = {"shelf": SHELF}

    def model(self, name: str) -> Model:
        return self.models[name]

    def shelf(self, version: Version) -> Shelf:
        return self._shelf(version.place)

    def target(self, version: Version) -> EntriesTarget:
        return EntriesTarget(SHELF, self._shelf(version.place))

    def opened(self, place: Place, backend: Backend) -> Target:
        return EntriesTarget(SHELF, self._shelf(place))

    def _shelf(self, place: Place) -> Shelf:
        return self._shelves.setdefault(place, Shelf(self._postgres, place))
