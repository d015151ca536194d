"""Following the log: a read table behind it, against the library's own runner."""

from itertools import islice
from time import perf_counter

from benchmarks._corpus import Builder
from benchmarks._figures import PAIRS, Report, paired
from benchmarks._library_projection import LibraryProjection
from events._event import Envelope, Fact, stream
from events._store import Append
from events.span_annotation_events import SpanAnnotationDeleted, SpanAnnotationRecoded
from projections import INLINE
from projections import _registry as registry
from projections._behind import Place
from projections._follow import Follower
from projections._model import Backend, Model
from projections._tables_target import TablesTarget
from projections.span_annotation_orm import SpanAnnotationORM

SPANS = Model("spans", {"span_annotation": INLINE["span_annotation"]})
LIBRARY_EVENTS = 2_000
_CREATED, _CHANGED = 0.9, 0.05


def measure(report: Report, builder: Builder, many: int) -> None:
    project_id = _log(builder, many)
    postgres = builder.services.postgres
    library = LibraryProjection(postgres.url)
    version = 0

    def ours() -> float:
        """From nothing to the end of the log, with all indexes."""
        nonlocal version
        version += 1
        place = Place("spans", version)
        quote = builder.services.quote
        target = TablesTarget(postgres, place, [SpanAnnotationORM], SPANS.projectors, quote)
        target.create()
        with postgres.connection() as connection:
            registry.add(connection, SPANS.name, Backend.POSTGRES, "kept")
        follower = Follower(postgres, SPANS, target)
        begun = perf_counter()
        events = 0
        while (step := follower.step([project_id])).projects:
            events += step.events
        target.complete()
        rate = events / (perf_counter() - begun)
        target.drop()
        return rate

    library.rate(LIBRARY_EVENTS // 4)
    pair = paired(ours, lambda: library.rate(LIBRARY_EVENTS), PAIRS)
    library.close()
    note = f"{many:,} events, 90 % created: {pair.note('events/s')}"
    report.at_least("behind.relational", pair.ours, 30_000, "events/s", note=note)
    report.at_least("behind.relational.ratio", pair.ratio, 10, note="against the library's ProjectionRunner")


def _log(builder: Builder, many: int) -> int:
    """A project whose spans are made, then some are given another code, and others removed."""
    services = builder.services
    corpus = builder.corpus(int(many * _CREATED))
    with services.postgres.connection() as connection:
        rows = connection.execute(
            'SELECT id, sdoc_id, code_id, user_id, begin, "end", text_version FROM inline.span_annotation '
            "WHERE project_id = $1 ORDER BY id LIMIT $2",
            (corpus.project_id, int(many * (1 - _CREATED))),
        ).fetchall()
    changed = int(many * _CHANGED)
    facts = []
    for id, sdoc_id, code_id, *_ in rows[:changed]:
        recoded = SpanAnnotationRecoded(sdoc_id=sdoc_id, code_id=corpus.code_ids[1], was=code_id)
        facts.append(Fact(stream("span_annotation", id), recoded))
    names = ("sdoc_id", "code_id", "user_id", "begin", "end", "text_version")
    for id, *columns in rows[changed:]:
        deleted = SpanAnnotationDeleted(**dict(zip(names, columns, strict=True)))
        facts.append(Fact(stream("span_annotation", id), deleted))
    left = iter(facts)
    while batch := list(islice(left, 50_000)):
        with services.postgres.connection() as connection:
            versions = {fact.stream_id: 1 for fact in batch}
            services.store.append(connection, Append(corpus.project_id, batch, Envelope(10_000, "benchmark"), versions))
    return corpus.project_id
