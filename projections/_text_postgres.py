"""Texts in PostgreSQL: a schema for each place, with its entries, their passages, and the words of each project."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import orjson

from projections._behind import FIRST, Change, Entry, Gone, Place, Rejected, Stored, has_schema, parted
from projections._schema_index import SchemaIndex
from projections._text_model import TextModel, source
from projections._text_vector import Vectors, vectors
from repos.blob_repo import BlobError
from repos.postgres_repo import Connection, Postgres
from systems.text_folding_system import words

_BATCH = 1_000
_UNFOUND = 100
# Terms fill pages and are hardly compressed: where they lie outside, those of what a filter leaves out are not read.
_TABLES = """
CREATE SCHEMA {0};
CREATE TABLE {0}.entry (
    project_id bigint, id bigint, revision bigint NOT NULL, source bytea NOT NULL, kept jsonb NOT NULL,
    PRIMARY KEY (project_id, id)
);
CREATE TABLE {0}.passage (
    project_id bigint, id bigint, number int, terms tsvector NOT NULL,
    PRIMARY KEY (project_id, id, number)
);
ALTER TABLE {0}.passage ALTER terms SET STORAGE EXTERNAL;
CREATE INDEX ON {0}.passage USING gin (terms);
CREATE TABLE {0}.word (project_id bigint, word text COLLATE "C", PRIMARY KEY (project_id, word));
"""
_DIGEST = (
    "sha256({0}.source || convert_to({0}.kept::text, 'UTF8')"
    " || coalesce(string_agg(sha256(tsvectorsend(p.terms)), ''::bytea ORDER BY p.number), ''))"
)

Key = tuple[int, int]
Word = tuple[int, str]


@dataclass(frozen=True, slots=True)
class _Read:
    """An entry whose texts have been read; without vectors where those that are held are of the same texts."""

    entry: Entry
    source: bytes
    vectors: Vectors | None


class PostgresTextIndex(SchemaIndex):
    """An `Index` (see `_behind`) in a schema with the name of the place."""

    tables = ("passage", "word", "entry")

    def __init__(self, postgres: Postgres, place: Place, model: TextModel) -> None:
        super().__init__(postgres, place)
        self._model = model

    def create(self) -> None:
        with self._postgres.transaction() as connection:
            connection.execute("SELECT pg_advisory_xact_lock(hashtext($1))", (self._schema,))
            if connection.execute("SELECT to_regnamespace($1)", (self._schema,)).fetchone() == (None,):
                for statement in _TABLES.format(self._schema).split(";"):
                    connection.execute(statement)

    def prepare(self, entries: Sequence[Entry]) -> int:
        """Texts are taken apart faster than they are written."""
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
        some = "(SELECT DISTINCT id FROM {0}.{1} WHERE project_id = $1 AND id > $2 ORDER BY id LIMIT $3)"
        ids = " UNION ".join(some.format(self._schema, table) for table in ("entry", "passage"))
        statement = (
            f"SELECT i.id, coalesce(e.revision, 0), coalesce((SELECT {_DIGEST.format('e')} "
            f"FROM {self._schema}.passage p WHERE p.project_id = $1 AND p.id = i.id), '') "
            f"FROM ({ids} ORDER BY id LIMIT $3) i "
            f"LEFT JOIN {self._schema}.entry e ON e.project_id = $1 AND e.id = i.id ORDER BY i.id"
        )
        rows: list[tuple[int, int, bytes]] = [(FIRST, 0, b"")]
        while rows:
            rows = connection.execute(statement, (project_id, rows[-1][0], _BATCH)).fetchall()
            yield from (Stored(*row) for row in rows)

    def digests(self, connection: Connection, entries: Sequence[Entry]) -> list[bytes]:
        digests: list[bytes] = []
        for begin in range(0, len(entries), _BATCH):
            digests += self._digests(connection, entries[begin : begin + _BATCH])
        return digests

    def unfound(self, connection: Connection, entries: Sequence[Entry]) -> Iterator[int]:
        """Fuzzy words and patterns find an entry only if its words are among those of the project."""
        for begin in range(0, len(entries), _UNFOUND):
            yield from self._unfound(connection, entries[begin : begin + _UNFOUND])

    def _remove(self, connection: Connection, gone: Sequence[Gone]) -> None:
        """What is not newer; passages that belong to nothing too."""
        if not gone:
            return
        arrays = [one.project_id for one in gone], [one.id for one in gone], [one.revision for one in gone]
        connection.execute(
            f"DELETE FROM {self._schema}.entry e USING unnest($1::bigint[], $2::bigint[], $3::bigint[]) "
            "AS g(project_id, id, revision) WHERE e.project_id = g.project_id AND e.id = g.id "
            "AND e.revision <= g.revision",
            arrays,
        )
        newer = self._there(connection, gone)
        keys = ((one.project_id, one.id) for one in gone)
        self._remove_passages(connection, (key for key in keys if key not in newer))

    def _remove_passages(self, connection: Connection, keys: Iterable[Key]) -> None:
        if keys := list(keys):
            connection.execute(
                f"DELETE FROM {self._schema}.passage p USING unnest($1::bigint[], $2::bigint[]) AS g(project_id, id) "
                "WHERE p.project_id = g.project_id AND p.id = g.id",
                [list(column) for column in zip(*keys, strict=True)],
            )

    def _write(self, connection: Connection, entries: Sequence[Entry]) -> list[Rejected]:
        """One batch. The words of what only moved or changed otherwise beside its texts stay as they are."""
        there = self._there(connection, entries)
        rejected: list[Rejected] = []
        written: list[_Read] = []
        for entry in entries:
            revision, known = there.get((entry.project_id, entry.id), (0, b""))
            if revision > entry.revision:
                continue
            # Who writes the same again may do so because something is wrong with what is there.
            read = self._read(entry, known if revision < entry.revision else b"")
            if isinstance(read, Rejected):
                rejected.append(read)
            else:
                written.append(read)
        self._write_entries(connection, written)
        anew = [one for one in written if one.vectors]
        keys = ((one.entry.project_id, one.entry.id) for one in anew)
        self._remove_passages(connection, (key for key in keys if key in there))
        self._write_passages(connection, anew)
        return rejected

    def _there(self, connection: Connection, entries: Sequence[Change]) -> dict[Key, tuple[int, bytes]]:
        rows = connection.execute(
            f"SELECT e.project_id, e.id, e.revision, e.source FROM {self._schema}.entry e "
            "JOIN unnest($1::bigint[], $2::bigint[]) AS g(project_id, id) USING (project_id, id)",
            ([entry.project_id for entry in entries], [entry.id for entry in entries]),
        )
        return {(project_id, id): (revision, source) for project_id, id, revision, source in rows}

    def _read(self, entry: Entry, known: bytes = b"") -> _Read | Rejected:
        """Its words, unless they are made from what is known."""
        try:
            texts = self._model.texts(entry)
        except BlobError as error:
            return Rejected(entry, str(error))
        languages = self._model.languages(entry)
        made_from = source(texts, languages)
        if made_from == known:
            return _Read(entry, made_from, None)
        return _Read(entry, made_from, vectors(entry.project_id, self._model.fields, texts, languages))

    def _write_entries(self, connection: Connection, read: Sequence[_Read]) -> None:
        columns = [
            [one.entry.project_id for one in read],
            [one.entry.id for one in read],
            [one.entry.revision for one in read],
            [one.source for one in read],
            [self._kept(one.entry) for one in read],
        ]
        connection.execute(
            f"INSERT INTO {self._schema}.entry (project_id, id, revision, source, kept) "
            "SELECT * FROM unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::bytea[], $5::jsonb[]) "
            "ON CONFLICT (project_id, id) DO UPDATE "
            "SET revision = excluded.revision, source = excluded.source, kept = excluded.kept",
            columns,
        )

    def _write_passages(self, connection: Connection, read: Sequence[_Read]) -> None:
        copy = f"COPY {self._schema}.passage (project_id, id, number, terms) FROM STDIN"
        new: dict[int, set[str]] = {}
        with connection.cursor() as cursor, cursor.copy(copy) as stream:
            for one in read:
                entry = one.entry
                assert one.vectors is not None
                new.setdefault(entry.project_id, set()).update(one.vectors.words)
                for number, passage in enumerate(one.vectors.passages):
                    stream.write_row((entry.project_id, entry.id, number, passage))
        for project_id, some in new.items():
            connection.execute(
                f"INSERT INTO {self._schema}.word SELECT $1, asked.word FROM unnest($2::text[]) AS asked(word) "
                f"WHERE NOT EXISTS (SELECT 1 FROM {self._schema}.word w "
                "WHERE w.project_id = $1 AND w.word = asked.word) ON CONFLICT DO NOTHING",
                (project_id, sorted(some)),
            )

    def _unfound(self, connection: Connection, entries: Sequence[Entry]) -> Iterator[int]:
        within: dict[Word, list[int]] = {}
        for place, entry in enumerate(entries):
            for word in self._words(entry):
                within.setdefault((entry.project_id, word), []).append(place)
        missing = connection.execute(
            "SELECT asked.project_id, asked.word FROM unnest($1::bigint[], $2::text[]) AS asked(project_id, word) "
            f"WHERE NOT EXISTS (SELECT 1 FROM {self._schema}.word w "
            "WHERE w.project_id = asked.project_id AND w.word = asked.word)",
            ([project_id for project_id, _ in within], [word for _, word in within]),
        )
        places = {place for word in missing for place in within[word]}
        yield from (entries[place].id for place in sorted(places))

    def _words(self, entry: Entry) -> set[str]:
        """None of one whose texts are not to be had."""
        try:
            return {word for text in self._model.texts(entry).values() for word in words(text)}
        except BlobError:
            return set()

    def _kept(self, entry: Entry) -> str:
        return orjson.dumps(self._model.held(entry)).decode()

    def _digests(self, connection: Connection, entries: Sequence[Entry]) -> list[bytes]:
        read = [(place, one) for place, entry in enumerate(entries) if isinstance(one := self._read(entry), _Read)]
        passages = [
            (place, number, passage)
            for place, one in read
            for number, passage in enumerate(one.vectors.passages if one.vectors else ())
        ]
        rows: list[tuple[int, bytes]] = connection.execute(
            f"SELECT e.place, {_DIGEST.format('e')} FROM unnest($1::int[], $2::bytea[], $3::jsonb[]) "
            "AS e(place, source, kept) LEFT JOIN unnest($4::int[], $5::int[], $6::tsvector[]) "
            "AS p(place, number, terms) ON p.place = e.place GROUP BY e.place, e.source, e.kept",
            (
                [place for place, _ in read],
                [one.source for _, one in read],
                [self._kept(one.entry) for _, one in read],
                *([passage[i] for passage in passages] for i in range(3)),
            ),
        ).fetchall()
        digests = dict(rows)
        return [digests.get(place, b"") for place in range(len(entries))]
