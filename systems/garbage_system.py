"""How often a process looks for garbage: seldom, because what makes many objects here leaves none in circles."""

import gc
from typing import Final

IN_BATCHES: Final = 50_000
"""New objects that make a collection worth its while where many are made and none is in a circle."""
IN_ANSWERS: Final = 10_000
"""The same where the collection of more would be a delay that somebody notices."""


def collect_seldom(objects: int) -> None:
    """What is there by now stays: no collection need look at it again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(objects, 10, 10)
