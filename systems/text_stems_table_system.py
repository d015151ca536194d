"""The stems beside all words of many texts at once.

Whoever asks a dictionary of strings for one word after the other waits for memory each time; arrays are asked for many.
"""

from collections.abc import Callable, Sequence
from itertools import compress
from threading import Lock
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

_WIDTH: Final = 16
_END: Final = bytes(_WIDTH)
_SPACE: Final = ord(" ")
_NINE: Final = ord("9")
_BITS: Final = 17
_SHIFT: Final = np.uint64(64 - _BITS)
_FULL: Final = 2**_BITS
"""Words that are remembered at once, of twice as many that would have room, in 6.5 MB."""
_AT_ONCE: Final = 10_000
"""Words: what is made of more does not fit into a processor's cache."""
_MIXED: Final = np.array([0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F], np.uint64)
"""Odd numbers whose bits look like chance: a product with them brings all bits of a key into its highest ones."""
_MASKS: Final = np.array(
    [[2 ** (8 * min(n, 8)) - 1, 2 ** (8 * max(n - 8, 0)) - 1] for n in range(_WIDTH + 1)], np.uint64
)

Keys = NDArray[np.uint64]
Places = NDArray[np.intp]


class StemTable:
    """What `lexeme` says of words, "" for nothing, remembered of those that have up to 16 bytes in UTF-8.

    A bucket has room for two words: those that came first, which in most texts are the more frequent ones. Of all
    others `lexeme` is asked each time.
    """

    def __init__(self, lexeme: Callable[[str], str]) -> None:
        self._lexeme = lexeme
        self._lock = Lock()
        self._clear()

    def beside(self, texts: Sequence[str]) -> list[str]:
        """For each of these texts, of folded words between spaces, what there is beside its words, in their order."""
        encoded = [text.encode() for text in texts]
        data = b" ".join((b"", *encoded, _END))
        blank = np.frombuffer(data, np.uint8)[:-_WIDTH] == _SPACE
        borders = np.flatnonzero(blank[1:] != blank[:-1]) + 1
        begins, ends = borders[::2], borders[1::2]
        places, lexemes = [], []
        for first in range(0, max(len(begins), 1), _AT_ONCE):
            some = slice(first, first + _AT_ONCE)
            having, found = self._looked_up(data, begins[some], ends[some])
            places.append(begins[some][having])
            lexemes += found
        last = np.searchsorted(np.concatenate(places), np.cumsum([len(one) + 1 for one in encoded])).tolist()
        return [" ".join(lexemes[begin:end]) for begin, end in zip([0, *last[:-1]], last, strict=True)]

    def _looked_up(self, data: bytes, begins: Places, ends: Places) -> tuple[Places, list[str]]:
        """Those words beside which there is something, and what."""
        short = ends - begins <= _WIDTH
        keys = _keys(data, begins, ends)
        buckets = _buckets(keys)
        with self._lock:
            if self._count > _FULL:
                self._clear()
            held = self._keys.reshape(-1, 4).take(buckets, axis=0)
            second = _same(held[:, 2:], keys)
            slots = 2 * buckets + second
            missed = np.flatnonzero(~(short & (second | _same(held[:, :2], keys))))
            asked = [
                self._lexeme(data[begin:end].decode())
                for begin, end in zip(begins[missed].tolist(), ends[missed].tolist(), strict=True)
            ]
            has = self._has.take(slots)
            has[missed] = list(map(bool, asked))
            having = np.flatnonzero(has)
            lexemes = self._lexemes.take(slots[having])
            lexemes[np.searchsorted(having, missed[has[missed]])] = list(filter(None, asked))
            # There are so many numbers that they would push out the words.
            lasting = short[missed] & (np.frombuffer(data, np.uint8)[begins[missed]] > _NINE) & (held[missed, 2] == 0)
            kept = missed[lasting]
            self._remember(2 * buckets[kept] + (held[kept, 0] != 0), keys[kept], list(compress(asked, lasting)))
        return having, lexemes.tolist()

    def _remember(self, slots: Places, keys: Keys, lexemes: Sequence[str]) -> None:
        """In slots that are free. Where several words want the same one, the last of them gets it."""
        self._keys[slots] = keys
        self._has[slots] = list(map(bool, lexemes))
        self._lexemes[slots] = lexemes
        self._count += len(np.unique(slots))

    def _clear(self) -> None:
        self._keys = np.zeros((2 * 2**_BITS, 2), np.uint64)
        self._has = np.zeros(2 * 2**_BITS, np.bool_)
        self._lexemes = np.full(2 * 2**_BITS, "", np.object_)
        self._count = 0


def _keys(data: bytes, begins: Places, ends: Places) -> Keys:
    """The first bytes of each word as two numbers, which are not those of any other: in a text there are no zeros."""
    windows = np.ndarray(len(data) - _WIDTH, f"V{_WIDTH}", data, strides=(1,))
    keys: Keys = windows[begins].view("<u8").reshape(-1, 2)
    keys &= _MASKS.take(np.minimum(ends - begins, _WIDTH), axis=0)
    return keys


def _buckets(keys: Keys) -> Places:
    buckets: Places = ((keys[:, 0] * _MIXED[0] ^ keys[:, 1] * _MIXED[1]) * _MIXED[0] >> _SHIFT).astype(np.intp)
    return buckets


def _same(some: Keys, others: Keys) -> Any:
    return (some[..., 0] == others[..., 0]) & (some[..., 1] == others[..., 1])
