"""Vectors of one length and half precision, as bytes: big-endian, the way PostgreSQL sends them."""

import math
from collections.abc import Sequence
from struct import Struct

BYTES = 2
"""Of one component. Its eleven bits change a cosine by less than 0.0003."""


class NoDirection(ValueError):
    """A vector of zeros, or of what is no number, points nowhere."""


def packed(components: Sequence[float]) -> bytes:
    """The direction of a vector. Raises NoDirection."""
    try:
        # An exact sum: the same vector must give the same bytes on every machine.
        length = math.sqrt(math.fsum(component * component for component in components))
    except OverflowError:
        raise NoDirection from None
    if not math.isfinite(length) or length < 1e-30:
        raise NoDirection
    return exactly([component / length for component in components])


def exactly(components: Sequence[float]) -> bytes:
    """These numbers, as near as half precision comes. Raises OverflowError."""
    return Struct(f">{len(components)}e").pack(*components)


def unpacked(vector: bytes) -> tuple[float, ...]:
    return Struct(f">{len(vector) // BYTES}e").unpack(vector)
