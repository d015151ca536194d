"""Searches in a library as the API makes them, and how many of them there are in a second."""

from collections.abc import Callable, Iterator, Sequence
from time import perf_counter

import orjson

from benchmarks._figures import Report, paired
from benchmarks._library import PROJECT, Library
from projections._text_reader import TextReader
from queries import sdoc_filter
from queries._table import Page
from queries.document_search_service import shown
from queries.table_search_dto import SdocFilter
from queries.text_search_service import TextSearch
from repos.blob_repo import BlobRepo
from repos.postgres_repo import Postgres
from systems.text_query_simple_system import parse_simple

NAMED = "7"
SIZE = 10
BAR = 0.7
_QUERIES = 20
_FILTER = SdocFilter.model_validate(
    {
        "logic_operator": "and",
        "items": [{"column": "SD_SOURCE_DOCUMENT_NAME", "operator": "STRING_CONTAINS", "value": NAMED}],
    }
)
Pair = tuple[str, str]
Found = tuple[int, list[int]]
"""How many there are, and the ids of the first."""


def questions(library: Library) -> Iterator[tuple[str, list[Pair]]]:
    """Pairs of words, one of which must be in a text."""
    for name, words in (("frequent", library.words[40:400:18]), ("rare", library.words[2_000:20_000:900])):
        yield name, list(zip(words, reversed(words), strict=True))[:_QUERIES]


def compare(
    report: Report,
    name: str,
    pairs: Sequence[Pair],
    ours: Callable[[Pair], Found],
    by_hand: Callable[[Pair], Found],
    bar: float | None = BAR,
) -> None:
    """The same hits, and as many; those of one score may be others, as scores are not made the same way."""
    for pair in pairs:
        assert ours(pair)[0] == by_hand(pair)[0]
    figure = paired(lambda: _rate(ours, pairs), lambda: _rate(by_hand, pairs))
    if bar is None:
        report.tell(name, figure.ratio, "x", note=figure.note("searches/s"))
    else:
        report.at_least(name, figure.ratio, bar, note=figure.note("searches/s"))


def search(postgres: Postgres, blobs: BlobRepo, reader: TextReader, pair: Pair) -> Found:
    """With everything that is shown, as JSON."""
    tree = parse_simple(" | ".join(pair))
    with postgres.snapshot() as db:
        asked = TextSearch(reader, sdoc_filter.sdocs(db, PROJECT), tree, _FILTER.tree())
        found = asked.ranked(db, Page(SIZE))
        answer = shown(db, blobs, found, tree, highlight=True, ranked=True)
    assert orjson.dumps(answer, option=orjson.OPT_NON_STR_KEYS | orjson.OPT_UTC_Z)
    assert len(answer["hits"]) == min(found.total, SIZE)
    return found.total, [hit.id for hit in found.hits]


def _rate(ask: Callable[[Pair], Found], pairs: Sequence[Pair]) -> float:
    begun = perf_counter()
    for pair in pairs:
        ask(pair)
    return len(pairs) / (perf_counter() - begun)
