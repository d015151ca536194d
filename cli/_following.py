"""One version of a read model, followed in a thread of its own."""

import time
from collections.abc import Iterable
from threading import Condition, Thread

from loguru import logger
from psycopg.errors import ForeignKeyViolation, UndefinedTable

from projections import _registry as registry
from projections._behind import NotMade
from projections._follow import TRANSIENT, Follower, Step
from repos.postgres_repo import Postgres

POLL = 1.0
"""Seconds after which a log that has grown is found without a signal."""

_FIRST_DELAY, _LONGEST_DELAY = 0.2, 10.0
_FIRST_LOOK, _LONGEST_LOOK = 0.02, 0.3
_BETWEEN_NOTES = 1.0
_CHECKED = 5  # polls, after which it is checked again whether the place is there
_BUSY = 1.0


class Following(Thread):
    """`share`, which may change at any time: how much of the time it may work while others write."""

    def __init__(self, postgres: Postgres, follower: Follower, *, poll: float = POLL) -> None:
        super().__init__(name=follower.target.place.name, daemon=True)
        self.share = 1.0
        self.follower = follower
        self._postgres = postgres
        self._poll = poll
        self._look = _FIRST_LOOK
        self._changed = Condition()
        self._grown: set[int] = set()
        self._last_signal = 0.0
        self._stopped = False
        self._delay = 0.0
        # Whoever followed before may have been killed while something was wrong.
        self._well_noted = False
        self._checked = 0.0
        self._noted = time.monotonic()
        self._events = 0

    def tell(self, project_ids: Iterable[int]) -> None:
        """These logs have grown."""
        with self._changed:
            self._grown.update(project_ids)
            self._last_signal = time.monotonic()
            self._changed.notify()

    def stop(self) -> None:
        """End after the batch that is under way."""
        self.follower.seconds = 0.0
        with self._changed:
            self._stopped = True
            self._changed.notify()

    def run(self) -> None:
        only: list[int] | None = None
        looked_everywhere = 0.0
        while not self._stopped:
            if only is None:
                looked_everywhere = time.monotonic()
            try:
                begun = time.monotonic()
                step = self.follower.step(only)
                if not (step.projects or step.taken):
                    self._check()
                self._well(step)
            except (ForeignKeyViolation, UndefinedTable, NotMade) as error:
                if self._is_over():
                    return
                self._badly(self._missing() or error)
                continue
            except Exception as error:
                self._badly(error)
                continue
            if step.projects:
                self._yield(time.monotonic() - begun)
            only = self._next(only, step)
            if time.monotonic() - looked_everywhere > self._poll:
                only = None

    def _next(self, only: list[int] | None, step: Step) -> list[int] | None:
        """Where to look now: where there was work, and where the log has grown meanwhile; None is everywhere."""
        with self._changed:
            if step.projects:
                self._look = _FIRST_LOOK
            elif step.taken:
                # Who is at it may leave something, and says nothing when he goes.
                self._changed.wait_for(lambda: self._grown or self._stopped, self._look)
                self._look = min(2 * self._look, _LONGEST_LOOK)
            else:
                self._changed.wait_for(lambda: self._grown or self._stopped, self._poll)
                only = []
            grown, self._grown = self._grown, set()
        return None if only is None else sorted({*only, *grown}) or None

    def _pause(self, seconds: float) -> None:
        with self._changed:
            self._changed.wait_for(lambda: self._stopped, seconds)

    def _yield(self, worked: float) -> None:
        if self.share < 1 and time.monotonic() - self._last_signal < _BUSY:
            self._pause(worked * (1 - self.share) / self.share)

    def _check(self) -> None:
        """Where nothing happens for long, nobody else would find out that nothing could; and what another worker says
        that keeps it need not keep us."""
        now = time.monotonic()
        if not self._well_noted or now - self._checked > _CHECKED * self._poll:
            self.follower.check()
            self._checked = now
            self._well_noted = False

    def _is_over(self) -> bool:
        """Whether the version has been removed, or its tables serve under another name."""
        place, model = self.follower.target.place, self.follower.model
        try:
            with self._postgres.connection() as connection:
                states = [one.state for one in registry.versions(connection, place.model) if one.place == place]
        except TRANSIENT:
            return False
        return states in ([], ["kept"]) or (model.inline and states == ["serving"])

    def _missing(self) -> Exception | None:
        """What a check says: that the place is not there is the reason why its tables are not."""
        try:
            self.follower.check()
        except Exception as error:
            return error
        return None

    def _well(self, step: Step) -> None:
        self._events += step.passed
        self._delay = 0.0
        now = time.monotonic()
        place = self.follower.target.place
        if not self._well_noted:
            with self._postgres.connection() as connection:
                registry.note_over(connection, place, "following")
            self._well_noted = True
        if now - self._noted < _BETWEEN_NOTES:
            return
        if self._events:
            with self._postgres.connection() as connection:
                registry.note_over(connection, place, "following")
                registry.note_rate(connection, place, self._events / (now - self._noted))
        self._noted, self._events = now, 0

    def _badly(self, error: Exception) -> None:
        if not self._delay:
            passing = isinstance(error, TRANSIENT)
            logger.opt(exception=None if passing else error).warning("{} waits: {}", self.name, error)
        self._delay = min(2 * self._delay or _FIRST_DELAY, _LONGEST_DELAY)
        self._well_noted = False
        try:
            with self._postgres.connection() as connection:
                registry.note(connection, self.follower.target.place, "following", f"Waits and tries again: {error}")
        except TRANSIENT:
            pass  # Then the database is what it waits for.
        self._pause(self._delay)
