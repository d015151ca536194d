"""The to-do list in PostgreSQL: work is put on it here, and worked off by workers anywhere."""

from collections.abc import Callable, Mapping, Sequence
from json import dumps
from typing import TYPE_CHECKING, Any

import psycopg

from repos.postgres_repo import Connection

if TYPE_CHECKING:
    from procrastinate import App

SCHEMA = "jobs"
_OPTIONS = f"-c search_path={SCHEMA}"
_AT_ONCE = 1_000


class ListUnavailable(Exception):
    """The to-do list cannot be reached."""


class Jobs:
    """For those who put work on the list, now and then: each time with a connection of its own."""

    def __init__(self, url: str) -> None:
        self._url = url

    def defer(self, task: str, work: Sequence[Mapping[str, Any]]) -> None:
        """One job for each piece of work, on the queue of its task. Raises ListUnavailable."""
        # Most processes never need the library, and all would start later with it.
        from procrastinate import App, SyncPsycopgConnector
        from procrastinate.exceptions import ConnectorException

        app = App(connector=SyncPsycopgConnector())
        try:
            with psycopg.connect(self._url, autocommit=True, options=_OPTIONS) as connection:
                deferrer = app.configure_task(task, queue=task, connection=connection)
                for begin in range(0, len(work), _AT_ONCE):
                    deferrer.batch_defer(*(dict(one) for one in work[begin : begin + _AT_ONCE]))
        except (ConnectorException, psycopg.OperationalError) as error:
            raise ListUnavailable from error


def worker_app(url: str) -> "App":
    """For a worker: the same list, to which its owner adds the tasks that it knows."""
    from procrastinate import App, PsycopgConnector

    return App(connector=PsycopgConnector(conninfo=url, kwargs={"options": _OPTIONS}, min_size=1, max_size=4))


def requeue_stalled(
    connection: Connection, task: str, seconds: float, instead: Callable[[dict[str, Any]], Sequence[Mapping[str, Any]]]
) -> int:
    """Put other work in the place of each job whose worker gave no sign of life for so long; how many there were."""
    with connection.transaction():
        connection.execute(f"SET LOCAL search_path = {SCHEMA}")
        stalled = connection.execute(
            "SELECT j.id, j.args FROM procrastinate_jobs j LEFT JOIN procrastinate_workers w ON w.id = j.worker_id "
            "WHERE j.task_name = $1 AND j.status = 'doing' "
            "AND (w.id IS NULL OR w.last_heartbeat < now() - make_interval(secs => $2)) FOR UPDATE OF j SKIP LOCKED",
            (task, seconds),
        ).fetchall()
        if not stalled:
            return 0
        connection.execute("DELETE FROM procrastinate_jobs WHERE id = ANY($1)", ([id for id, _ in stalled],))
        connection.execute(
            "SELECT procrastinate_defer_jobs_v1(array_agg("
            "ROW($1::text, $1::text, 0, NULL, NULL, args::jsonb, NULL)::procrastinate_job_to_defer_v1)) "
            "FROM unnest($2::text[]) args",
            (task, [dumps(dict(work)) for _, args in stalled for work in instead(args)]),
        )
        return len(stalled)
