"""Running a measurement in a fresh process, so that its memory is its own."""

from collections.abc import Callable
from multiprocessing import get_context
from typing import Any


def in_process_of_its_own(work: Callable[..., Any], *arguments: Any) -> Any:
    with get_context("spawn").Pool(1) as pool:
        return pool.apply(work, arguments)
