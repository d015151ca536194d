"""Bulk requests to Elasticsearch: many operations in each, and some requests at a time."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, TypeVar, cast

from projections._behind import Change

if TYPE_CHECKING:
    from elasticsearch import Elasticsearch as Client

CHUNK: Final = 500
_CHUNK_BYTES: Final = 5_000_000
_AT_ONCE: Final = 4

Operation = tuple[Change, bytes]
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Failed:
    """An operation of a bulk request that was not done."""

    on: Change
    status: int
    reason: str


def perform(client: "Client", alias: str, operations: Iterable[Operation]) -> Iterator[Failed]:
    """While some requests are under way the next ones are made."""
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        under_way: list[Future[list[Failed]]] = []
        for chunk in light(operations, CHUNK, lambda operation: len(operation[1])):
            if len(under_way) == _AT_ONCE:
                yield from under_way.pop(0).result()
            under_way.append(pool.submit(_send, client, alias, chunk))
        for future in under_way:
            yield from future.result()


def light(
    items: Iterable[T], most: int, size_of: Callable[[T], int], size_most: int = _CHUNK_BYTES
) -> Iterator[list[T]]:
    """In groups of `most` at the most, whose sizes in whatever unit are not more than `size_most` together, unless that
    of one alone is."""
    group: list[T] = []
    size = 0
    for item in items:
        length = size_of(item)
        if group and (len(group) == most or size + length > size_most):
            yield group
            group, size = [], 0
        group.append(item)
        size += length
    if group:
        yield group


def _send(client: "Client", alias: str, chunk: Sequence[Operation]) -> list[Failed]:
    answer = client.bulk(
        index=alias,
        operations=cast("Any", [encoded for _, encoded in chunk]),
        require_alias=True,
        filter_path=["errors", "items.*.status", "items.*.error.type", "items.*.error.reason"],
    )
    if not answer["errors"]:
        return []
    results = (next(iter(item.values())) for item in answer["items"])
    return [
        Failed(on, result["status"], f"{result['error']['type']}: {result['error'].get('reason')}")
        for (on, _), result in zip(chunk, results, strict=True)
        if "error" in result
    ]
