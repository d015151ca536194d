"""Another version of a read model, made beside the one that serves and put in its place once it is its equal."""

import time
from collections.abc import Callable, Iterator
from typing import Protocol

from loguru import logger

from events._integrity import Difference
from projections import _registry as registry
from projections._behind import Place
from projections._checkpoint import waits
from projections._follow import TRANSIENT, Follower
from projections._model import Backend, Model, Target
from projections._registry import Version
from repos._obstacle import Obstacle
from repos.orm_base import INLINE_SCHEMA
from repos.postgres_repo import Connection, Postgres

_SHOWN = 3
_REST = 4
_LONGEST = 0.8
"""Seconds that writes may have to wait for a new set of inline tables."""
_HINDERED = "It follows the log, but cannot serve yet:"
_PARKED = "Once the cause is gone, `palimpsest dead retry` retells what is parked."


Alongside = Callable[[Connection], None]
"""What is done in the same transaction."""


class Differs(Obstacle):
    """It follows the log, but differs from it, and so it does not serve yet."""


class NotBuilding(Obstacle):
    """No version of this read model is being built:"""


class NotBroughtForward(Obstacle):
    """Nobody brings tables forward that served before; new ones are made without going back:"""


class Places(Protocol):
    """Where versions lie."""

    def model(self, name: str) -> Model: ...

    def opened(self, place: Place, backend: Backend) -> Target: ...

    def target(self, version: Version) -> Target: ...


Differences = Callable[[Version], Iterator[Difference]]
"""Where a version differs from the log so that it cannot serve."""


def ensure(postgres: Postgres, places: Places, model: str, backend: Backend) -> None:
    """A first version that serves, if there is none at all."""
    with postgres.connection() as connection, registry.one_at_a_time(connection, model):
        if not registry.versions(connection, model):
            _added(connection, places, model, backend, "serving")


def request(
    postgres: Postgres, places: Places, model: str, backend: Backend | None, alongside: Alongside | None = None
) -> Version:
    """Begin a new version, on the backend of the one that serves unless another is named. Raises AlreadyBuilding."""
    made = places.model(model)
    with postgres.connection() as connection, registry.one_at_a_time(connection, model):
        versions = registry.versions(connection, model)
        if made.inline and not versions:
            # Its tables have served from the beginning, though no worker has said so yet.
            versions.append(_added(connection, places, model, made.backends[0], "serving"))
        served = next((one.backend for one in versions if one.state == "serving"), made.backends[0])
        return _added(connection, places, model, backend or served, "building", alongside)


def resume(
    postgres: Postgres, places: Places, model: str, backend: Backend | None, alongside: Alongside | None = None
) -> Version:
    """Go on with the version that served last before this one, on that backend if one is named: it follows from where
    it was left, and serves again once it has caught up.

    Raises NotBroughtForward, AlreadyBuilding, NotKept, and one of TRANSIENT where it could not follow.
    """
    if places.model(model).inline:
        raise NotBroughtForward(model)
    with postgres.connection() as connection, registry.one_at_a_time(connection, model):
        versions = registry.versions(connection, model)
        if any(one.state == "building" for one in versions):
            raise registry.AlreadyBuilding(model)
        kept = [one for one in versions if one.state == "kept" and backend in (None, one.backend)]
        if not kept:
            raise registry.NotKept(model if backend is None else f"{model} in {backend.value}")
        version = max(kept, key=lambda one: one.since)
        places.target(version).check(connection)
        with connection.transaction():
            registry.enter(connection, version.place, "building")
            if alongside is not None:
                alongside(connection)
        return version


def building(postgres: Postgres, model: str) -> Version | None:
    with postgres.connection() as connection:
        return next((one for one in registry.versions(connection, model) if one.state == "building"), None)


def finish(postgres: Postgres, places: Places, version: Version, differences: Differences) -> bool:
    """Compare a version that has caught up with the log, and let it serve; whether it does.

    Raises Differs; it is noted at the version too, which goes on following and is left alone for a while: what has kept
    it from serving will mostly do so again, and to find that may take minutes.
    """
    model, place = places.model(version.place.model), version.place
    with postgres.connection() as connection, registry.one_at_a_time(connection, place.model):
        if place not in [one.place for one in registry.versions(connection, place.model) if one.state == "building"]:
            return False
        if _waiting(connection, version, model):
            return False
        begun = time.monotonic()
        places.target(version).complete()
        if version.backend is Backend.POSTGRES:
            _analyze(connection, place)
        found = differences(version)
        shown = [difference for difference, _ in zip(found, range(_SHOWN), strict=False)]
        if shown:
            advice = [_PARKED] if any(one.kind == "stream_parked" for one in shown) else []
            differs = Differs(*shown, *advice)
            registry.note(connection, place, "differing", str(differs))
            registry.rest(connection, place, _REST * (time.monotonic() - begun))
            raise differs
        registry.note_over(connection, place, "comparing", "differing")
        if model.inline:
            if not _switch_tables(connection, version, Follower(postgres, model, places.target(version))):
                return False
        elif not _switch(connection, version, model):
            return False
    logger.info("{} serves from now on, in {}", place.name, version.backend.value)
    return True


def let_serve(postgres: Postgres, places: Places, version: Version, differences: Differences) -> bool:
    """The same, for those who have more to do: what keeps it is noted too, unless something keeps it from following."""
    try:
        return finish(postgres, places, version, differences)
    except Differs:
        return False
    except Exception as error:
        said = f"{_HINDERED} {error}"
        if version.follows and version.error != said:
            passing = isinstance(error, TRANSIENT)
            logger.opt(exception=None if passing else error).warning("{} waits: {}", version.place.name, error)
            with postgres.connection() as connection:
                registry.note(connection, version.place, "comparing", said)
        return False


def retire(postgres: Postgres, places: Places, model: str, alongside: Alongside | None = None) -> list[Version]:
    """Remove the versions that are kept, and all that they hold; which these were. Raises NotKept."""
    return _removed(postgres, places, model, "kept", alongside) or _nothing(model, registry.NotKept)


def abandon(postgres: Postgres, places: Places, model: str, alongside: Alongside | None = None) -> list[Version]:
    """Give up a version that is being built; one that served before is kept again. Raises NotBuilding."""
    return _removed(postgres, places, model, "building", alongside) or _nothing(model, NotBuilding)


def _added(
    connection: Connection,
    places: Places,
    model: str,
    backend: Backend,
    state: registry.State,
    alongside: Alongside | None = None,
) -> Version:
    """The place is made before anybody can see the version; if we die in between, the next one uses it."""
    target = places.opened(registry.upcoming(connection, model), backend)
    if not (places.model(model).inline and state == "serving"):
        target.drop()
        target.create()
    with connection.transaction():
        version = registry.add(connection, model, backend, state)
        if alongside is not None:
            alongside(connection)
    return version


def _analyze(connection: Connection, place: Place) -> None:
    """So that what comes next is planned for what is there, and not for empty tables."""
    tables = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = $1", (place.name,)).fetchall()
    for (table,) in tables:
        connection.execute(f"ANALYZE {place.name}.{table}")


def _removed(
    postgres: Postgres, places: Places, model: str, state: registry.State, alongside: Alongside | None = None
) -> list[Version]:
    places.model(model)
    with postgres.connection() as connection, registry.one_at_a_time(connection, model):
        found = [one for one in registry.versions(connection, model) if one.state == state]
        for version in found:
            resumed = version.served and state == "building"
            if not resumed:
                places.target(version).drop()
            with connection.transaction():
                if resumed:
                    registry.enter(connection, version.place, "kept")
                else:
                    registry.remove(connection, version.place)
                if alongside is not None:
                    alongside(connection)
        return found


def _nothing(model: str, kind: type[Obstacle]) -> list[Version]:
    raise kind(model)


def _switch(connection: Connection, version: Version, model: Model) -> bool:
    with connection.transaction():
        _hold(connection, model.name)
        if _waiting(connection, version, model):
            return False
        registry.switch(connection, version.place)
    return True


def _switch_tables(connection: Connection, version: Version, follower: Follower) -> bool:
    """Retell the tail while nobody can append, and change the names of the schemas; whether there was time enough."""
    deadline = time.monotonic() + _LONGEST
    with connection.transaction():
        connection.execute(f"SET LOCAL lock_timeout = '{_LONGEST}s'")
        connection.execute("LOCK TABLE log.project_heads IN EXCLUSIVE MODE")
        # Not until a step finds nothing: what another worker is writing is not there before he has done so.
        while _waiting(connection, version, follower.model):
            if time.monotonic() > deadline:
                return False
            follower.step()
        serving = registry.serving(connection, version.place.model)
        connection.execute(f"ALTER SCHEMA {INLINE_SCHEMA} RENAME TO {serving.place.name}")
        connection.execute(f"ALTER SCHEMA {version.place.name} RENAME TO {INLINE_SCHEMA}")
        registry.switch(connection, version.place)
    return True


def _hold(connection: Connection, model: str) -> None:
    """Nobody brings a version of this model forward until the transaction ends."""
    connection.execute("SELECT 1 FROM behind.checkpoint WHERE model = $1 FOR UPDATE", (model,))


def _waiting(connection: Connection, version: Version, model: Model) -> bool:
    """Whether readers of the version that serves would be thrown back by this one."""
    row = connection.execute(
        "SELECT 1 FROM log.project_heads h LEFT JOIN behind.checkpoint c "
        "ON c.model = $1 AND c.version = $2 AND c.project_id = h.project_id "
        "LEFT JOIN behind.read_model m ON m.model = $1 AND m.state = 'serving' "
        "LEFT JOIN behind.checkpoint s ON s.model = $1 AND s.version = m.version AND s.project_id = h.project_id "
        f"WHERE h.project_id > 0 AND {waits(model.scope)} "
        f"AND coalesce(c.revision, 0) < {'h.revision' if model.inline else 'coalesce(s.revision, 0)'} LIMIT 1",
        (version.place.model, version.place.version),
    ).fetchone()
    return row is not None
