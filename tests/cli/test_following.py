"""A version is followed in a thread: whatever goes wrong is said, is over when it is over, and stops nobody else."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager

import pytest
from psycopg.errors import UndefinedTable

from cli._following import POLL, Following
from events._event import Fact
from projections import _registry as registry
from projections._behind import Place
from projections._checkpoint import begin, claim
from projections._follow import Follower, Step
from projections._rebuild import request
from repos._unavailable import Unavailable
from repos.postgres_repo import Postgres
from tests.cli._server import wait_for
from tests.projections.library import Library, renamed
from tests.projections.shelf import SHELF
from tests.projections.test_code import created
from tests.projections.test_folder import created as folder


@pytest.fixture
def library(postgres: Postgres) -> Library:
    library = Library(postgres)
    library.begin(1, 2)
    return library


@contextmanager
def following(library: Library, follower: Follower | None = None, poll: float = POLL) -> Iterator[Following]:
    thread = Following(library.postgres, follower or library.follower, poll=poll)
    thread.start()
    try:
        yield thread
    finally:
        thread.stop()
        thread.join()


def waits_with(library: Library, reason: str) -> Callable[[], bool]:
    return lambda: reason in (library.serving.error or "")


def test_what_it_waits_for_is_said_until_it_is_there(library: Library) -> None:
    library.shelf.away = Unavailable("The shelf")
    library.record(1, Fact("code-1", created("Joy")))
    with following(library):
        wait_for(waits_with(library, "Waits and tries again: The shelf"))
        library.shelf.away = None
        wait_for(lambda: library.serving.error is None)
    assert library.names() == [(1, 1, "Joy")]
    assert library.parked() == []


def test_what_somebody_waited_for_when_he_was_killed_is_said_no_longer(library: Library) -> None:
    with library.postgres.connection() as connection:
        registry.note(connection, library.serving.place, "following", "Waits and tries again: of old")
    with following(library):
        wait_for(lambda: library.serving.error is None)


class Unforeseen(Follower):
    """Meets with something that nobody has thought of, once."""

    met = False

    def step(self, only: Sequence[int] | None = None) -> Step:
        if not self.met:
            self.met = True
            raise ValueError("out of the blue")
        return super().step(only)


def test_what_nobody_has_thought_of_is_said_too(library: Library) -> None:
    library.record(1, Fact("code-1", created("Joy")))
    follower = Unforeseen(library.postgres, SHELF, library.shelves.target(library.serving))
    with following(library, follower):
        wait_for(waits_with(library, "out of the blue"))
        wait_for(lambda: library.serving.error is None)
    assert library.names() == [(1, 1, "Joy")]


def test_how_fast_it_comes_forward_is_noted_also_where_little_of_it_is_of_interest(library: Library) -> None:
    library.record(1, *(Fact(f"folder-{id}", folder(f"f{id}", None)) for id in range(1, 5_000)))
    library.record(1, Fact("code-1", created("Joy")))
    with following(library):
        wait_for(lambda: library.names() == [(1, 5_000, "Joy")])

        def noted() -> bool:
            library.record(1, Fact("code-1", renamed("Joy")))
            return library.serving.rate > 0

        wait_for(noted)
    assert library.serving.rate > 200


class Noticing(Follower):
    """Says whether it has met with others at work."""

    noticed = False

    def step(self, only: Sequence[int] | None = None) -> Step:
        step = super().step(only)
        self.noticed |= step.taken
        return step


class Busy(Follower):
    """Once the first project has grown there is always more when one has come to its end."""

    library: Library
    rounds = 0

    def step(self, only: Sequence[int] | None = None) -> Step:
        if only is not None:
            self.rounds += 1
            self.library.record(1, Fact("code-1", renamed(f"Joy {self.rounds}")))
        return super().step(only)


def busy(thread: Following, follower: Busy) -> bool:
    thread.tell([1])
    return follower.rounds > 10


def test_who_writes_without_a_pause_keeps_nobody_waiting(library: Library) -> None:
    library.record(1, Fact("code-1", created("Joy")))
    library.catch_up()
    follower = Busy(library.postgres, SHELF, library.shelves.target(library.serving))
    follower.library = library
    with following(library, follower) as thread:
        wait_for(lambda: busy(thread, follower))
        library.record(2, Fact("code-2", created("Awe")))
        thread.tell([2])
        wait_for(lambda: (2, 1, "Awe") in library.names(), 5)


def test_who_finds_another_at_it_goes_on_where_he_leaves_off(library: Library) -> None:
    library.record(1, Fact("code-1", created("Joy")))
    with library.postgres.connection() as connection:
        begin(connection, library.serving.place, [1])
    follower = Noticing(library.postgres, SHELF, library.shelves.target(library.serving))
    with ExitStack() as at_work:
        with library.postgres.transaction() as connection:
            assert claim(connection, library.serving.place, 1)
            # Nobody tells him of anything, and he does not look by himself for an hour.
            at_work.enter_context(following(library, follower, poll=3_600))
            wait_for(lambda: follower.noticed)
        wait_for(lambda: library.names() == [(1, 1, "Joy")])


def test_a_version_whose_tables_are_gone_parks_nothing(library: Library) -> None:
    version = request(library.postgres, library.shelves, "shelf", None)
    follower = library.followed(version)
    library.record(1, Fact("code-1", created("Joy")))
    with library.postgres.connection() as connection:
        connection.execute(f"ALTER SCHEMA {version.place.name} RENAME TO elsewhere")
    with pytest.raises(UndefinedTable):
        follower.step()
    with following(library, follower) as thread:
        wait_for(lambda: "is not there" in (building(library).error or ""))
        assert library.parked() == []
        with library.postgres.connection() as connection:
            registry.remove(connection, version.place)
        wait_for(lambda: not thread.is_alive())


def noted(library: Library, place: Place, error: str, trouble: registry.Trouble = "following") -> None:
    with library.postgres.connection() as connection:
        registry.note(connection, place, trouble, error)


CANNOT = "This read model cannot be kept there."


def test_what_another_worker_waits_for_is_said_no_longer_while_this_one_follows(library: Library) -> None:
    with following(library, poll=0.01):
        wait_for(lambda: library.shelf.checks > 1)
        noted(library, library.serving.place, CANNOT)
        wait_for(lambda: library.serving.error is None)


def test_nor_while_there_is_always_something_to_do(library: Library) -> None:
    library.record(1, Fact("code-1", created("Joy")))
    follower = Busy(library.postgres, SHELF, library.shelves.target(library.serving))
    follower.library = library
    with following(library, follower, poll=3_600) as thread:
        wait_for(lambda: busy(thread, follower))
        noted(library, library.serving.place, CANNOT)
        wait_for(lambda: library.serving.error is None)


def test_what_another_worker_waits_for_is_said_as_long_as_this_one_cannot_follow_either(library: Library) -> None:
    with following(library, poll=0.01):
        library.shelf.away = Unavailable("The shelf")
        wait_for(waits_with(library, "The shelf"))
        noted(library, library.serving.place, CANNOT)
        wait_for(waits_with(library, "The shelf"))


def test_where_it_differs_is_said_until_it_is_compared_again(library: Library) -> None:
    version = request(library.postgres, library.shelves, "shelf", None)
    noted(library, version.place, "It differs.", "differing")
    shelf = library.shelves.shelf(version)
    with following(library, library.followed(version), poll=0.01):
        wait_for(lambda: shelf.checks > 3)
        assert building(library).error == "It differs."


def test_what_keeps_it_from_following_is_said_before_all_else(library: Library) -> None:
    library.shelf.away = Unavailable("The shelf")
    library.record(1, Fact("code-1", created("Joy")))
    with following(library):
        wait_for(waits_with(library, "The shelf"))
        noted(library, library.serving.place, "It cannot write project 1 anew.", "rewriting")
        assert waits_with(library, "The shelf")()
        assert not library.serving.follows
        library.shelf.away = None
        wait_for(lambda: library.serving.follows)
        noted(library, library.serving.place, "It cannot write project 1 anew.", "rewriting")
        assert library.serving.follows
    noted(library, library.serving.place, "The shelf", "following")
    assert not library.serving.follows


def building(library: Library) -> registry.Version:
    with library.postgres.connection() as connection:
        return next(one for one in registry.versions(connection) if one.state == "building")


def test_what_is_away_while_nothing_happens_is_said(library: Library) -> None:
    with following(library, poll=0.01):
        wait_for(lambda: library.shelf.checks > 1)
        library.shelf.away = Unavailable("The shelf")
        wait_for(waits_with(library, "Waits and tries again: The shelf"))
        library.shelf.away = None
        wait_for(lambda: library.serving.error is None)
