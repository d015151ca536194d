"""Projects that a worker is to write anew in the version of a read model that serves."""

from typing import NamedTuple

from loguru import logger

from projections import _registry as registry
from projections._registry import Version
from repos.postgres_repo import Connection


class Rewrite(NamedTuple):
    model: str
    project_id: int


def ask_for(connection: Connection, one: Rewrite) -> None:
    """Who asks twice before it is done asks once."""
    connection.execute("INSERT INTO behind.rewrite (model, project_id) VALUES ($1, $2) ON CONFLICT DO NOTHING", one)


def asked_for(connection: Connection) -> list[Rewrite]:
    """What has not been done yet, what was asked for first at the front."""
    rows = connection.execute("SELECT model, project_id FROM behind.rewrite ORDER BY asked, model, project_id")
    return [Rewrite(*row) for row in rows]


def take(connection: Connection, one: Rewrite) -> bool:
    """Whether it is to be done, by us alone until the transaction ends; who asks meanwhile need not wait."""
    row = connection.execute(
        "SELECT 1 FROM behind.rewrite WHERE model = $1 AND project_id = $2 FOR UPDATE SKIP LOCKED", one
    ).fetchone()
    return row is not None


def note(connection: Connection, version: Version, one: Rewrite, error: Exception) -> None:
    """What keeps a project from being written anew, unless something keeps the version from following."""
    said = f"It follows the log, but cannot write project {one.project_id} anew yet: {error}"
    if version.follows and version.error != said:
        logger.warning("{} waits with project {}: {}", version.place.name, one.project_id, error)
        registry.note(connection, version.place, "rewriting", said)


def note_over(connection: Connection, version: Version) -> None:
    """Nothing keeps any."""
    if version.trouble == "rewriting":
        registry.note_over(connection, version.place, "rewriting")


def done(connection: Connection, one: Rewrite) -> None:
    """It is asked for no more, once the transaction has ended."""
    connection.execute("DELETE FROM behind.rewrite WHERE model = $1 AND project_id = $2", one)
