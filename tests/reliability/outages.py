"""`python -m tests.reliability.outages`: servers are killed, stopped and made silent while they are written to."""

import argparse
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, closing, contextmanager
from dataclasses import dataclass
from itertools import cycle
from pathlib import Path
from random import Random
from typing import get_args

from rich.progress import track

from projections._model import Backend
from services._server import own
from services._service import Service
from services.elasticsearch import ELASTICSEARCH
from services.weaviate import WEAVIATE
from tests.conftest import new_database
from tests.reliability._diaries import Diaries, Setting
from tests.reliability._outage import How, Written, play
from tests.reliability._own import postgres, settings_of
from tests.reliability._texts import Texts, directions


@contextmanager
def memos(url: str, settings: Sequence[str], folder: Path, seed: int) -> Iterator[Written]:
    with closing(Diaries(Setting(url, Backend.ELASTICSEARCH, settings), seed=seed)) as diaries:
        yield diaries


@contextmanager
def sentences(url: str, settings: Sequence[str], folder: Path, seed: int) -> Iterator[Written]:
    with directions() as embedder, closing(Texts(url, [*settings, *embedder], folder / "blobs")) as texts:
        yield texts


@dataclass(frozen=True)
class Kind:
    """A server, what is written to it, and how much of that it has at the most when it goes."""

    service: Service
    written: Callable[[str, Sequence[str], Path, int], AbstractContextManager[Written]]
    most: int


KINDS = {kind.service.name: kind for kind in (Kind(ELASTICSEARCH, memos, 50), Kind(WEAVIATE, sentences, 1_000))}


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.reliability.outages", description=__doc__)
    parser.add_argument("--of", choices=KINDS, help="only this one")
    parser.add_argument("--rounds", type=int, default=30, help="outages of each")
    parser.add_argument("--seed", type=int, default=int(time.time()))
    chosen = parser.parse_args()
    failed = 0
    with tempfile.TemporaryDirectory(prefix="palimpsest-outages-") as folder, ExitStack() as running:
        url = running.enter_context(postgres(Path(folder)))
        for name in [chosen.of] if chosen.of else KINDS:
            failed += _played(KINDS[name], new_database(url, name, "shape"), Path(folder), chosen.rounds, chosen.seed)
    return min(failed, 1)


def _played(kind: Kind, url: str, folder: Path, rounds: int, seed: int) -> int:
    """How many faults there were."""
    name, dice = kind.service.name, Random(seed)
    faults: list[str] = []
    with own(kind.service, folder) as server:
        settings = [*settings_of(server), f"{name}.timeout_seconds=10"]
        with kind.written(url, settings, folder, seed) as written:
            for number, how in zip(track(range(1, rounds + 1), name), cycle(get_args(How)), strict=False):
                play(written, server, how, after=dice.randint(1, kind.most))
                faults += [f"after {number}, {how}: {fault}" for fault in written.faults()]
            print(f"{name}: {rounds} outages, {len(faults)} faults", flush=True)
    for fault in faults[:20]:
        print(f"     {fault[:1000]}", flush=True)
    return len(faults)


if __name__ == "__main__":
    sys.exit(main())
