"""Searching 100,000 documents by text and filter with highlights, against the query one would write by hand."""

import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from benchmarks._figures import Report, paired
from benchmarks._library import PROJECT, Library
from projections._behind import Place
from projections._text_postgres import PostgresTextIndex
from projections._text_postgres_reader import PostgresTextReader
from projections.document_text import document_text
from queries import sdoc_filter
from queries._table import Page
from queries.document_search_service import shown
from queries.table_search_dto import SdocFilter
from queries.text_search_service import TextSearch
from repos.blob_repo import BlobRepo
from repos.postgres_repo import Postgres
from systems.text_query_simple_system import parse_simple

_PLACE = Place("document_text", 900)
_FILTER = SdocFilter.model_validate(
    {
        "logic_operator": "and",
        "items": [{"column": "SD_SOURCE_DOCUMENT_NAME", "operator": "STRING_CONTAINS", "value": "7"}],
    }
)
_QUERIES = 20
_BY_HAND = (
    "SELECT f.id, f.score, f.total, ts_headline('english', f.text, q.q, 'MaxFragments=5') FROM ("
    " SELECT d.id, d.text, ts_rank(d.terms, q.q, 1) AS score, count(*) OVER () AS total"
    " FROM public.by_hand d JOIN inline.source_document s USING (id), to_tsquery('english', $1) AS q(q)"
    " WHERE d.terms @@ q.q AND s.project_id = $2 AND s.name_fold LIKE '%7%' ORDER BY score DESC, d.id LIMIT 10"
    ") f, to_tsquery('english', $1) AS q(q) ORDER BY f.score DESC, f.id"
)


def measure(report: Report, url: str, folder: Path, size: int) -> None:
    library = Library(size)
    postgres, blobs = Postgres(url), BlobRepo(folder / "library")
    library.fill(postgres, blobs)
    model = document_text(blobs)
    index = PostgresTextIndex(postgres, _PLACE, model)
    index.create()
    seconds = _timed(lambda: _index(postgres, index, library))
    report.tell("search.index", size / seconds, "documents/s", note=f"{size:,} documents into PostgreSQL")
    _by_hand(postgres, library)
    reader = PostgresTextReader(postgres, _PLACE, model)
    frequent, rare = library.words[40:400:18], library.words[2_000:20_000:900]
    for name, words in (("frequent", frequent), ("rare", rare)):
        pairs = list(zip(words, reversed(words), strict=True))[:_QUERIES]

        def ours(pairs: Sequence[tuple[str, str]] = pairs) -> float:
            return _rate([partial(_ours, postgres, blobs, reader, f"{a} | {b}") for a, b in pairs])

        def theirs(pairs: Sequence[tuple[str, str]] = pairs) -> float:
            return _rate([partial(_theirs, postgres, f"{a} | {b}") for a, b in pairs])

        figure = paired(ours, theirs)
        report.at_least(f"search.document.{name}", figure.ratio, 0.7, note=figure.note("searches/s"))
    postgres.close()


def _index(postgres: Postgres, index: PostgresTextIndex, library: Library) -> None:
    for entries in library.entries():
        with postgres.transaction() as connection:
            assert not index.write(connection, entries, [])


def _by_hand(postgres: Postgres, library: Library) -> None:
    with postgres.transaction() as connection:
        connection.execute("CREATE TABLE public.by_hand (id bigint PRIMARY KEY, text text, terms tsvector)")
        with connection.cursor() as cursor, cursor.copy("COPY public.by_hand (id, text) FROM STDIN") as copy:
            for id in range(1, library.size + 1):
                copy.write_row((id, library.text(id)))
        connection.execute("UPDATE public.by_hand SET terms = to_tsvector('english', text)")
        connection.execute("CREATE INDEX ON public.by_hand USING gin (terms)")
    with postgres.connection() as connection:
        for table in ("public.by_hand", f"{_PLACE.name}.passage", f"{_PLACE.name}.entry", "inline.source_document"):
            connection.execute(f"VACUUM ANALYZE {table}")


def _ours(postgres: Postgres, blobs: BlobRepo, reader: PostgresTextReader, query: str) -> int:
    tree = parse_simple(query)
    with postgres.snapshot() as db:
        search = TextSearch(reader, sdoc_filter.sdocs(db, PROJECT), tree, _FILTER.tree())
        found = search.ranked(db, Page(10))
        answer = shown(db, blobs, found, tree, highlight=True, ranked=True)
    assert len(answer["hits"]) == min(found.total, 10)
    return found.total


def _theirs(postgres: Postgres, query: str) -> int:
    with postgres.connection() as connection:
        rows: list[tuple[Any, ...]] = connection.execute(_BY_HAND, (query, PROJECT)).fetchall()
    return int(rows[0][2]) if rows else 0


def _rate(searches: Sequence[Callable[[], int]]) -> float:
    return len(searches) / _timed(lambda: [search() for search in searches])


def _timed(do: Callable[[], object]) -> float:
    begun = time.perf_counter()
    do()
    return time.perf_counter() - begun
