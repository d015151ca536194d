"""A packed vector keeps its direction, and nothing else."""

import math
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from repos.half_vector import NoDirection, exactly, packed, unpacked

components = st.lists(st.floats(-1e6, 1e6, width=32), min_size=1, max_size=64).filter(
    lambda values: max(map(abs, values)) > 1e-3
)


@given(components)
def test_the_direction_stays(values: list[float]) -> None:
    length = math.sqrt(math.fsum(value * value for value in values))
    half = unpacked(packed(values))
    assert sum(a * b for a, b in zip(half, values, strict=True)) / length == pytest.approx(1, abs=1e-3)


@given(components)
def test_what_was_unpacked_is_exactly_the_same_again(values: list[float]) -> None:
    assert exactly(unpacked(packed(values))) == packed(values)


def test_the_bytes_are_those_of_half_precision_in_network_order() -> None:
    assert packed([0, 3, 4]) == struct.pack(">3e", 0, 0.6, 0.8)


@pytest.mark.parametrize("values", [[], [0.0, 0.0], [math.nan], [math.inf, 1.0], [1e200, 1e200], [1e-40]])
def test_what_has_no_direction_is_refused(values: list[float]) -> None:
    with pytest.raises(NoDirection):
        packed(values)
