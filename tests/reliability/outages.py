"""`python -m tests.reliability.outages`: Elasticsearch is killed, stopped and made silent while it is written to."""

import argparse
import sys
import tempfile
import time
from contextlib import ExitStack
from itertools import cycle
from pathlib import Path
from typing import get_args

from rich.progress import track

from projections._model import Backend
from tests.conftest import new_database
from tests.reliability._diaries import Diaries, Setting
from tests.reliability._outage import How, play
from tests.reliability._own import elasticsearch, postgres


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.reliability.outages", description=__doc__)
    parser.add_argument("--rounds", type=int, default=30)
    parser.add_argument("--seed", type=int, default=int(time.time()))
    chosen = parser.parse_args()
    faults: list[str] = []
    with tempfile.TemporaryDirectory(prefix="palimpsest-outages-") as folder, ExitStack() as running:
        url = new_database(running.enter_context(postgres(Path(folder))), "outages", "shape")
        server = running.enter_context(elasticsearch(Path(folder)))
        settings = [f"elasticsearch.url={server.url}", "elasticsearch.timeout_seconds=10"]
        diaries = Diaries(Setting(url, Backend.ELASTICSEARCH, settings), seed=chosen.seed)
        running.callback(diaries.close)
        for number, how in zip(track(range(1, chosen.rounds + 1)), cycle(get_args(How)), strict=False):
            play(diaries, server, how)
            faults += [f"after {number}, {how}: {fault}" for fault in diaries.faults()]
        print(f"{chosen.rounds} outages, {diaries.retold():,} events retold, {len(faults)} faults", flush=True)
    for fault in faults[:20]:
        print(f"     {fault[:1000]}", flush=True)
    return min(len(faults), 1)


if __name__ == "__main__":
    sys.exit(main())
