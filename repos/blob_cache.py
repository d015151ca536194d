"""The texts and offsets that were read last, bounded by the bytes that they take."""

from collections import OrderedDict
from collections.abc import Callable
from threading import Lock
from typing import TypeVar, cast

V = TypeVar("V")
Key = tuple[int, str, str]


class BlobCache:
    """Immutable values by (project, hash, form), the least recently used leave first; safe for threads."""

    def __init__(self, capacity: int) -> None:
        self._capacity = capacity
        self._values: OrderedDict[Key, tuple[object, int]] = OrderedDict()
        self._size = 0
        self._lock = Lock()

    @property
    def size(self) -> int:
        """Bytes that the values take, at most the capacity."""
        return self._size

    def fetch(self, key: Key, load: Callable[[], V], weigh: Callable[[V], int]) -> V:
        """The value of the key, loaded when it is not here. Two threads may load the same; neither waits for the
        other."""
        with self._lock:
            if key in self._values:
                self._values.move_to_end(key)
                return cast("V", self._values[key][0])
        value = load()
        weight = weigh(value)
        with self._lock:
            if weight <= self._capacity and key not in self._values:
                self._values[key] = (value, weight)
                self._size += weight
                while self._size > self._capacity:
                    _, (_, freed) = self._values.popitem(last=False)
                    self._size -= freed
        return value

    def forget_project(self, project_id: int) -> None:
        """Drops everything of the project."""
        with self._lock:
            for key in [key for key in self._values if key[0] == project_id]:
                self._size -= self._values.pop(key)[1]
