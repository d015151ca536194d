"""Whoever follows the log is killed when a write is acknowledged and the checkpoint has not moved, again and again.

`python -m tests.reliability.acknowledged` does so as often as one likes.
"""

from collections.abc import Callable
from random import Random

import pytest

from projections._model import Backend
from tests.reliability._diaries import Diaries
from tests.reliability._doomed import play

KILLS = 10

Opened = Callable[..., Diaries]


@pytest.mark.parametrize("backend", [Backend.POSTGRES, Backend.ELASTICSEARCH])
def test_nothing_is_lost_doubled_or_reordered(diaries: Opened, backend: Backend) -> None:
    written = diaries(backend)
    dice = Random(4)
    for _ in range(KILLS):
        play(written, dice)
    written.catch_up()
    assert written.faults() == []
