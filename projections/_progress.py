"""How far versions of read models have come, all projects together."""

from dataclasses import dataclass

from events._event import Scope
from projections._behind import Place
from projections._checkpoint import waits
from repos.postgres_repo import Connection


@dataclass(frozen=True, slots=True)
class Progress:
    """`events` that all logs have, and those of them that wait; `projects` likewise; `seconds` since the oldest that
    waits was recorded."""

    projects: int
    projects_waiting: int
    events: int
    events_waiting: int
    seconds: float
    dead: int

    @property
    def done(self) -> int:
        return self.events - self.events_waiting


def progress(connection: Connection, place: Place, scope: Scope | None) -> Progress:
    row = connection.execute(
        "WITH logs AS ("
        f" SELECT h.project_id, h.revision, coalesce(c.revision, 0) AS reached, {waits(scope)} AS waits"
        " FROM log.project_heads h LEFT JOIN behind.checkpoint c"
        " ON c.model = $1 AND c.version = $2 AND c.project_id = h.project_id WHERE h.project_id > 0"
        ") SELECT count(*), count(*) FILTER (WHERE waits), coalesce(sum(revision), 0)::bigint,"
        " coalesce(sum(revision - reached) FILTER (WHERE waits), 0)::bigint,"
        " coalesce(extract(epoch FROM clock_timestamp() - (SELECT min(e.recorded_at) FROM ("
        "  SELECT * FROM logs WHERE waits ORDER BY project_id LIMIT 1000"
        " ) l JOIN log.events e ON e.project_id = l.project_id AND e.revision = l.reached + 1)), 0)::float,"
        " (SELECT count(*) FROM behind.dead_letter d WHERE d.model = $1 AND d.version = $2)"
        " FROM logs",
        (place.model, place.version),
    ).fetchone()
    assert row is not None
    return Progress(*row)
