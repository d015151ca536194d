"""Room for so many at a time: the others wait and hold nothing meanwhile, not even a thread."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from anyio import CapacityLimiter, fail_after
from anyio.lowlevel import RunVar

from systems.turns_system import OutOfPatience


@dataclass(frozen=True, slots=True)
class Place:
    """Whoever may stay in it for long can see whether to make room."""

    _room: CapacityLimiter

    @property
    def is_wanted(self) -> bool:
        """Whether others wait for one."""
        return self._room.statistics().tasks_waiting > 0


class Room:
    """`places` may be taken at the same time; whoever has waited for one for `patience` seconds gives up."""

    def __init__(self, places: int, patience: float) -> None:
        self._places = places
        self._patience = patience
        self._limiter: RunVar[CapacityLimiter] = RunVar("room")

    @asynccontextmanager
    async def place(self) -> AsyncIterator[Place]:
        """Raises OutOfPatience."""
        limiter, me = self._here(), object()
        try:
            with fail_after(self._patience):
                await limiter.acquire_on_behalf_of(me)
        except TimeoutError:
            raise OutOfPatience from None
        try:
            yield Place(limiter)
        finally:
            limiter.release_on_behalf_of(me)

    def _here(self) -> CapacityLimiter:
        """That of this event loop."""
        limiter = self._limiter.get(None)
        if limiter is None:
            limiter = CapacityLimiter(self._places)
            self._limiter.set(limiter)
        return limiter
