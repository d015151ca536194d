"""Follows the logs of all projects on behalf of one version of a read model, a batch at a time."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from loguru import logger
from psycopg.errors import UndefinedTable

from events._event import Recorded
from events._store import load
from events._tables import EVENT_COLUMNS
from projections._ahead import TRANSIENT, Ahead
from projections._checkpoint import begin, behind, claim, histories, move, rows_in
from projections._dead_letter import DeadLetter, drop, park, parked
from projections._model import Model, Poison, Target
from repos._unavailable import Unavailable
from repos.postgres_repo import Connection, Postgres

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["TRANSIENT", "Follower", "Step"]

PROJECTS = 64
BYTES = 16_000_000
_PROJECT, _REVISION, _STREAM = (EVENT_COLUMNS.index(name) for name in ("project_id", "revision", "stream_id"))


@dataclass(slots=True)
class Step:
    """What was done: events retold, and logs that were brought forward; or whether others were at all that wait."""

    events: int = 0
    projects: int = 0
    taken: bool = False


class Follower:
    """Any number of these, on any number of machines, may follow for the same version.

    Whoever retells a log holds its checkpoint, so no two do it at once; if he dies, his connection
    does too, and the checkpoint is free and where it was.
    """

    def __init__(self, postgres: Postgres, model: Model, target: Target, *, size: int = BYTES) -> None:
        self.model = model
        self.target = target
        self._postgres = postgres
        self._size = size
        self._types = model.types
        self._ahead = Ahead(postgres, target, self._types, size)

    def step(self, only: Sequence[int] | None = None) -> Step:
        """Retell one batch of what waits, in these projects or in all. Raises one of TRANSIENT, UndefinedTable."""
        place = self.target.place
        with self._postgres.connection() as connection:
            project_ids = behind(connection, place, self.model.scope, PROJECTS, only)
            if not project_ids:
                return Step()
            begin(connection, place, project_ids)
        if not self.target.slow:
            return self._apply(project_ids, self.target.batch)
        for project_id in project_ids:
            with self._ahead.alone(project_id) as mine:
                if mine:
                    return self._apply([project_id], self._ahead.prepared(project_id) or self.target.batch)
        return Step(taken=True)

    def _apply(self, project_ids: Sequence[int], room: int) -> Step:
        """Retell so many events."""
        step = Step()
        moved: list[tuple[int, int]] = []
        batch: list[Recorded] = []
        with self._postgres.transaction() as connection:
            dead = parked(connection, self.target.place, project_ids)
            size = self._size
            for project_id in project_ids:
                stretch = claim(connection, self.target.place, project_id)
                if stretch is None or stretch.until <= stretch.after:
                    step.taken = True
                    continue
                if stretch.ended:
                    self.target.forget(connection, project_id)
                    moved.append((project_id, stretch.until))
                    continue
                rows, reached = rows_in(connection, stretch, self._types, room, size)
                batch += self._loaded(connection, rows, dead)
                moved.append((project_id, reached))
                room -= len(rows)
                size -= sum(len(row[_DATA]) for row in rows)
                if room <= 0 or size <= 0:
                    break
            if batch:
                self._write(connection, batch)
            if moved:
                move(connection, self.target.place, moved)
        step.events, step.projects = len(batch), len(moved)
        step.taken &= not moved
        return step

    def _loaded(
        self, connection: Connection, rows: Sequence[Sequence[Any]], dead: set[tuple[int, str]]
    ) -> "Iterator[Recorded]":
        """The events that can be read, of streams that are not parked."""
        for row in rows:
            project_id, stream_id, revision = row[_PROJECT], row[_STREAM], row[_REVISION]
            if (project_id, stream_id) in dead:
                continue
            try:
                yield load(row)
            except Exception as error:
                self._park(connection, Poison(project_id, stream_id, _said(error)), revision)
                dead.add((project_id, stream_id))

    def _write(self, connection: Connection, batch: Sequence[Recorded]) -> None:
        """Retell these, and park those streams that cannot be retold."""
        try:
            with connection.transaction():
                poison = self.target.write(connection, batch)
        except (*TRANSIENT, UndefinedTable):
            raise  # A place that is not there says nothing about any event either.
        except Exception as error:
            streams = list(dict.fromkeys((one.project_id, one.stream_id) for one in batch))
            if len(streams) == 1:
                self._park(connection, Poison(*streams[0], _said(error)), batch[0].revision)
                return
            first = set(streams[: len(streams) // 2])
            self._write(connection, [one for one in batch if (one.project_id, one.stream_id) in first])
            self._write(connection, [one for one in batch if (one.project_id, one.stream_id) not in first])
            return
        for one in poison:
            revisions = [r.revision for r in batch if (r.project_id, r.stream_id) == (one.project_id, one.stream_id)]
            self._park(connection, one, min(revisions, default=0))

    def _park(self, connection: Connection, poison: Poison, revision: int) -> None:
        logger.error(
            "{} cannot take {} of project {}, which is parked: {}",
            self.target.place.name,
            poison.stream_id,
            poison.project_id,
            poison.reason,
        )
        park(connection, self.target.place, poison.project_id, poison.stream_id, revision, poison.reason)

    def retry(self, letter: DeadLetter) -> str | None:
        """Retell a parked stream from its beginning, up to the checkpoint; why it still cannot be, or None."""
        with self._postgres.transaction() as connection:
            stretch = claim(connection, self.target.place, letter.project_id)
            if stretch is None:
                raise Unavailable
            try:
                with connection.transaction():
                    history = list(histories(connection, {(letter.project_id, letter.stream_id): stretch.after}))
                    poison = self.target.replay(connection, history)
            except TRANSIENT:
                raise
            except Exception as error:
                poison = [Poison(letter.project_id, letter.stream_id, _said(error))]
            if poison:
                self._park(connection, poison[0], letter.revision)
                return poison[0].reason
            drop(connection, [letter])
            return None


def _said(error: Exception) -> str:
    return " ".join(f"{type(error).__name__}: {error}".split())


_DATA = EVENT_COLUMNS.index("data")
