"""Checkpoints beyond the end of their log, as where an older log was put in its place: nothing that happens is retold
until it has grown so far.
"""

from collections.abc import Iterator

from events._integrity import Difference
from projections._behind import Place
from repos.postgres_repo import Connection

_BEYOND = (
    "c.project_id = h.project_id AND c.model = $1 AND c.version = $2 AND c.revision > h.revision "
    "AND (c.project_id = $3 OR $3::bigint IS NULL)"
)


def overruns(connection: Connection, place: Place, project_id: int | None = None) -> Iterator[Difference]:
    rows = connection.execute(
        "SELECT c.project_id, h.revision, c.revision FROM behind.checkpoint c JOIN log.project_heads h "
        f"ON {_BEYOND} ORDER BY c.project_id",
        (place.model, place.version, project_id),
    ).fetchall()
    for id, log, found in rows:
        yield Difference(id, "checkpoint_ahead", place.name, "", log=log, found=found)


def set_back(connection: Connection, place: Place, project_id: int | None = None) -> None:
    """To the end of the log. What was passed over is missing, and is found by whoever compares then."""
    connection.execute(
        f"UPDATE behind.checkpoint c SET revision = h.revision FROM log.project_heads h WHERE {_BEYOND}",
        (place.model, place.version, project_id),
    )
