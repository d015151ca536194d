"""Whatever is killed while sixteen clients write: what was acknowledged is there, once, and nothing else is.

`python -m tests.reliability.rounds` plays as many rounds as one likes.
"""

from pathlib import Path
from typing import get_args

import pytest

from tests.reliability._round import Installation, Victim, play

ROUNDS = 2


@pytest.mark.parametrize("victim", get_args(Victim))
def test_what_was_acknowledged_survives_kill_nine(tmp_path: Path, victim: Victim) -> None:
    installation = Installation(tmp_path / "var")
    try:
        outcomes = [play(installation, victim, seed) for seed in range(ROUNDS)]
        installation.finish()
    finally:
        installation.stop()
    assert [fault for outcome in outcomes for fault in outcome.faults] == []
    assert all(outcome.done > 30 and outcome.troubles for outcome in outcomes)
