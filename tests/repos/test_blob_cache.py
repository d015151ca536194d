"""The cache of texts holds what was read last and no more bytes than it may."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from random import Random

from repos.blob_cache import BlobCache


def load(value: str, loads: list[str]) -> Callable[[], str]:
    def loading() -> str:
        loads.append(value)
        return value

    return loading


def test_a_value_is_loaded_once() -> None:
    cache, loads = BlobCache(10), list[str]()
    for _ in range(3):
        assert cache.fetch((1, "a", "text"), load("aaaa", loads), len) == "aaaa"
    assert loads == ["aaaa"]


def test_the_least_recently_used_leaves_first() -> None:
    cache, loads = BlobCache(10), list[str]()
    for name in ("a", "b", "a", "c", "a", "b"):
        cache.fetch((1, name, "text"), load(name * 4, loads), len)
    assert loads == ["aaaa", "bbbb", "cccc", "bbbb"]
    assert cache.size == 8


def test_what_is_larger_than_the_cache_pushes_nothing_out() -> None:
    cache, loads = BlobCache(10), list[str]()
    for name, length in (("a", 4), ("b", 11), ("a", 4)):
        cache.fetch((1, name, "text"), load(name * length, loads), len)
    assert loads == ["aaaa", "b" * 11]


def test_forgetting_a_project_keeps_the_others() -> None:
    cache, loads = BlobCache(100), list[str]()
    for project_id in (1, 2):
        cache.fetch((project_id, "a", "text"), load("aaaa", loads), len)
    cache.forget_project(1)
    assert cache.size == 4
    cache.fetch((2, "a", "text"), load("aaaa", loads), len)
    assert len(loads) == 2


def test_many_threads_get_their_own_values_within_the_bound() -> None:
    cache = BlobCache(1_000)

    def read(seed: int) -> bool:
        random = Random(seed)
        for _ in range(500):
            number = random.randrange(40)
            text = str(number) * 30
            if cache.fetch((1, str(number), "text"), lambda text=text: text, len) != text or cache.size > 1_000:  # type: ignore[misc]
                return False
        return True

    with ThreadPoolExecutor(8) as threads:
        assert all(threads.map(read, range(8)))
