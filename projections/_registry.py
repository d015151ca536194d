"""Which versions of read models there are, which of them serves, and the switch from one to another."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from psycopg import errors

from projections._behind import Place
from projections._model import Backend
from repos._obstacle import Obstacle
from repos.postgres_repo import Connection

State = Literal["building", "serving", "kept"]
Trouble = Literal["following", "comparing", "differing", "rewriting"]
"""What keeps a version from following the log, from being compared with it, from serving because it is something else,
or from having a project written anew. Whoever finds one of these over leaves the others as they are."""


class AlreadyBuilding(Obstacle):
    """Another version of this read model is being built already:"""


class NotKept(Obstacle):
    """No version of this read model is kept:"""


class NotServed(Obstacle):
    """No version of this read model serves yet:"""


@dataclass(frozen=True, slots=True)
class Version:
    """A version of a read model; `error` says in a sentence what `trouble` it has at the moment. One that is `served`
    is or was asked by readers; one that `rests_until` a moment still to come differs from the log, and is not compared
    with it before.
    """

    place: Place
    backend: Backend
    state: State
    since: datetime
    error: str | None
    rate: float
    """Events of any kind a second by which it came forward, when it last had something to do."""
    worked: datetime | None
    trouble: Trouble | None
    served: bool
    rests_until: datetime | None

    @property
    def follows(self) -> bool:
        return self.trouble != "following"


_COLUMNS = (
    "model, version, backend, state, since, error, rate, worked, trouble, served, "
    "CASE WHEN rests_until > now() THEN rests_until END"
)


def versions(connection: Connection, model: str | None = None) -> list[Version]:
    """All versions of one read model or of all, the oldest first."""
    rows = connection.execute(
        f"SELECT {_COLUMNS} FROM behind.read_model WHERE model = $1 OR $1::text IS NULL ORDER BY model, version",
        (model,),
    )
    return [Version(Place(row[0], row[1]), Backend(row[2]), *row[3:]) for row in rows]


def serving(connection: Connection, model: str) -> Version:
    """The version that readers ask. Raises NotServed."""
    for version in versions(connection, model):
        if version.state == "serving":
            return version
    raise NotServed(model)


@contextmanager
def one_at_a_time(connection: Connection, model: str) -> Iterator[None]:
    """Nobody else makes, switches or drops versions of this read model meanwhile; for as long as the session holds."""
    key = f"palimpsest.read_model.{model}"
    connection.execute("SELECT pg_advisory_lock(hashtext($1))", (key,))
    try:
        yield
    finally:
        connection.execute("SELECT pg_advisory_unlock(hashtext($1))", (key,))


def upcoming(connection: Connection, model: str) -> Place:
    """That of the version that is added next."""
    row = connection.execute("SELECT version FROM behind.last_version WHERE model = $1", (model,)).fetchone()
    return Place(model, (row[0] if row else 0) + 1)


def add(connection: Connection, model: str, backend: Backend, state: State) -> Version:
    """A new version, the next in number: none is given twice. Raises AlreadyBuilding."""
    try:
        row = connection.execute(
            "WITH given AS (INSERT INTO behind.last_version AS l (model, version) VALUES ($1::text, 1) "
            "ON CONFLICT (model) DO UPDATE SET version = l.version + 1 RETURNING version) "
            "INSERT INTO behind.read_model (model, version, backend, state, served) "
            "SELECT $1::text, given.version, $2, $3::text, $3::text <> 'building' FROM given "
            f"RETURNING {_COLUMNS}",
            (model, backend.value, state),
        ).fetchone()
    except errors.UniqueViolation:
        raise AlreadyBuilding(model) from None
    assert row is not None
    return Version(Place(row[0], row[1]), Backend(row[2]), *row[3:])


def enter(connection: Connection, place: Place, state: State) -> None:
    """From now on this version is in that state, and what kept it from something in the other is forgotten."""
    connection.execute(
        "UPDATE behind.read_model SET state = $3::text, since = now(), trouble = NULL, error = NULL, "
        "rests_until = NULL, served = served OR $3::text = 'serving' WHERE model = $1 AND version = $2",
        (place.model, place.version, state),
    )


def switch(connection: Connection, place: Place) -> None:
    """From now on this version serves, and the one that served is kept; in the caller's transaction."""
    for one in versions(connection, place.model):
        if one.state == "serving":
            enter(connection, one.place, "kept")
    enter(connection, place, "serving")


def remove(connection: Connection, place: Place) -> None:
    """Forget a version, with its checkpoints and dead letters."""
    with connection.transaction():
        # In the order of those who follow: they hold a checkpoint when they park a stream of the version.
        for table in ("checkpoint", "read_model"):
            connection.execute(
                f"DELETE FROM behind.{table} WHERE model = $1 AND version = $2", (place.model, place.version)
            )


def is_unwell(connection: Connection, place: Place) -> bool:
    """Whether something keeps, or has just kept, those who follow for this version from their work."""
    row = connection.execute(
        "SELECT trouble = 'following' FROM behind.read_model WHERE model = $1 AND version = $2",
        (place.model, place.version),
    ).fetchone()
    return bool(row and row[0])


def note(connection: Connection, place: Place, trouble: Trouble, error: str) -> None:
    """What keeps this version from something, unless it is kept from following, which is said first; one that is no
    longer used does nothing that it could be kept from.
    """
    connection.execute(
        "UPDATE behind.read_model SET trouble = $3::text, error = $4::text "
        "WHERE model = $1 AND version = $2 AND state <> 'kept' "
        "AND ($3::text = 'following' OR trouble IS DISTINCT FROM 'following') "
        "AND (trouble, error) IS DISTINCT FROM ($3::text, $4::text)",
        (place.model, place.version, trouble, error),
    )


def note_over(connection: Connection, place: Place, *troubles: Trouble) -> None:
    """Nothing keeps this version from these any longer."""
    connection.execute(
        "UPDATE behind.read_model SET trouble = NULL, error = NULL "
        "WHERE model = $1 AND version = $2 AND trouble = ANY($3)",
        (place.model, place.version, list(troubles)),
    )


def note_rate(connection: Connection, place: Place, rate: float) -> None:
    connection.execute(
        "UPDATE behind.read_model SET rate = $3, worked = now() WHERE model = $1 AND version = $2",
        (place.model, place.version, rate),
    )


def rest(connection: Connection, place: Place, seconds: float) -> None:
    """Whoever compares all versions that are being built leaves this one out for so long, which may be 0 seconds."""
    connection.execute(
        "UPDATE behind.read_model SET rests_until = now() + make_interval(secs => $3) "
        "WHERE model = $1 AND version = $2",
        (place.model, place.version, seconds),
    )
