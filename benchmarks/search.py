"""Searching 100,000 documents by text and filter with highlights, against the query one would write by hand."""

from functools import partial
from pathlib import Path
from time import perf_counter
from typing import Any

from benchmarks import search_elastic
from benchmarks._figures import Report
from benchmarks._library import FIRST, PROJECT, Library
from benchmarks._searches import NAMED, SIZE, Found, Pair, compare, questions, search
from projections._behind import Place
from projections._text_postgres import PostgresTextIndex
from projections._text_postgres_reader import PostgresTextReader
from projections.document_text import document_text
from repos.blob_repo import BlobRepo
from repos.postgres_repo import Postgres

_PLACE = Place("document_text", 900)
_BY_HAND = (
    "SELECT f.id, f.score, f.total, ts_headline('english', f.text, q.q, 'MaxFragments=5') FROM ("
    " SELECT d.id, d.text, ts_rank(d.terms, q.q, 1) AS score, count(*) OVER () AS total"
    " FROM public.by_hand d JOIN inline.source_document s USING (id), to_tsquery('english', $1) AS q(q)"
    " WHERE d.terms @@ q.q AND s.project_id = $2 AND s.name_fold LIKE $3 ORDER BY score DESC, d.id LIMIT $4"
    ") f, to_tsquery('english', $1) AS q(q) ORDER BY f.score DESC, f.id"
)


def measure(report: Report, url: str, folder: Path, size: int) -> None:
    library = Library(size)
    postgres, blobs = Postgres(url), BlobRepo(folder / "library")
    library.fill(postgres, blobs)
    model = document_text(blobs)
    index = PostgresTextIndex(postgres, _PLACE, model)
    index.create()
    begun = perf_counter()
    _index(postgres, index, library)
    rate = size / (perf_counter() - begun)
    report.tell("search.index", rate, "documents/s", note=f"{size:,} documents into PostgreSQL")
    _by_hand(postgres, library)
    ours = partial(search, postgres, blobs, PostgresTextReader(postgres, _PLACE, model))
    for name, pairs in questions(library):
        compare(report, f"search.document.{name}", pairs, ours, partial(_theirs, postgres))
    search_elastic.measure(report, postgres, blobs, library, folder)
    postgres.close()


def _index(postgres: Postgres, index: PostgresTextIndex, library: Library) -> None:
    for entries in library.entries():
        with postgres.transaction() as connection:
            assert not index.write(connection, entries)


def _by_hand(postgres: Postgres, library: Library) -> None:
    with postgres.transaction() as connection:
        connection.execute("CREATE TABLE public.by_hand (id bigint PRIMARY KEY, text text, terms tsvector)")
        with connection.cursor() as cursor, cursor.copy("COPY public.by_hand (id, text) FROM STDIN") as copy:
            for number in range(1, library.size + 1):
                copy.write_row((FIRST + number - 1, library.text(number)))
        connection.execute("UPDATE public.by_hand SET terms = to_tsvector('english', text)")
        connection.execute("CREATE INDEX ON public.by_hand USING gin (terms)")
    with postgres.connection() as connection:
        for table in ("public.by_hand", f"{_PLACE.name}.passage", f"{_PLACE.name}.entry", "inline.source_document"):
            connection.execute(f"VACUUM ANALYZE {table}")


def _theirs(postgres: Postgres, pair: Pair) -> Found:
    with postgres.connection() as connection:
        asked = (" | ".join(pair), PROJECT, f"%{NAMED}%", SIZE)
        rows: list[tuple[Any, ...]] = connection.execute(_BY_HAND, asked).fetchall()
    return rows[0][2] if rows else 0, [row[0] for row in rows]
