"""`python -m tests.reliability.acknowledged`: hundreds of kills between an acknowledgement and the checkpoint."""

import argparse
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from random import Random

from rich.progress import track

from projections._model import Backend
from services._server import own
from services.elasticsearch import ELASTICSEARCH
from tests.conftest import new_database
from tests.reliability._diaries import Diaries, Setting
from tests.reliability._doomed import play
from tests.reliability._own import postgres, settings_of

BACKENDS = {one.value: one for one in (Backend.POSTGRES, Backend.ELASTICSEARCH)}
LOOK = 30
"""Kills after which what has come of them is looked at."""


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.reliability.acknowledged", description=__doc__)
    parser.add_argument("--rounds", type=int, default=300, help="kills, on each backend")
    parser.add_argument("--backend", choices=BACKENDS, help="only this one")
    parser.add_argument("--seed", type=int, default=int(time.time()), help="the rounds of a seed do the same again")
    chosen = parser.parse_args()
    print(f"{chosen.rounds} rounds on each backend from seed {chosen.seed}", flush=True)
    failed = 0
    with tempfile.TemporaryDirectory(prefix="palimpsest-acknowledged-") as folder, ExitStack() as running:
        url = running.enter_context(postgres(Path(folder)))
        for name in [chosen.backend] if chosen.backend else BACKENDS:
            settings = []
            if name == "elasticsearch":
                settings = settings_of(running.enter_context(own(ELASTICSEARCH, Path(folder))))
            diaries = Diaries(
                Setting(new_database(url, f"in_{name}", "shape"), BACKENDS[name], settings), seed=chosen.seed
            )
            running.callback(diaries.close)
            faults = list(_played(diaries, chosen.rounds, Random(chosen.seed)))
            print(
                f"{name}: {chosen.rounds} kills, {diaries.retold():,} events retold, {len(faults)} faults", flush=True
            )
            for fault in faults[:20]:
                print(f"     {fault[:1000]}", flush=True)
            failed += len(faults)
    return min(failed, 1)


def _played(diaries: Diaries, rounds: int, dice: Random) -> Iterator[str]:
    for number in track(range(1, rounds + 1), diaries.setting.backend.value):
        play(diaries, dice)
        if number % LOOK == 0 or number == rounds:
            diaries.catch_up()
            yield from (f"after {number}: {fault}" for fault in diaries.faults())


if __name__ == "__main__":
    sys.exit(main())
