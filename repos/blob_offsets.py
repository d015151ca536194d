"""Offset ranges as a blob: pairs begin, end of little-endian uint32, half-open, counted in code points."""

import sys
from array import array
from typing import TypeAlias

Offsets: TypeAlias = "memoryview[int] | array[int]"


def encode_offsets(offsets: Offsets) -> bytes:
    """[b0, e0, b1, e1, ...] as 8 bytes per range, without a header."""
    numbers = array("I", offsets)
    if sys.byteorder == "big":
        numbers.byteswap()
    return numbers.tobytes()


def decode_offsets(data: bytes) -> "memoryview[int]":
    """The read-only [b0, e0, b1, e1, ...] of a blob, without a copy; a length that is no multiple of 8 is a
    ValueError."""
    if len(data) % 8:
        raise ValueError("A blob of offsets has 8 bytes per range.")
    if sys.byteorder == "big":
        numbers = array("I", data)
        numbers.byteswap()
        data = numbers.tobytes()
    return memoryview(data).cast("I")
