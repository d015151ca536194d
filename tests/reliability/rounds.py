"""`python -m tests.reliability.rounds`: hundreds of rounds in which what runs is killed while sixteen clients write."""

import argparse
import sys
import tempfile
import time
from collections.abc import Sequence
from itertools import cycle
from pathlib import Path

from tests.cli._server import palimpsest
from tests.reliability._round import Installation, Victim, play

VICTIMS: dict[str, Sequence[Victim]] = {"api": ["api"], "postgres": ["postgres"], "both": ["api", "postgres"]}


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.reliability.rounds", description=__doc__)
    parser.add_argument("--rounds", type=int, default=300)
    parser.add_argument("--what", choices=VICTIMS, default="both", help="what is killed")
    parser.add_argument("--seed", type=int, default=int(time.time()), help="the rounds of a seed do the same again")
    parser.add_argument("--keep", action="store_true", help="leave the data folder where it is")
    chosen = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="palimpsest-rounds-")) / "var"
    print(f"{chosen.rounds} rounds from seed {chosen.seed} in {folder}", flush=True)
    installation = Installation(folder)
    failed = 0
    try:
        for number, victim in zip(range(chosen.rounds), cycle(VICTIMS[chosen.what]), strict=False):
            failed += _played(installation, victim, chosen.seed + number, number)
        installation.finish()
        told = palimpsest("verify", "--data-folder", str(folder), patience=3600)
        print(told.stdout.strip(), told.stderr.strip(), sep="\n", flush=True)
        failed += told.returncode
    finally:
        installation.stop()
    print(f"{failed} rounds went wrong" if failed else "Nothing went wrong", flush=True)
    return min(failed, 1)


def _played(installation: Installation, victim: Victim, seed: int, number: int) -> bool:
    outcome = play(installation, victim, seed)
    troubles = ", ".join(f"{n} {name}" for name, n in outcome.troubles.items())
    print(
        f"{number + 1:4} {victim:8} seed {seed}: {outcome.done:,} commands done, {outcome.refused:,} refused, "
        f"{outcome.events:,} events, {outcome.seconds_down:.1f} s down, {troubles or 'no troubles'}, "
        f"{len(outcome.faults)} faults",
        flush=True,
    )
    for fault in outcome.faults[:20]:
        print(f"     {fault[:1000]}", flush=True)
    return bool(outcome.faults)


if __name__ == "__main__":
    sys.exit(main())
