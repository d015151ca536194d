"""The table of a million spans, filtered and sorted, against SQL that was written by hand for the question."""

from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from random import Random
from statistics import median
from time import perf_counter
from typing import Any

import orjson
from psycopg.rows import dict_row

from benchmarks._corpus import EVENTS_AT_ONCE, USER_ID, Builder, Corpus
from benchmarks._figures import PAIRS, Report, paired
from events._event import Envelope, Fact, stream
from events._store import Append
from events.project_metadata_events import ProjectMetadataCreated
from events.source_document_metadata_events import SourceDocumentMetadataSet
from events.tag_events import TagCreated
from events.tag_link_events import TagLinked
from queries import annotation_table
from queries._table import Page
from queries.table_search_dto import SpanFilter
from queries.table_search_service import span_rows
from systems.filter_system import EVERYTHING, Group
from systems.sorting_system import Sort

SIZE = 50
PAGES = (0, 99)
TAGS = 4
BAR = 0.5
_ENVELOPE = Envelope(USER_ID, "benchmark")
_WORDS = "der stille Nachmittag wollte nicht enden the lazy afternoon went on Stra\u00dfe \u00e9t\u00e9 joy light while"
_BY_HAND = """
WITH found AS (
 SELECT s.id, left(s.text_fold, 200) AS words, d.name_fold FROM inline.span_annotation s
 JOIN inline.source_document d ON d.id = s.sdoc_id
 WHERE s.project_id = $1 AND s.code_id = $2 AND s.text_fold LIKE $3
 AND EXISTS (SELECT FROM inline.tag_link l WHERE l.sdoc_id = s.sdoc_id AND l.tag_id = $4)
 AND EXISTS (SELECT FROM inline.source_document_metadata v
  WHERE v.source_document_id = s.sdoc_id AND v.project_metadata_id = $5 AND v.int_value >= $6)
), page AS (SELECT * FROM found ORDER BY words, name_fold, id LIMIT $7 OFFSET $8)
SELECT (SELECT count(*) FROM found) AS total, s.id, s.text AS span_text, s.begin, s."end", s.user_id,
 to_jsonb(c) - 'name_key' AS code, to_jsonb(d) - 'name_key' AS sdoc,
 ARRAY(SELECT tag_id FROM inline.tag_link l WHERE l.sdoc_id = s.sdoc_id ORDER BY tag_id) AS tag_ids,
 (SELECT to_jsonb(m) FROM inline.memo m WHERE m.span_annotation_id = s.id ORDER BY m.user_id <> $9, m.id LIMIT 1)
  AS memo
FROM page JOIN inline.span_annotation s ON s.id = page.id
JOIN inline.code c ON c.id = s.code_id JOIN inline.source_document d ON d.id = s.sdoc_id
ORDER BY page.words, page.name_fold, page.id
"""


def measure(report: Report, builder: Builder, many: int) -> None:
    random = Random(1)
    corpus = builder.corpus(many, " ".join(random.choices(_WORDS.split(), k=5_000)))
    tag_ids = builder.services.postgres.next_ids("tag", TAGS)
    year = builder.services.postgres.next_id("projmeta")
    _describe(builder, corpus, tag_ids, year, random)
    for page in PAGES:

        def ours(page: int = page) -> list[int]:
            return _search(builder, corpus, _filter(corpus, tag_ids[0], year), page)

        def by_hand(page: int = page) -> list[int]:
            return _by_hand(builder, corpus, tag_ids[0], year, page)

        total, *found = ours()
        if total < (page + 1) * SIZE:
            why = f"{total:,} spans of {many:,} do not fill so many pages"
            report.unmeasured(f"search.table.page_{page + 1}", "x", why)
            continue
        assert len(found) == SIZE
        assert [total, *found] == by_hand()
        pair = paired(lambda: 1 / _seconds(ours), lambda: 1 / _seconds(by_hand))
        note = f"page {page + 1} of {total:,} spans of {many:,}: {pair.note('answers/s')}"
        report.at_least(f"search.table.page_{page + 1}", pair.ratio, BAR, note=note)
    _tell(report, builder, corpus, tag_ids[0], year)


def _tell(report: Report, builder: Builder, corpus: Corpus, tag_id: int, year: int) -> None:
    """Questions on the same table that nobody has set a bar for."""
    text = {"column": "SP_SPAN_TEXT", "operator": "STRING_CONTAINS", "value": "strasse"}
    either = {"logic_operator": "or", "items": [text, {"column": year, "operator": "NUMBER_LT", "value": 3}]}
    questions: dict[str, tuple[Group, Sequence[Sort]]] = {
        "all": (EVERYTHING, ()),
        "all.sorted": (EVERYTHING, [Sort("SP_SPAN_TEXT")]),
        "text": (SpanFilter.model_validate({"logic_operator": "and", "items": [text]}).tree(), ()),
        "either": (SpanFilter.model_validate(either).tree(), [Sort(year), Sort("SP_SOURCE_SOURCE_DOCUMENT_NAME")]),
    }
    for name, (filter, sorts) in questions.items():

        def ask(filter: Group = filter, sorts: Sequence[Sort] = sorts) -> list[int]:
            return _search(builder, corpus, filter, 0, sorts)

        ask()
        seconds = median(_seconds(ask) for _ in range(PAIRS))
        report.tell(f"search.table.{name}", seconds * 1000, "ms", note=f"{ask()[0]:,} spans found")


def _filter(corpus: Corpus, tag_id: int, year: int) -> Group:
    items = [
        {"column": "SP_CODE_ID", "operator": "ID_EQUALS", "value": corpus.code_ids[3]},
        {"column": "SP_SPAN_TEXT", "operator": "STRING_CONTAINS", "value": "E"},
        {"column": "SP_TAG_ID_LIST", "operator": "ID_LIST_CONTAINS", "value": [tag_id]},
        {"column": year, "operator": "NUMBER_GTE", "value": 50},
    ]
    return SpanFilter.model_validate({"logic_operator": "and", "items": items}).tree()


def _search(
    builder: Builder,
    corpus: Corpus,
    filter: Group,
    page: int,
    sorts: Sequence[Sort] = (Sort("SP_SPAN_TEXT"), Sort("SP_SOURCE_SOURCE_DOCUMENT_NAME")),
) -> list[int]:
    """How many there are and the ids of the page, whose rows have become JSON."""
    with builder.services.postgres.snapshot() as db:
        table = annotation_table.spans(db, corpus.project_id, USER_ID)
        found = table.search(db, filter, sorts, Page(SIZE, page * SIZE))
        rows = span_rows(db, found.ids, USER_ID)
    assert orjson.dumps({"total_results": found.total, "data": rows}, option=orjson.OPT_UTC_Z)
    return [found.total, *found.ids]


def _by_hand(builder: Builder, corpus: Corpus, tag_id: int, year: int, page: int) -> list[int]:
    asked = (corpus.project_id, corpus.code_ids[3], "%e%", tag_id, year, 50, SIZE, page * SIZE, USER_ID)
    with builder.services.postgres.connection() as connection, connection.cursor(row_factory=dict_row) as cursor:
        rows = cursor.execute(_BY_HAND, asked).fetchall()
    assert orjson.dumps({"total_results": rows[0]["total"], "data": rows}, option=orjson.OPT_UTC_Z)
    return [rows[0]["total"], *(row["id"] for row in rows)]


def _seconds(ask: Callable[[], Any]) -> float:
    begun = perf_counter()
    ask()
    return perf_counter() - begun


def _describe(builder: Builder, corpus: Corpus, tag_ids: Sequence[int], year: int, random: Random) -> None:
    """Two tags of four on every document, and a year."""
    store, postgres = builder.services.store, builder.services.postgres
    facts = _facts(corpus, tag_ids, year, random)
    while batch := list(islice(facts, EVENTS_AT_ONCE)):
        with postgres.connection() as connection:
            store.append(connection, Append(corpus.project_id, batch, _ENVELOPE))
    with postgres.connection() as connection:
        connection.execute("ANALYZE")


def _facts(corpus: Corpus, tag_ids: Sequence[int], year: int, random: Random) -> Iterator[Fact]:
    for number, tag_id in enumerate(tag_ids):
        name = f"tag {number}"
        tag = TagCreated(name=name, name_key=name, color="#4e79a7", description="", parent_id=None)
        yield Fact(stream("tag", tag_id), tag)
    definition = ProjectMetadataCreated(
        key="year", name_key="year", metatype="NUMBER", doctype="text", description="", read_only=False
    )
    yield Fact(stream("projmeta", year), definition)
    for sdoc_id in corpus.sdoc_ids:
        for tag_id in random.sample(tag_ids, 2):
            yield Fact(stream("tag_link", sdoc_id, tag_id), TagLinked(sdoc_id=sdoc_id, tag_id=tag_id))
        value = SourceDocumentMetadataSet(
            sdoc_id=sdoc_id, projmeta_id=year, metatype="NUMBER", value=random.randrange(100), was=None
        )
        yield Fact(stream("sdocmeta", sdoc_id, year), value)
