"""How often a process looks for garbage: seldom, because what makes many objects here leaves none in circles."""

import gc
from typing import Final

_OBJECTS: Final = 50_000
"""New ones that make a collection worth its while."""


def collect_seldom() -> None:
    """What is there by now stays: no collection need look at it again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(_OBJECTS, 10, 10)
