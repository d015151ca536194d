"""Words of documents with how often they stand there, in PostgreSQL: a row for each document of a place."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from hashlib import sha256

import orjson
from sqlalchemy import BigInteger, Integer, TableClause, Text, column, table
from sqlalchemy.dialects.postgresql import ARRAY

from projections._behind import FIRST, Change, Entry, Gone, Place, Rejected, Stored, has_schema, parted
from projections._schema_index import SchemaIndex
from repos.blob_repo import BlobError, BlobRepo
from repos.postgres_repo import Connection, Postgres

_BATCH = 1_000
_TABLES = (
    "CREATE SCHEMA {0}",
    "CREATE TABLE {0}.document (project_id bigint, id bigint, revision bigint NOT NULL, words text[] NOT NULL, "
    "counts int[] NOT NULL, PRIMARY KEY (project_id, id))",
)
_THERE = "d.project_id = g.project_id AND d.id = g.id"

Counts = tuple[list[str], list[int]]


def counted_words(place: Place) -> TableClause:
    """The table of a place, for questions in SQL."""
    return table(
        "document",
        column("project_id", BigInteger),
        column("id", BigInteger),
        column("words", ARRAY(Text)),
        column("counts", ARRAY(Integer)),
        schema=place.name,
    )


def count(text: str, tokens: Sequence[int]) -> Counts:
    """The words of a text in lower case, in order; marks are none. Tokens: code points [b0, e0, b1, e1, ...]."""
    pieces = (text[begin:end].lower() for begin, end in zip(tokens[::2], tokens[1::2], strict=True))
    found = sorted(Counter(piece for piece in pieces if piece.isalnum() or any(map(str.isalnum, piece))).items())
    return [word for word, _ in found], [times for _, times in found]


class WordCountIndex(SchemaIndex):
    """An `Index` (see `_behind`) of documents, by the hashes of their texts and tokens."""

    tables = ("document",)

    def __init__(self, postgres: Postgres, place: Place, blobs: BlobRepo) -> None:
        super().__init__(postgres, place)
        self._blobs = blobs

    def create(self) -> None:
        with self._postgres.transaction() as connection:
            connection.execute("SELECT pg_advisory_xact_lock(hashtext($1))", (self._schema,))
            if connection.execute("SELECT to_regnamespace($1)", (self._schema,)).fetchone() == (None,):
                for statement in _TABLES:
                    connection.execute(statement.format(self._schema))

    def prepare(self, entries: Sequence[Entry]) -> int:
        """Words are counted faster than they are written."""
        return 0

    def write(self, connection: Connection, changes: Iterable[Change]) -> Sequence[Rejected]:
        rejected: list[Rejected] = []
        for entries, gone in parted(changes, _BATCH):
            self._remove(connection, gone)
            rejected += self._write(connection, entries)
        return rejected

    def stored(self, connection: Connection, project_id: int) -> Iterator[Stored]:
        if not has_schema(connection, self.place):
            return
        statement = (
            f"SELECT id, revision, words, counts FROM {self._schema}.document "
            "WHERE project_id = $1 AND id > $2 ORDER BY id LIMIT $3"
        )
        last, more = FIRST, True
        while more:
            rows = connection.execute(statement, (project_id, last, _BATCH // 10)).fetchall()
            for id, revision, words, counts in rows:
                yield Stored(id, revision, _digest((words, counts)))
                last = id
            more = bool(rows)

    def digests(self, connection: Connection, entries: Sequence[Entry]) -> list[bytes]:
        return [b"" if isinstance(counts := self._count(entry), Rejected) else _digest(counts) for entry in entries]

    def unfound(self, connection: Connection, entries: Sequence[Entry]) -> Iterator[int]:
        """There is nothing beside the rows."""
        yield from ()

    def _remove(self, connection: Connection, gone: Sequence[Gone]) -> None:
        connection.execute(
            f"DELETE FROM {self._schema}.document d USING unnest($1::bigint[], $2::bigint[], $3::bigint[]) "
            f"AS g(project_id, id, revision) WHERE {_THERE} AND d.revision <= g.revision",
            ([one.project_id for one in gone], [one.id for one in gone], [one.revision for one in gone]),
        )

    def _write(self, connection: Connection, entries: Sequence[Entry]) -> list[Rejected]:
        counted = [(entry, self._count(entry)) for entry in entries]
        rejected = [counts for _, counts in counted if isinstance(counts, Rejected)]
        written = [(entry, counts) for entry, counts in counted if not isinstance(counts, Rejected)]
        keys = [entry.project_id for entry, _ in written], [entry.id for entry, _ in written]
        revisions = [entry.revision for entry, _ in written]
        newer = connection.execute(
            f"SELECT d.project_id, d.id FROM {self._schema}.document d JOIN unnest($1::bigint[], $2::bigint[], "
            f"$3::bigint[]) AS g(project_id, id, revision) ON {_THERE} AND d.revision > g.revision",
            (*keys, revisions),
        )
        passed = set(newer.fetchall())
        written = [one for one in written if (one[0].project_id, one[0].id) not in passed]
        connection.execute(
            f"DELETE FROM {self._schema}.document d USING unnest($1::bigint[], $2::bigint[]) AS g(project_id, id) "
            f"WHERE {_THERE}",
            ([entry.project_id for entry, _ in written], [entry.id for entry, _ in written]),
        )
        copy = f"COPY {self._schema}.document (project_id, id, revision, words, counts) FROM STDIN"
        with connection.cursor() as cursor, cursor.copy(copy) as stream:
            for entry, (words, counts) in written:
                stream.write_row((entry.project_id, entry.id, entry.revision, words, counts))
        return rejected

    def _count(self, entry: Entry) -> Counts | Rejected:
        """Nothing of a document that has no text yet."""
        text, tokens = (entry.values.get(name) for name in ("text_sha256", "tokens_sha256"))
        if not text or not tokens:
            return [], []
        try:
            data = self._blobs.read_text_once(entry.project_id, text)
            return count(data, self._blobs.read_offsets_once(entry.project_id, tokens))
        except BlobError as error:
            return Rejected(entry, str(error))


def _digest(counts: Counts) -> bytes:
    return sha256(orjson.dumps(counts)).digest()
