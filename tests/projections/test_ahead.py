"""What is slow is done ahead: as much as is fast, and a little of what is not."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from events._event import Fact
from projections._ahead import Ahead
from projections._behind import Entry
from projections._entries_target import EntriesTarget
from projections._follow import BYTES, Follower
from repos._unavailable import Unavailable
from repos.postgres_repo import Postgres
from tests.projections.library import Library
from tests.projections.shelf import SHELF, Shelf
from tests.projections.test_code import created


class Thorough(Shelf):
    """Each entry has so many parts; after so many entries it is tired."""

    parts = 1
    tired_after = 1_000_000
    prepared = 0

    def prepare(self, entries: Sequence[Entry]) -> int:
        if self.prepared >= self.tired_after:
            raise Unavailable
        self.prepared += len(entries)
        return self.parts * len(entries)


@pytest.fixture
def library(postgres: Postgres) -> Library:
    library = Library(postgres)
    library.begin(1)
    library.record(1, *(Fact(f"code-{i}", created(f"Code {i}")) for i in range(1, 351)))
    return library


@pytest.fixture
def shelf(library: Library) -> Thorough:
    return Thorough(library.postgres, library.serving.place)


def target(shelf: Shelf, batch: int = 1_000) -> EntriesTarget:
    return EntriesTarget(replace(SHELF, batch=batch), shelf, slow=True)


def follower(library: Library, shelf: Shelf, batch: int = 1_000) -> Follower:
    return Follower(library.postgres, SHELF, target(shelf, batch))


def test_what_is_fast_to_prepare_is_written_in_one_batch(library: Library, shelf: Thorough) -> None:
    assert follower(library, shelf).step().events == 350
    assert shelf.prepared == 350
    assert library.differences() == []


def test_no_more_is_prepared_than_the_target_takes_at_once(library: Library, shelf: Thorough) -> None:
    assert [follower(library, shelf, batch=200).step().events for _ in range(3)] == [200, 150, 0]


def test_entries_of_many_parts_are_written_a_few_at_a_time(library: Library, shelf: Thorough) -> None:
    shelf.parts = 150
    assert [follower(library, shelf).step().events for _ in range(2)] == [200, 150]


def test_what_is_slow_to_prepare_is_written_a_little_at_a_time(library: Library, shelf: Thorough) -> None:
    hasty = Ahead(library.postgres, target(shelf), SHELF.types, BYTES, patience=0)
    library.followed(library.serving).step()
    assert hasty.prepared(1) == 100


def test_what_was_prepared_before_something_went_away_is_written(library: Library, shelf: Thorough) -> None:
    shelf.tired_after = 200
    assert follower(library, shelf).step().events == 200
    with pytest.raises(Unavailable):
        follower(library, shelf).step()
    shelf.tired_after = 1_000
    assert follower(library, shelf).step().events == 150
    assert library.differences() == []
