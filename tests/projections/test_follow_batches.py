"""Following the log in several batches, all of which are held before the checkpoint moves."""

from collections.abc import Callable, Iterable, Iterator, Sequence

import pytest

from events._event import Fact, Recorded
from events.project_events import ProjectDeleted
from projections._dead_letter import dead_letters
from projections._entries_target import EntriesTarget
from projections._follow import Follower
from projections._model import Poison
from projections._progress import progress
from repos._unavailable import Unavailable
from repos.postgres_repo import Connection
from tests.projections.library import Library, renamed
from tests.projections.shelf import SHELF
from tests.projections.test_code import created


def patient(library: Library) -> Follower:
    """One whose target takes three batches before it holds them."""
    return Follower(library.postgres, SHELF, EntriesTarget(SHELF, library.shelf, batches=3))


class Watched(EntriesTarget):
    """Something else happens when a batch has been taken; or it is too much at once."""

    meanwhile: Callable[[], None] | None = None
    most: int | None = None
    taken = 0

    def write(self, connection: Connection, batches: Iterable[Sequence[Recorded]]) -> Sequence[Poison]:
        return super().write(connection, self._watched(batches))

    def _watched(self, batches: Iterable[Sequence[Recorded]]) -> Iterator[Sequence[Recorded]]:
        for number, batch in enumerate(batches):
            if number == self.most:
                raise ValueError("too much")
            self.taken += 1
            yield batch
            meanwhile, self.meanwhile = self.meanwhile, None
            if meanwhile is not None:
                meanwhile()


def test_several_batches_are_taken_before_the_checkpoint_moves(library: Library) -> None:
    library.record(1, *(Fact(f"code-{i}", created(f"Code {i}")) for i in range(1, 6)))
    library.record(2, *(Fact(f"code-{i}", created(f"Code {i}")) for i in range(101, 136)))
    library.record(1, *(Fact(f"code-{i}", renamed(f"New {i}")) for i in range(1, 6)))
    step = patient(library).step()
    assert (step.events, step.projects) == (3 * SHELF.batch, 2)
    library.catch_up(patient(library))
    assert [name for _, _, name in library.names()[:6]] == [*(f"New {i}" for i in range(1, 6)), "Code 101"]
    assert len(library.names()) == 40
    assert library.differences() == []


def test_poison_in_a_later_batch_parks_its_stream_alone(library: Library) -> None:
    library.record(1, Fact("code-90", created("Joy")))
    library.catch_up()
    library.record(1, Fact("project-1", ProjectDeleted(title="Letters")))
    names = {i: f"Code {i}" for i in range(1, 36)} | {15: "explosive"}
    library.record(2, *(Fact(f"code-{i}", created(name)) for i, name in names.items()))
    library.record(2, Fact("code-15", renamed("Calm")), Fact("code-7", renamed("explosive")))
    with library.postgres.connection() as connection:
        connection.execute("UPDATE log.events SET data = 'null' WHERE stream_id = 'code-25'")
    library.catch_up(patient(library))
    assert sorted(library.parked()) == [("code-15", 15, 1), ("code-25", 25, 0), ("code-7", 37, 0)]
    assert len(library.names()) == 33
    assert (7, 7, "Code 7") in library.names()
    assert sorted(library.differences()) == [f"stream_parked code-{i}" for i in (15, 25, 7)]


def test_what_is_retold_meanwhile_goes_on(library: Library) -> None:
    library.record(2, Fact("code-90", created("explosive")))
    library.catch_up()
    library.record(2, Fact("code-90", renamed("Calm")))
    library.catch_up()
    library.record(1, *(Fact(f"code-{i}", created(f"Code {i}")) for i in range(1, 16)))
    library.record(2, Fact("code-91", created("Joy")))

    def retried() -> None:
        with library.postgres.connection() as connection:
            (letter,) = dead_letters(connection)
        assert library.follower.retry(letter) is None
        library.record(2, Fact("code-90", renamed("Peace")))

    watched = Watched(SHELF, library.shelf, batches=3)
    watched.meanwhile = retried
    library.catch_up(Follower(library.postgres, SHELF, watched))
    assert (90, 4, "Peace") in library.names()
    assert library.differences() == []


def test_nothing_moves_if_the_backend_goes_away_in_a_later_batch(library: Library) -> None:
    library.record(1, *(Fact(f"code-{i}", created(f"Code {i}")) for i in range(1, 36)))

    def away() -> None:
        raise Unavailable

    watched = Watched(SHELF, library.shelf, batches=3)
    watched.meanwhile = away
    with pytest.raises(Unavailable):
        Follower(library.postgres, SHELF, watched).step()
    with library.postgres.connection() as connection:
        assert progress(connection, library.serving.place, SHELF).events_waiting == 35
    library.catch_up(Follower(library.postgres, SHELF, watched))
    assert library.differences() == []


def test_what_fails_only_as_a_whole_is_retold_batch_by_batch(library: Library) -> None:
    library.record(1, *(Fact(f"code-{i}", created(f"Code {i}")) for i in range(1, 36)))
    watched = Watched(SHELF, library.shelf, batches=3)
    watched.most = 1
    library.catch_up(Follower(library.postgres, SHELF, watched))
    assert library.parked() == []
    assert library.differences() == []
    assert watched.taken == 1 + 3 + 1


def test_after_some_time_no_more_is_taken(library: Library) -> None:
    library.record(1, *(Fact(f"code-{i}", created(f"Code {i}")) for i in range(1, 36)))
    follower = patient(library)
    follower.seconds = 0
    assert follower.step().events == SHELF.batch


def test_what_was_rejected_and_then_is_not_is_held(library: Library) -> None:
    library.shelf.refused = {"Joy"}
    library.record(1, *(Fact(f"code-{i}", created(name)) for i, name in enumerate(["Joy", *"abcdefghij"], 1)))
    library.record(1, Fact("code-1", renamed("Calm")))
    library.catch_up(patient(library))
    assert library.parked() == []
    assert (1, 12, "Calm") in library.names()
    library.record(1, Fact("code-2", renamed("Awe")), *(Fact(f"code-{i}", renamed(f"n{i}")) for i in range(3, 12)))
    library.record(1, Fact("code-2", renamed("Joy")))
    library.catch_up(patient(library))
    assert [one[0] for one in library.parked()] == ["code-2"]
