"""How far each version of each read model has come."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta

from events._integrity import Difference
from projections import _registry as registry
from projections._behind import Place
from projections._checkpoint import last
from projections._dead_letter import DeadLetter
from projections._model import Model, Models
from projections._progress import lag, progress
from projections._registry import Version
from projections._rewrite import asked_for
from queries.projection_dto import DeadLetterRead, DifferenceRead, ProjectionRead
from repos.postgres_repo import Connection

_RECENT = timedelta(seconds=15)
"""What nobody reads yet is written for ten seconds at a time."""

_LOOKED_AT = 2_000  # events, to find the first one that waits


@dataclass(frozen=True, slots=True)
class Standing:
    """Where the version that serves stands in one project: everything up to `revision` has been retold."""

    version: Version
    revision: int


def projections(connection: Connection, models: Models) -> list[ProjectionRead]:
    """Every version there is."""
    asked = asked_for(connection)
    return [
        _told(connection, version, models, [one.project_id for one in asked if one.model == version.place.model])
        for version in registry.versions(connection)
        if version.place.model in models
    ]


def standing(connection: Connection, model: Model, project_id: int) -> Standing:
    """What changed elsewhere in the project needs no retelling: the version stands at the end of the log, or before the
    first event that it waits for. So what was said once is never taken back, unless very much lies between.

    Raises NotServed.
    """
    version = registry.serving(connection, model.name)
    row = connection.execute(
        f"SELECT CASE WHEN {last(model.scope)} <= reached THEN h.revision ELSE coalesce("
        "(SELECT e.revision - 1 FROM log.events e WHERE e.project_id = h.project_id AND e.revision > reached"
        f" AND e.revision <= reached + {_LOOKED_AT} AND e.type = ANY($4) ORDER BY e.revision LIMIT 1),"
        f" least(h.revision, reached + {_LOOKED_AT})) END "
        "FROM log.project_heads h LEFT JOIN behind.checkpoint c "
        "ON c.model = $1 AND c.version = $2 AND c.project_id = h.project_id, "
        "LATERAL (SELECT coalesce(c.revision, 0) AS reached) r WHERE h.project_id = $3",
        (model.name, version.place.version, project_id, model.types),
    ).fetchone()
    return Standing(version, row[0] if row else 0)


def late(connection: Connection, models: Models, seconds: float) -> list[str]:
    """The read models that cannot follow the log at the moment, or that are further behind it than this."""
    serving = {one.place.model: one for one in registry.versions(connection) if one.state == "serving"}
    return [
        name
        for name, model in models.items()
        if not model.inline and _is_late(connection, model, serving.get(name), seconds)
    ]


def _is_late(connection: Connection, model: Model, version: Version | None, seconds: float) -> bool:
    """What nobody has made a version of has come to nothing yet, in any project."""
    if version is not None and not version.follows:
        return True
    return lag(connection, version.place if version else Place(model.name, 0), model) > seconds


def dead_letter(letter: DeadLetter) -> DeadLetterRead:
    told = asdict(letter)
    place = told.pop("place")
    return DeadLetterRead(name=place["model"], version=place["version"], **told)


def difference(one: Difference) -> DifferenceRead:
    return DifferenceRead(project_id=one.project_id, kind=one.kind, place=one.place, key=one.key, detail=str(one))


def _told(connection: Connection, version: Version, models: Models, asked: Sequence[int]) -> ProjectionRead:
    model = models[version.place.model]
    come = progress(connection, version.place, model)
    # The tables that the append writes are never behind, and what is kept does not follow.
    current = version.state == "kept" or (model.inline and version.state == "serving")
    active = version.worked is not None and datetime.now(UTC) - version.worked < _RECENT
    waiting = 0 if current else come.events_waiting
    rate = version.rate if active else 0
    return ProjectionRead(
        name=version.place.model,
        version=version.place.version,
        backend=version.backend.value,
        state=version.state,
        since=version.since,
        projects=come.projects,
        projects_waiting=0 if current else come.projects_waiting,
        events=come.events,
        events_waiting=waiting,
        lag_seconds=0 if current else round(come.seconds, 3),
        rate=round(rate, 1),
        seconds_left=round(waiting / rate, 1) if rate else None,
        dead=come.dead,
        rewriting=list(asked) if version.state == "serving" else [],
        error=version.error,
        compared_again=version.rests_until,
    )
