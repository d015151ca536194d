"""Inline tables of one project, retold from its log while nobody can write to it."""

from collections.abc import Iterator
from itertools import islice

from events._event import Recorded
from events._store import EventStore
from projections._coalesce import Quoter
from projections._forgetting import forget
from projections._sink import RelationalSink
from projections._write import Projectors
from repos.postgres_repo import Postgres

BATCH = 5_000
MENDABLE = frozenset({"row_missing", "row_unexpected", "value_wrong"})
"""The kinds of differences that end when the tables are retold."""


def retell_tables(
    postgres: Postgres, projectors: Projectors, quote: Quoter, project_id: int, *, batch: int = BATCH
) -> None:
    """Readers see the old rows until all new ones are there."""
    sink = RelationalSink(projectors, quote)
    store = EventStore(postgres)
    with postgres.transaction() as connection:
        head = store.head(connection, project_id, lock=True)
        connection.execute("SET CONSTRAINTS ALL DEFERRED")
        forget(connection, project_id, lambda: False)
        if head is None:
            return
        recorded = store.read(connection, project_id, until=head.revision)
        for some in _batches(recorded, batch):
            sink.retell(connection, some)


def _batches(recorded: Iterator[Recorded], size: int) -> Iterator[list[Recorded]]:
    while batch := list(islice(recorded, size)):
        yield batch
