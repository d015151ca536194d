"""Whether something that this process depends on answers in time."""

from collections.abc import Callable
from concurrent.futures import Future
from threading import Lock, Thread


class Readiness:
    """Asks one question at a time, however many want to know, so that a dead service holds one thread at most."""

    def __init__(self, ask: Callable[[], None], *, seconds: float) -> None:
        self._ask = ask
        self._seconds = seconds
        self._lock = Lock()
        self._asked: Future[None] | None = None

    def answers(self) -> bool:
        try:
            self._question().result(self._seconds)
        except Exception:
            return False
        return True

    def _question(self) -> Future[None]:
        with self._lock:
            if self._asked is None or self._asked.done():
                self._asked = Future()
                Thread(target=self._run, args=(self._asked,), name="readiness", daemon=True).start()
            return self._asked

    def _run(self, asked: Future[None]) -> None:
        try:
            asked.set_result(self._ask())
        except Exception as error:
            asked.set_exception(error)
