"""The `eventsourcing` library's own way to keep a read table: one event, one transaction."""

from collections.abc import Iterator
from contextlib import contextmanager
from time import perf_counter
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit
from uuid import UUID

from eventsourcing.application import Application
from eventsourcing.dispatch import singledispatchmethod
from eventsourcing.domain import Aggregate, event
from eventsourcing.persistence import Tracking
from eventsourcing.postgres import PostgresTrackingRecorder
from eventsourcing.projection import Projection, ProjectionRunner
from psycopg.sql import SQL

_TABLE = "public.library_span"
_SAID = ("sdoc_id", "code_id", "begin", "end", "words")


class Span(Aggregate):
    @event("Created")
    def __init__(self, sdoc_id: int, code_id: int, begin: int, end: int, words: str) -> None:
        self.sdoc_id, self.code_id, self.begin, self.end, self.words = sdoc_id, code_id, begin, end, words


class Spans(Application[UUID]):
    pass


class SpanView(PostgresTrackingRecorder):
    """A table with the columns and indexes of ours, written a row at a time."""

    def __init__(self, *arguments: Any, **keywords: Any) -> None:
        super().__init__(*arguments, **keywords)
        table = f"CREATE TABLE IF NOT EXISTS {_TABLE} (LIKE inline.span_annotation INCLUDING ALL)"
        self.sql_create_statements.append(SQL(table).format())

    def add(self, tracking: Tracking, *values: object) -> None:
        with self.datastore.transaction(commit=True) as cursor:
            cursor.execute(
                SQL(
                    f'INSERT INTO {_TABLE} (id, uuid, project_id, sdoc_id, code_id, user_id, begin, "end", '
                    "begin_token, end_token, text, text_fold, text_version, coded_revision, version, created, updated) "
                    "VALUES (%s, %s, 1, %s, %s, 10000, %s, %s, 0, 3, %s, lower(%s), 1, 1, 1, now(), now())"
                ),
                (tracking.notification_id, *values, values[-1]),
                prepare=True,
            )
            self._insert_tracking(cursor, tracking)


class SpanProjection(Projection[SpanView]):
    name = "spans"

    @singledispatchmethod
    def process_event(self, domain_event: Any, tracking: Tracking) -> None:
        raise AssertionError(domain_event)

    @process_event.register
    def _(self, one: Span.Created, tracking: Tracking) -> None:
        said = vars(one)
        self.view.add(tracking, one.originator_id, *(said[name] for name in _SAID))


class LibraryProjection:
    """`rate` lets the library's runner retell so many new events; how many a second that was."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        query = parse_qs(parts.query)
        self._environment = {
            "PERSISTENCE_MODULE": "eventsourcing.postgres",
            "POSTGRES_DBNAME": parts.path.lstrip("/"),
            "POSTGRES_HOST": query["host"][0],
            "POSTGRES_PORT": query.get("port", ["5432"])[0],
            "POSTGRES_USER": unquote(parts.username or ""),
            "POSTGRES_PASSWORD": "none",
        }
        self._app = Spans(env=self._environment)

    def rate(self, number: int) -> float:
        last = 0
        for begin in range(0, number, 500):
            made = [Span(1 + i % 50, 1 + i % 20, i, i + 14, "lazy afternoon") for i in range(begin, begin + 500)]
            last = self._app.save(*made)[-1].notification.id
        with _running(self._environment) as runner:
            begun = perf_counter()
            runner.wait(last, timeout=600)
            return number / (perf_counter() - begun)

    def close(self) -> None:
        self._app.close()


@contextmanager
def _running(environment: dict[str, str]) -> Iterator[ProjectionRunner[Spans, SpanView]]:
    with ProjectionRunner(
        application_class=Spans, projection_class=SpanProjection, view_class=SpanView, env=environment
    ) as runner:
        yield runner
