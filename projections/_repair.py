"""Inline tables of some projects, each retold from its log while nobody can write to it."""

from collections.abc import Iterable
from itertools import islice

from events._store import EventStore, Unreadable
from projections._ahead import TRANSIENT
from projections._batches import said
from projections._coalesce import Quoter
from projections._forgetting import forget
from projections._sink import RelationalSink
from projections._write import Projectors
from repos._obstacle import Obstacle
from repos.postgres_repo import Connection, Postgres

BATCH = 5_000
MENDABLE = frozenset({"row_missing", "row_unexpected", "value_wrong"})
"""The kinds of differences that end when the tables are retold."""


class NotRetold(Obstacle):
    """The tables of a project cannot be retold from its log, and stay as they are:"""


def retell_tables(
    postgres: Postgres, projectors: Projectors, quote: Quoter, project_id: int, *, batch: int = BATCH
) -> None:
    """Readers see the old rows until all new ones are there. Raises NotRetold, or one of TRANSIENT."""
    try:
        with postgres.transaction() as connection:
            _retell(connection, RelationalSink(projectors, quote), EventStore(postgres), project_id, batch)
    except TRANSIENT:
        raise
    except Unreadable as error:
        raise NotRetold(error) from error
    except Exception as error:
        raise _not_retold(project_id, error) from error


def retell_each(
    postgres: Postgres, projectors: Projectors, quote: Quoter, project_ids: Iterable[int]
) -> dict[int, NotRetold]:
    """The same for several projects; what keeps those from it that are left.

    Where rows say that they belong to another project, one can be in the way of others until it is retold itself.
    """
    left = sorted(project_ids)
    while True:
        failed: dict[int, NotRetold] = {}
        for project_id in left:
            try:
                retell_tables(postgres, projectors, quote, project_id)
            except NotRetold as error:
                failed[project_id] = error
            except TRANSIENT as error:
                failed[project_id] = _not_retold(project_id, error)
        if len(failed) in (0, len(left)):
            return failed
        left = list(failed)


def _retell(connection: Connection, sink: RelationalSink, store: EventStore, project_id: int, batch: int) -> None:
    head = store.head(connection, project_id, lock=True)
    connection.execute("SET CONSTRAINTS ALL DEFERRED")
    forget(connection, project_id, lambda: False)
    if head is None:
        return
    recorded = store.read(connection, project_id, until=head.revision)
    while some := list(islice(recorded, batch)):
        sink.retell(connection, some, over=True)


def _not_retold(project_id: int, error: Exception) -> NotRetold:
    return NotRetold(f"project {project_id}, {said(error)}")
