"""A process that follows the log and is killed when a write has been acknowledged, before the checkpoint moves."""

import os
import signal
from collections.abc import Iterable, Sequence
from multiprocessing import get_context
from random import Random

from events._event import Recorded
from projections._follow import Follower
from projections._model import Poison
from repos.postgres_repo import Connection
from tests.reliability._diaries import MODEL, Diaries, Reading, Setting, Trailed

_CONTEXT = get_context("forkserver")
# Each of them is a fork of a process that has read all the code already.
_CONTEXT.set_forkserver_preload([__name__, "elasticsearch"])


class Doomed(Trailed):
    """Its `left`-th write is its last."""

    left = 1

    def write(self, connection: Connection, batches: Iterable[Sequence[Recorded]]) -> Sequence[Poison]:
        poison = super().write(connection, batches)
        self.left -= 1
        if not self.left:
            os.kill(os.getpid(), signal.SIGKILL)
        return poison


def follow(setting: Setting, writes: int, batches: int) -> None:
    """Retell the log as a worker does, until so many writes of so many batches were acknowledged."""
    reading = Reading(setting)
    target = Doomed(MODEL, reading.trailed().index, batches=batches)
    target.left = writes
    follower = Follower(reading.postgres, MODEL, target)
    while follower.step().projects:
        pass


class LivedOn(Exception):
    """A process that follows the log was not killed where it should have been."""


def play(diaries: Diaries, dice: Random) -> None:
    """Something is written, and somebody who follows is killed at it. Raises LivedOn."""
    diaries.write(dice.randint(15, 25))
    writes, batches = dice.choice([(1, 1), (2, 1), (3, 1), (1, 2)])
    process = _CONTEXT.Process(target=follow, args=(diaries.setting, writes, batches))
    process.start()
    process.join()
    if process.exitcode != -signal.SIGKILL:
        raise LivedOn(process.exitcode)
