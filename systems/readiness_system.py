"""Whether something that this process depends on answers in time, and what."""

import asyncio
from collections.abc import Callable
from concurrent.futures import Future
from threading import Lock, Thread
from typing import Generic, TypeVar

T = TypeVar("T")


class Readiness(Generic[T]):
    """Asks one question at a time, however many want to know, so that a dead service holds one thread at most."""

    def __init__(self, ask: Callable[[], T], *, seconds: float) -> None:
        self._ask = ask
        self._seconds = seconds
        self._lock = Lock()
        self._asked: Future[T] | None = None

    async def answer(self) -> T | None:
        """None if there is none, or not in time."""
        asked = asyncio.wrap_future(self._question())
        try:
            # Who gives up waiting does not take the question back: others may wait for the same answer.
            return await asyncio.wait_for(asyncio.shield(asked), self._seconds)
        except Exception:
            return None

    def _question(self) -> Future[T]:
        with self._lock:
            if self._asked is None or self._asked.done():
                self._asked = Future()
                Thread(target=self._run, args=(self._asked,), name="readiness", daemon=True).start()
            return self._asked

    def _run(self, asked: Future[T]) -> None:
        try:
            asked.set_result(self._ask())
        except Exception as error:
            asked.set_exception(error)
