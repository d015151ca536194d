"""Vectors in PostgreSQL with pgvector: a schema for each place, and every question answered exactly."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from struct import Struct

from psycopg import RawServerCursor, errors

from projections._behind import Change, Entry, Gone, NotMade, Place, Rejected, Stored, has_schema, parted
from projections._schema_index import SchemaIndex
from projections._vector_model import Content, VectorModel
from projections._vector_reader import Hit, OtherModel
from repos._obstacle import Obstacle
from repos._unavailable import Unavailable
from repos.embedder_model import EmbedderModel
from repos.half_vector import BYTES, unpacked
from repos.postgres_repo import Connection, Postgres

# A vector is never moved out of its row: scanning rows would become reading at random.
_TABLES = """
CREATE SCHEMA {schema};
CREATE TABLE {schema}.made_by (model text NOT NULL, dimensions int NOT NULL);
CREATE TABLE {schema}.entry (
    project_id bigint, id bigint, revision bigint NOT NULL, source bytea NOT NULL, text_version int NOT NULL,
    PRIMARY KEY (project_id, id)
);
CREATE TABLE {schema}.part (
    project_id bigint, id bigint, number int, vector halfvec({dimensions}) NOT NULL,
    PRIMARY KEY (project_id, id, number)
);
ALTER TABLE {schema}.part ALTER vector SET STORAGE PLAIN
"""
_DIGEST = (
    "sha256(int4send(coalesce(e.text_version, 0)) || coalesce((SELECT string_agg("
    "int4send(p.number) || halfvec_send(p.vector), ''::bytea ORDER BY p.number) "
    "FROM {schema}.part p WHERE p.project_id = $1 AND p.id = i.id), ''::bytea))"
)
_COPY_HEAD = b"PGCOPY\n\xff\r\n\0" + bytes(8)
_COPY_END = b"\xff\xff"
_SENT_HEAD = 4  # bytes before the components, with their number
_ROW = Struct(">hiqiqiiihh")
_BATCH = 5_000


class NoVectors(Obstacle, Unavailable):
    """The database has no pgvector extension of version 0.7 or later: install it, or keep the vectors in Weaviate:"""


class PostgresVectorIndex(SchemaIndex):
    """An `Index` and a `VectorReader` in a schema with the name of the place."""

    tables = ("part", "entry")

    def __init__(self, postgres: Postgres, place: Place, model: VectorModel) -> None:
        super().__init__(postgres, place)
        self._model = model
        self._checked = False

    def create(self) -> None:
        made_by = self._model.embeddings.model
        try:
            with self._postgres.transaction() as connection:
                connection.execute("SELECT pg_advisory_xact_lock(hashtext('palimpsest.vector'))")
                connection.execute("CREATE EXTENSION IF NOT EXISTS vector")
                if connection.execute("SELECT to_regnamespace($1)", (self._schema,)).fetchone() != (None,):
                    return
                for statement in _TABLES.format(schema=self._schema, dimensions=made_by.dimensions).split(";"):
                    connection.execute(statement)
                connection.execute(
                    f"INSERT INTO {self._schema}.made_by VALUES ($1, $2)", (made_by.name, made_by.dimensions)
                )
        except (errors.FeatureNotSupported, errors.UndefinedObject, errors.InsufficientPrivilege) as error:
            raise NoVectors(" ".join(str(error).split())) from None

    def check(self, connection: Connection) -> None:
        """Raises also OtherModel."""
        super().check(connection)
        self._checked = False
        self._check(connection)

    def prepare(self, entries: Sequence[Entry]) -> int:
        with self._postgres.connection() as connection:
            self._check(connection)
        return self._model.fill(entries)

    def write(self, connection: Connection, changes: Iterable[Change]) -> Sequence[Rejected]:
        self._check(connection)
        rejected: list[Rejected] = []
        for entries, gone in parted(changes, _BATCH):
            self._remove(connection, gone)
            rejected += self._write(connection, entries)
        return rejected

    def stored(self, connection: Connection, project_id: int) -> Iterator[Stored]:
        if not has_schema(connection, self.place):
            return
        with RawServerCursor(connection, f"stored_{self._schema}") as cursor:
            cursor.execute(
                "SELECT i.id, coalesce(e.revision, 0), "
                f"{_DIGEST.format(schema=self._schema)} FROM ("
                f"SELECT id FROM {self._schema}.entry WHERE project_id = $1 "
                f"UNION SELECT id FROM {self._schema}.part WHERE project_id = $1) i "
                f"LEFT JOIN {self._schema}.entry e ON e.project_id = $1 AND e.id = i.id ORDER BY i.id",
                (project_id,),
            )
            for id, revision, content in cursor:
                yield Stored(id, revision, content)

    def digests(self, connection: Connection, entries: Sequence[Entry]) -> list[bytes]:
        return self._model.digests(connection, entries)

    def unfound(self, connection: Connection, entries: Sequence[Entry]) -> Iterator[int]:
        """None: whoever asks looks at every vector that is held."""
        yield from ()

    def nearest(
        self, project_id: int, vector: bytes, top_k: int, threshold: float = -1.0, among: Sequence[int] | None = None
    ) -> list[Hit]:
        restricted = "" if among is None else "AND id = ANY($4::bigint[])"
        with self._reading() as connection:
            self._check(connection)
            rows = connection.execute(
                "SELECT n.id, n.number, e.text_version, 1 - n.distance FROM ("
                f"SELECT id, number, vector <=> $2::halfvec AS distance FROM {self._schema}.part "
                f"WHERE project_id = $1 {restricted} ORDER BY distance, id, number LIMIT $3) n "
                f"JOIN {self._schema}.entry e ON e.project_id = $1 AND e.id = n.id "
                "ORDER BY n.distance, n.id, n.number",
                (project_id, _literal(vector), top_k, *(() if among is None else (list(among),))),
                # A plan for any restriction would be a bad one for most.
                prepare=False,
            )
            hits = [Hit(id, part, version, max(-1.0, min(1.0, score))) for id, part, version, score in rows]
        return [hit for hit in hits if hit.score >= threshold]

    def vector(self, project_id: int, sdoc_id: int, part: int = 0) -> bytes | None:
        with self._reading() as connection:
            self._check(connection)
            row = connection.execute(
                f"SELECT halfvec_send(vector) FROM {self._schema}.part "
                "WHERE project_id = $1 AND id = $2 AND number = $3",
                (project_id, sdoc_id, part),
                binary=True,
            ).fetchone()
        return row[0][_SENT_HEAD:] if row else None

    def _check(self, connection: Connection) -> None:
        """Raises OtherModel, NotMade."""
        if self._checked:
            return
        row = connection.execute(f"SELECT model, dimensions FROM {self._schema}.made_by").fetchone()
        there = EmbedderModel(*row) if row else None
        if there != self._model.embeddings.model:
            raise OtherModel(there, self._model.embeddings.model) if there else NotMade
        self._checked = True

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        try:
            with self._postgres.connection() as connection:
                yield connection
        except (errors.UndefinedTable, errors.InvalidSchemaName):
            raise NotMade from None

    def _write(self, connection: Connection, entries: Sequence[Entry]) -> list[Rejected]:
        newer = self._newer(connection, entries)
        self._delete(connection, "part", newer)
        rejected = self._fill(connection, newer)
        self._remove(connection, [Gone(one.entry.project_id, one.entry.id, one.entry.revision) for one in rejected])
        return rejected

    def _remove(self, connection: Connection, gone: Sequence[Gone]) -> None:
        """What has ended never comes back, so it goes whatever its revision; parts that belong to nothing too."""
        for table in ("part", "entry"):
            self._delete(connection, table, gone)

    def _delete(self, connection: Connection, table: str, those: Sequence[Change]) -> None:
        if those:
            connection.execute(
                f"DELETE FROM {self._schema}.{table} t USING unnest($1::bigint[], $2::bigint[]) AS g(project_id, id) "
                "WHERE t.project_id = g.project_id AND t.id = g.id",
                ([one.project_id for one in those], [one.id for one in those]),
            )

    def _newer(self, connection: Connection, entries: Sequence[Entry]) -> list[Entry]:
        """Note all entries that are not older than what is there; those whose parts are to be written."""
        rows = connection.execute(
            f"WITH there AS (SELECT e.project_id, e.id, e.source FROM {self._schema}.entry e "
            "JOIN unnest($1::bigint[], $2::bigint[]) AS n(project_id, id) USING (project_id, id)), noted AS ("
            f"INSERT INTO {self._schema}.entry AS e (project_id, id, revision, source, text_version) "
            "SELECT * FROM unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::bytea[], $5::int[]) "
            "ON CONFLICT (project_id, id) DO UPDATE SET "
            "revision = excluded.revision, source = excluded.source, text_version = excluded.text_version "
            "WHERE e.revision < excluded.revision RETURNING e.project_id, e.id, e.source) "
            "SELECT n.project_id, n.id FROM noted n LEFT JOIN there t USING (project_id, id) "
            "WHERE n.source IS DISTINCT FROM t.source",
            (
                [one.project_id for one in entries],
                [one.id for one in entries],
                [one.revision for one in entries],
                [self._model.source(one) for one in entries],
                [one.values["text_version"] for one in entries],
            ),
        )
        newer = {tuple(row) for row in rows}
        return [one for one in entries if (one.project_id, one.id) in newer]

    def _fill(self, connection: Connection, entries: Sequence[Entry]) -> list[Rejected]:
        """The parts of these entries, as the server's own binary rows."""
        if not entries:
            return []
        rejected: list[Rejected] = []
        copy = f"COPY {self._schema}.part (project_id, id, number, vector) FROM STDIN (FORMAT binary)"
        with connection.cursor() as cursor, cursor.copy(copy) as stream:
            stream.write(_COPY_HEAD)
            # Another connection, because this one is busy copying.
            with self._postgres.connection() as reading:
                for content in self._model.contents(reading, entries):
                    for row in _rows(content):
                        stream.write(row)
                    rejected += (Rejected(content.entry, reason) for reason in content.rejected[:1])
            stream.write(_COPY_END)
        return rejected


def _rows(content: Content) -> Iterator[bytes]:
    project_id, id = content.entry.project_id, content.entry.id
    for number, vector in content.parts:
        size = len(vector)
        yield _ROW.pack(4, 8, project_id, 8, id, 4, number, size + _SENT_HEAD, size // BYTES, 0) + vector


def _literal(vector: bytes) -> str:
    return f"[{','.join(map(str, unpacked(vector)))}]"
