"""A packed vector keeps its direction, and nothing else."""

import math
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from repos.half_vector import NoDirection, packed, unpacked

components = st.lists(st.floats(-1e6, 1e6, width=32), min_size=1, max_size=64).filter(
    lambda values: max(map(abs, values)) > 1e-3
)


@given(components)
def test_the_direction_stays(values: list[float]) -> None:
    length = math.sqrt(math.fsum(value * value for value in values))
    half = unpacked(packed(values))
    assert sum(a * b for a, b in zip(half, values, strict=True)) / length == pytest.approx(1, abs=1e-3)


@given(components)
def test_packing_what_was_packed_changes_at_most_the_last_bit(values: list[float]) -> None:
    once = packed(values)
    for a, b in zip(unpacked(once), unpacked(packed(unpacked(once))), strict=True):
        assert a == pytest.approx(b, rel=2**-9, abs=2**-23)


def test_the_bytes_are_those_of_half_precision_in_network_order() -> None:
    assert packed([0, 3, 4]) == struct.pack(">3e", 0, 0.6, 0.8)


@pytest.mark.parametrize("values", [[], [0.0, 0.0], [math.nan], [math.inf, 1.0], [1e200, 1e200], [1e-40]])
def test_what_has_no_direction_is_refused(values: list[float]) -> None:
    with pytest.raises(NoDirection):
        packed(values)
