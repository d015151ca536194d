"""Turns at things that are done one after the other: those whose turn it is hold what they need, the others nothing."""

from collections.abc import Hashable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Lock, Semaphore


class OutOfPatience(Exception):
    """Too many came before."""


@dataclass(slots=True)
class _Line:
    turns: Semaphore
    present: int = 0


class Turns:
    """`at_once` may be at the same thing together; whoever has waited for `patience` seconds gives up."""

    def __init__(self, at_once: int, patience: float) -> None:
        self._at_once = at_once
        self._patience = patience
        self._lines: dict[Hashable, _Line] = {}
        self._lock = Lock()

    @contextmanager
    def at(self, thing: Hashable) -> Iterator[None]:
        """Raises OutOfPatience."""
        with self._lock:
            line = self._lines.setdefault(thing, _Line(Semaphore(self._at_once)))
            line.present += 1
        try:
            if not line.turns.acquire(timeout=self._patience):
                raise OutOfPatience
            try:
                yield
            finally:
                line.turns.release()
        finally:
            with self._lock:
                line.present -= 1
                if not line.present:
                    del self._lines[thing]

    def __len__(self) -> int:
        """At how many things somebody is, or waits."""
        return len(self._lines)
