"""The to-do list in PostgreSQL: work is put on it here, and worked off by workers anywhere."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from json import dumps
from typing import TYPE_CHECKING, Any

from repos._connection import watched
from repos.postgres_repo import Connection

if TYPE_CHECKING:
    from procrastinate import App

SCHEMA = "jobs"


def defer(connection: Connection, task: str, work: Iterable[Mapping[str, Any]]) -> None:
    """One job for each piece of work, on the queue of its task, in the caller's transaction or one of its own."""
    with connection.transaction():
        connection.execute(f"SET LOCAL search_path = {SCHEMA}")
        connection.execute(
            "SELECT procrastinate_defer_jobs_v1(array_agg("
            "ROW($1::text, $1::text, 0, NULL, NULL, args::jsonb, NULL)::procrastinate_job_to_defer_v1)) "
            "FROM unnest($2::text[]) args",
            (task, [dumps(dict(one)) for one in work]),
        )


def worker_app(url: str) -> "App":
    """For a worker: the same list, to which its owner adds the tasks that it knows."""
    # Most processes never need the library, and all would start later with it.
    from procrastinate import App, PsycopgConnector

    kwargs = watched(url, options=f"-c search_path={SCHEMA}")
    # Whoever tries for longer waits longer and longer between two attempts, and is late when the database is back.
    connector = PsycopgConnector(conninfo=url, kwargs=kwargs, min_size=1, max_size=4, reconnect_timeout=5.0)
    return App(connector=connector)


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
        connection.execute("DELETE FROM procrastinate_jobs WHERE id = ANY($1)", ([id for id, _ in stalled],))
        defer(connection, task, [work for _, args in stalled for work in instead(args)])
        return len(stalled)
