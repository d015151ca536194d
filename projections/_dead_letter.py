"""Streams that a version of a read model could not take, parked with all that happens to them later."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from projections import _registry as registry
from projections._behind import Place
from repos.postgres_repo import Connection

_LENGTH = 2_000


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """`revision` is the first that could not be taken; `later` is how many events of the stream have followed it."""

    place: Place
    project_id: int
    stream_id: str
    revision: int
    error: str
    parked: datetime
    later: int


def park(connection: Connection, place: Place, project_id: int, stream_id: str, revision: int, error: str) -> None:
    connection.execute(
        "INSERT INTO behind.dead_letter (model, version, project_id, stream_id, revision, error) "
        "VALUES ($1, $2, $3, $4, $5, $6) "
        "ON CONFLICT (model, version, project_id, stream_id) DO UPDATE SET error = excluded.error",
        (place.model, place.version, project_id, stream_id, revision, error[:_LENGTH].replace("\0", "")),
    )


def parked(connection: Connection, place: Place, project_ids: Collection[int]) -> set[tuple[int, str]]:
    """The (project, stream) that are parked in these projects."""
    rows = connection.execute(
        "SELECT project_id, stream_id FROM behind.dead_letter "
        "WHERE model = $1 AND version = $2 AND project_id = ANY($3)",
        (place.model, place.version, list(project_ids)),
    )
    return {(row[0], row[1]) for row in rows}


def dead_letters(
    connection: Connection, model: str | None = None, project_id: int | None = None, stream_id: str | None = None
) -> list[DeadLetter]:
    """All that are parked, the latest first."""
    rows = connection.execute(
        "SELECT d.model, d.version, d.project_id, d.stream_id, d.revision, d.error, d.parked, ("
        " SELECT count(*) FROM log.events e WHERE e.project_id = d.project_id AND e.stream_id = d.stream_id"
        " AND e.revision > d.revision"
        ") FROM behind.dead_letter d WHERE (d.model = $1 OR $1::text IS NULL) "
        "AND (d.project_id = $2 OR $2::bigint IS NULL) AND (d.stream_id = $3 OR $3::text IS NULL) "
        "ORDER BY d.parked DESC, d.model, d.version, d.project_id, d.stream_id",
        (model, project_id, stream_id),
    )
    return [DeadLetter(Place(row[0], row[1]), *row[2:]) for row in rows]


def drop(connection: Connection, letters: Sequence[DeadLetter]) -> None:
    """Park these streams no longer: what has come of them stays as it is, and what happens from now on is retold.

    A version that is being built is compared with the log at once: it may differ otherwise then, or not at all.
    """
    for letter in letters:
        drop_one(connection, letter.place, letter.project_id, letter.stream_id)
    for place in dict.fromkeys(letter.place for letter in letters):
        registry.rest(connection, place, 0)


def drop_one(connection: Connection, place: Place, project_id: int, stream_id: str) -> None:
    connection.execute(
        "DELETE FROM behind.dead_letter WHERE model = $1 AND version = $2 AND project_id = $3 AND stream_id = $4",
        (place.model, place.version, project_id, stream_id),
    )


def drop_all(connection: Connection, place: Place, project_id: int) -> None:
    """Nothing of a project that has ended is parked any longer."""
    connection.execute(
        "DELETE FROM behind.dead_letter WHERE model = $1 AND version = $2 AND project_id = $3",
        (place.model, place.version, project_id),
    )
