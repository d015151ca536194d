"""A log with its inline tables, to be told what happened."""

from dataclasses import dataclass

from sqlalchemy import select

from events._event import Envelope, Fact
from events._store import Append, EventStore
from projections import INLINE
from projections._crud import Record, records
from projections._sink import RelationalSink
from projections._write import Quote, Table
from repos.postgres_repo import Postgres

ADA = 10_000
PROJECT = 1


def quote(_: int, passage: Quote) -> str:
    return f"[{passage.begin}, {passage.end})"


@dataclass(frozen=True)
class Log:
    """The log of project 1, if not said otherwise; `record` appends as one command."""

    postgres: Postgres
    store: EventStore

    def record(self, *facts: Fact, actor_id: int = ADA, project_id: int = PROJECT) -> None:
        with self.postgres.connection() as connection:
            versions = self.store.versions(connection, project_id, [fact.stream_id for fact in facts])
            self.store.append(connection, Append(project_id, facts, Envelope(actor_id, "test"), versions))

    def again(self) -> None:
        """Write the last event once more, as after a crash between sink and checkpoint."""
        with self.postgres.transaction() as connection:
            last = next(self.store.read(connection, PROJECT, backwards=True))
            RelationalSink(INLINE, quote).write(connection, [last])

    def rows(self, table: Table) -> list[Record]:
        columns = table.__table__
        with self.postgres.session() as db:
            return records(db, select(columns).order_by(*columns.primary_key))
