"""Offsets survive their blob, whose bytes are the same on every machine."""

from array import array

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from repos.blob_offsets import decode_offsets, encode_offsets

numbers = st.lists(st.integers(0, 2**32 - 1)).map(lambda found: found[: len(found) // 2 * 2])


@settings(deadline=None)
@given(numbers)
def test_offsets_come_back_as_they_were(offsets: list[int]) -> None:
    assert list(decode_offsets(encode_offsets(array("I", offsets)))) == offsets


def test_the_bytes_are_little_endian_pairs() -> None:
    assert encode_offsets(array("I", [1, 258])) == b"\x01\0\0\0\x02\x01\0\0"


def test_half_a_pair_is_refused() -> None:
    with pytest.raises(ValueError, match="8 bytes"):
        decode_offsets(b"\0\0\0\0")


def test_decoded_offsets_cannot_be_changed() -> None:
    with pytest.raises(TypeError):
        decode_offsets(bytes(8))[0] = 1
