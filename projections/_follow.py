"""Follows the logs of all projects on behalf of one version of a read model, some batches at a time."""

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from loguru import logger
from psycopg.errors import UndefinedTable

from events._event import Recorded
from projections._ahead import TRANSIENT, Ahead
from projections._batches import Batches, said
from projections._checkpoint import begin, behind, claim, histories, move
from projections._dead_letter import DeadLetter, drop, drop_one, park
from projections._model import Model, Poison, Target
from repos._unavailable import Unavailable
from repos.postgres_repo import Connection, Postgres

__all__ = ["TRANSIENT", "Follower", "Step"]

PROJECTS = 64
BYTES = 16_000_000
SECONDS = 2.0
"""After which a step takes no more, because somebody may wait for what others have written meanwhile."""
UNREAD_SECONDS = 10.0
"""The same for a version that nobody reads yet."""


@dataclass(slots=True)
class Step:
    """What was done: events retold, logs that were brought forward, and by how many events of any kind they were; or
    whether others were at all that wait."""

    events: int = 0
    projects: int = 0
    passed: int = 0
    taken: bool = False


class Follower:
    """Any number of these, on any number of machines, may follow for the same version.

    Whoever retells a log holds its checkpoint, so no two do it at once; if he dies, his connection
    does too, and the checkpoint is free and where it was. `seconds`, which may change at any time,
    is after how long a step takes no more.
    """

    def __init__(
        self, postgres: Postgres, model: Model, target: Target, *, size: int = BYTES, seconds: float = SECONDS
    ) -> None:
        self.model = model
        self.target = target
        self.seconds = seconds
        self._postgres = postgres
        self._size = size
        self._ahead = Ahead(postgres, target, model.types, size)

    def step(self, only: Sequence[int] | None = None) -> Step:
        """Retell some of what waits, in these projects or in all. Raises one of TRANSIENT, UndefinedTable."""
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

    def check(self) -> None:
        """Raises one of TRANSIENT where the place is not there, or is not as it must be, or does not answer."""
        with self._postgres.connection() as connection:
            self.target.check(connection)

    def _apply(self, project_ids: Sequence[int], room: int) -> Step:
        """Retell as many batches as the target takes at once, of so many events each."""
        begun = time.monotonic()
        poison: list[Poison] = []
        with self._postgres.transaction() as connection:

            def waiting() -> Batches:
                return Batches(
                    connection,
                    self.target,
                    self.model,
                    project_ids,
                    most=self.target.batches,
                    room=room,
                    size=self._size,
                    go_on=lambda: time.monotonic() - begun < self.seconds,
                )

            try:
                with connection.transaction():
                    batches = waiting()
                    poison += self.target.write(connection, batches)
            except (*TRANSIENT, UndefinedTable):
                raise  # A place that is not there says nothing about any event either.
            except Exception as error:
                logger.warning("{} cannot take what comes next as a whole: {}", self.target.place.name, said(error))
                begun = time.monotonic()
                batches = waiting()
                for batch in batches:
                    found = list(self._retold(connection, batch))
                    batches.dead.update((one.project_id, one.stream_id) for one in found)
                    poison += found
            for one in (*batches.unreadable, *poison):
                self._park(connection, one, batches.first.get((one.project_id, one.stream_id), 0))
            for project_id, stream_id, revision in batches.ended:
                if self._replayed(connection, project_id, stream_id, revision) is None:
                    drop_one(connection, self.target.place, project_id, stream_id)
            if batches.moved:
                move(connection, self.target.place, list(batches.moved.items()))
        return Step(batches.events, len(batches.moved), batches.passed, batches.taken and not batches.moved)

    def _retold(self, connection: Connection, batch: Sequence[Recorded]) -> Iterator[Poison]:
        """Retell these, and find those streams that cannot be retold."""
        try:
            with connection.transaction():
                poison = self.target.write(connection, [batch])
        except (*TRANSIENT, UndefinedTable):
            raise
        except Exception as error:
            streams = list(dict.fromkeys((one.project_id, one.stream_id) for one in batch))
            if len(streams) == 1:
                yield Poison(*streams[0], said(error))
                return
            first = set(streams[: len(streams) // 2])
            yield from self._retold(connection, [one for one in batch if (one.project_id, one.stream_id) in first])
            yield from self._retold(connection, [one for one in batch if (one.project_id, one.stream_id) not in first])
        else:
            yield from poison

    def _park(self, connection: Connection, poison: Poison, revision: int) -> None:
        logger.error(
            "{} cannot take {} of project {}, which is parked: {}",
            self.target.place.name,
            poison.stream_id,
            poison.project_id,
            poison.reason,
        )
        park(connection, self.target.place, poison.project_id, poison.stream_id, revision, poison.reason)

    def _replayed(self, connection: Connection, project_id: int, stream_id: str, until: int) -> str | None:
        """Why a stream cannot be retold from its beginning up to this revision, or None."""
        try:
            with connection.transaction():
                history = list(histories(connection, {(project_id, stream_id): until}))
                poison = self.target.replay(connection, history)
        except TRANSIENT:
            raise
        except Exception as error:
            return said(error)
        return poison[0].reason if poison else None

    def retry(self, letter: DeadLetter) -> str | None:
        """Retell a parked stream from its beginning, up to the checkpoint; why it still cannot be, or None.

        Of a project that has ended there is nothing to retell, and nothing to wait for.
        """
        with self._postgres.transaction() as connection:
            stretch = claim(connection, self.target.place, letter.project_id)
            if stretch is None:
                raise Unavailable
            if stretch.ended:
                drop(connection, [letter])
                return None
            reason = self._replayed(connection, letter.project_id, letter.stream_id, stretch.after)
            if reason is None:
                drop(connection, [letter])
            else:
                self._park(connection, Poison(letter.project_id, letter.stream_id, reason), letter.revision)
            return reason
