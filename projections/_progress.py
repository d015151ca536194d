"""How far versions of read models have come, all projects together."""

from dataclasses import dataclass

from projections._behind import Place
from projections._checkpoint import last, waits
from projections._model import Model
from repos.postgres_repo import Connection

_PROJECTS = 1_000
_LOOKED_AT = 1_000  # events of each, to find the first one that waits


@dataclass(frozen=True, slots=True)
class Progress:
    """`events` that all logs have, and those of them from the first to the last one that waits; `projects` likewise;
    `seconds` since the oldest that waits was recorded."""

    projects: int
    projects_waiting: int
    events: int
    events_waiting: int
    seconds: float
    dead: int

    @property
    def done(self) -> int:
        return self.events - self.events_waiting


def progress(connection: Connection, place: Place, model: Model) -> Progress:
    row = connection.execute(
        f"WITH {_logs(model)} SELECT count(*), (SELECT count(*) FROM waiting), coalesce(sum(revision), 0)::bigint,"
        f" (SELECT coalesce(sum(last + 1 - {_FIRST}), 0)::bigint FROM waiting),"
        f" {_LAG}, (SELECT count(*) FROM behind.dead_letter d WHERE d.model = $1 AND d.version = $2) FROM logs",
        (place.model, place.version, model.types),
    ).fetchone()
    assert row is not None
    return Progress(*row)


def lag(connection: Connection, place: Place, model: Model) -> float:
    """The seconds alone."""
    row = connection.execute(f"WITH {_logs(model)} SELECT {_LAG}", (place.model, place.version, model.types)).fetchone()
    assert row is not None
    return float(row[0])


def _logs(model: Model) -> str:
    """SQL: `logs`, and those of them that have something `waiting`, with the first event that does in some of these."""
    return (
        "logs AS (SELECT h.project_id, h.revision, coalesce(c.revision, 0) AS reached,"
        f" {waits(model.scope)} AS waits, CASE WHEN h.ended THEN h.revision ELSE {last(model.scope)} END AS last"
        " FROM log.project_heads h LEFT JOIN behind.checkpoint c"
        " ON c.model = $1 AND c.version = $2 AND c.project_id = h.project_id WHERE h.project_id > 0),"
        " waiting AS (SELECT l.*, f.revision AS first, f.recorded_at"
        " FROM (SELECT *, row_number() OVER (ORDER BY project_id) AS number FROM logs WHERE waits) l"
        " LEFT JOIN LATERAL (SELECT e.revision, e.recorded_at FROM log.events e"
        f" WHERE l.number <= {_PROJECTS} AND e.project_id = l.project_id AND e.revision > l.reached"
        f" AND e.revision <= l.reached + {_LOOKED_AT} AND e.type = ANY($3) ORDER BY e.revision LIMIT 1) f ON true)"
    )


# What happened in other parts of the project since does not wait, however long ago it was. If there is much of it, the
# last event that does wait stands for the first one.
_NOT_BEFORE = f"CASE WHEN number > {_PROJECTS} THEN reached + 1 ELSE least(reached + {_LOOKED_AT + 1}, last) END"
_FIRST = f"coalesce(first, {_NOT_BEFORE})"
_LAG = (
    "coalesce(extract(epoch FROM clock_timestamp() - (SELECT min(coalesce(w.recorded_at, "
    "(SELECT e.recorded_at FROM log.events e WHERE e.project_id = w.project_id AND e.revision = w.last)))"
    f" FROM waiting w WHERE w.number <= {_PROJECTS})), 0)::float"
)
