"""Following the log: in order, each project for itself, whatever goes wrong on the way."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from errno import EIO
from itertools import repeat

import pytest

from events._event import Envelope, Fact, Recorded
from events._store import Append, EventStore
from events.code_events import CodeDeleted, CodeRenamed
from events.project_events import ProjectDeleted
from projections import INLINE
from projections import _registry as registry
from projections._behind import Place
from projections._behind_verify import differences, write_anew
from projections._checkpoint import begin, claim
from projections._dead_letter import dead_letters, drop
from projections._entries_target import EntriesTarget
from projections._follow import Follower
from projections._model import Backend, Poison
from projections._progress import progress
from projections._rebuild import ensure
from projections._sink import RelationalSink
from projections._verify import Counts
from repos._unavailable import Unavailable
from repos.postgres_repo import Connection, Postgres
from tests.projections.conftest import ADA, quote
from tests.projections.shelf import SHELF, Shelf, Shelves
from tests.projections.test_code import created
from tests.projections.test_folder import created as folder


class Library:
    """Logs of codes, and a shelf that follows them."""

    def __init__(self, postgres: Postgres) -> None:
        self.postgres = postgres
        self.store = EventStore(postgres, RelationalSink(INLINE, quote))
        self.shelves = Shelves(postgres)
        ensure(postgres, self.shelves, "shelf", Backend.POSTGRES)
        self.follower = self.followed(self.serving)

    @property
    def serving(self) -> registry.Version:
        with self.postgres.connection() as connection:
            return registry.serving(connection, "shelf")

    @property
    def shelf(self) -> Shelf:
        return self.shelves.shelf(self.serving)

    def followed(self, version: registry.Version) -> Follower:
        return Follower(self.postgres, SHELF, self.shelves.target(version))

    def begin(self, *project_ids: int) -> None:
        with self.postgres.transaction() as connection:
            for project_id in project_ids:
                self.store.begin(connection, project_id)

    def record(self, project_id: int, *facts: Fact) -> None:
        with self.postgres.connection() as connection:
            versions = self.store.versions(connection, project_id, [fact.stream_id for fact in facts])
            self.store.append(connection, Append(project_id, facts, Envelope(ADA, "test"), versions))

    def catch_up(self, follower: Follower | None = None) -> None:
        while (follower or self.follower).step().projects:
            pass

    def names(self, place: Place | None = None) -> list[tuple[int, int, str]]:
        with self.postgres.connection() as connection:
            rows = connection.execute(
                f"SELECT id, revision, name FROM {(place or self.serving.place).name}.entry ORDER BY id"
            )
            return rows.fetchall()

    def differences(self) -> list[str]:
        found = differences(self.postgres, self.shelves.target(self.serving), Backend.POSTGRES)
        return [f"{one.kind} {one.key}" for one in found]

    def parked(self) -> list[tuple[str, int, int]]:
        with self.postgres.connection() as connection:
            return [(one.stream_id, one.revision, one.later) for one in dead_letters(connection)]


@pytest.fixture
def library(postgres: Postgres) -> Library:
    library = Library(postgres)
    library.begin(1, 2)
    return library


def renamed(name: str) -> CodeRenamed:
    return CodeRenamed(name=name, name_key=name.casefold(), was="")


def deleted(name: str) -> CodeDeleted:
    return CodeDeleted(name=name, parent_id=None)


def test_entries_are_the_sum_of_their_streams(library: Library) -> None:
    library.record(1, Fact("code-1", created("Joy")), Fact("code-2", created("Grief")))
    library.record(2, Fact("code-3", created("Joy")))
    library.catch_up()
    library.record(1, Fact("code-1", renamed("Delight")))
    library.record(1, Fact("code-2", deleted("Grief")))
    library.catch_up()
    assert library.names() == [(1, 3, "Delight"), (3, 1, "Joy")]
    assert library.differences() == []


def test_what_others_do_to_a_project_does_not_concern_a_model_of_one_part(library: Library) -> None:
    library.record(1, Fact("code-1", created("Joy")))
    library.catch_up()
    library.record(1, Fact("folder-1", folder("a", None)))
    assert library.follower.step().projects == 0
    with library.postgres.connection() as connection:
        assert progress(connection, library.serving.place, SHELF).events_waiting == 0


def test_what_others_did_long_before_makes_nobody_late(library: Library) -> None:
    library.record(1, Fact("code-1", created("Joy")))
    library.catch_up()
    library.record(1, *(Fact(f"folder-{id}", folder(f"f{id}", None)) for id in (1, 2)))
    with library.postgres.connection() as connection:
        connection.execute("UPDATE log.events SET recorded_at = recorded_at - interval '1 day'")
        assert progress(connection, library.serving.place, SHELF).seconds == 0
    library.record(1, Fact("code-1", renamed("Delight")))
    with library.postgres.connection() as connection:
        assert 0 < progress(connection, library.serving.place, SHELF).seconds < 3_600
        connection.execute("UPDATE log.events SET recorded_at = recorded_at - interval '1 day'")
        assert progress(connection, library.serving.place, SHELF).seconds > 3_600


def test_a_long_log_is_retold_in_batches(library: Library) -> None:
    library.record(1, *(Fact(f"code-{i}", created(f"Code {i}")) for i in range(1, 36)))
    assert library.follower.step().events == SHELF.batch
    with library.postgres.connection() as connection:
        assert progress(connection, library.serving.place, SHELF).events_waiting == 25
    library.catch_up()
    assert len(library.names()) == 35
    assert library.shelf.written == sorted(library.shelf.written)
    assert library.differences() == []


def patient(library: Library) -> Follower:
    """One whose target takes three batches before it holds them."""
    return Follower(library.postgres, SHELF, EntriesTarget(SHELF, library.shelf, batches=3))


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


def test_a_letter_names_the_event_that_cannot_be_read(library: Library) -> None:
    library.record(1, Fact("code-1", created("Joy")), Fact("code-2", created("Awe")), Fact("code-1", renamed("Calm")))
    with library.postgres.connection() as connection:
        connection.execute("UPDATE log.events SET data = 'null' WHERE revision = 3")
    library.catch_up()
    assert library.parked() == [("code-1", 3, 0)]


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


def test_a_busy_project_does_not_starve_the_others(library: Library) -> None:
    library.record(1, *(Fact(f"code-{i}", created(f"Code {i}")) for i in range(1, 36)))
    library.follower.step()
    library.record(2, Fact("code-90", created("Late")))
    library.follower.step()
    assert (90, 1, "Late") in library.names()


def test_poison_parks_its_stream_and_the_others_go_on(library: Library) -> None:
    library.record(
        1, Fact("code-1", created("Joy")), Fact("code-2", created("explosive")), Fact("code-3", created("Awe"))
    )
    library.catch_up()
    assert library.names() == [(1, 1, "Joy"), (3, 3, "Awe")]
    library.record(1, Fact("code-2", renamed("Calm")), Fact("code-3", renamed("Wonder")))
    library.catch_up()
    assert library.names() == [(1, 1, "Joy"), (3, 5, "Wonder")]
    assert library.parked() == [("code-2", 2, 1)]
    assert library.differences() == ["stream_parked code-2"]


def test_a_parked_stream_is_retold_from_its_beginning(library: Library) -> None:
    library.record(1, Fact("code-1", created("Joy")), Fact("code-2", created("explosive")))
    library.catch_up()
    with library.postgres.connection() as connection:
        (letter,) = dead_letters(connection)
    assert library.follower.retry(letter) == "ValueError: bang"
    library.record(1, Fact("code-2", renamed("Calm")))
    library.catch_up()
    assert library.follower.retry(letter) is None
    assert library.names() == [(1, 1, "Joy"), (2, 3, "Calm")]
    assert library.parked() == []
    assert library.differences() == []


def test_what_a_backend_refuses_is_parked_too(library: Library) -> None:
    library.shelf.refused = {"Joy"}
    library.record(1, Fact("code-1", created("Joy")), Fact("code-2", created("Awe")))
    library.catch_up()
    assert library.names() == [(2, 2, "Awe")]
    assert library.parked() == [("code-1", 1, 0)]


def test_an_event_that_cannot_be_read_parks_its_stream(library: Library) -> None:
    library.record(1, Fact("code-1", created("Joy")), Fact("code-2", created("Awe")))
    with library.postgres.connection() as connection:
        connection.execute("UPDATE log.events SET data = 'null' WHERE stream_id = 'code-1'")
    library.catch_up()
    assert library.names() == [(2, 2, "Awe")]
    assert library.parked() == [("code-1", 1, 0)]


def test_a_project_is_written_anew_but_for_what_is_parked(library: Library) -> None:
    library.record(1, *(Fact(f"code-{i}", created(f"Code {i}")) for i in range(1, 4)))
    with library.postgres.connection() as connection:
        connection.execute("UPDATE log.events SET data = 'null' WHERE stream_id = 'code-1'")
    library.catch_up()
    before = library.names()
    with library.postgres.connection() as connection:
        connection.execute(f"UPDATE {library.serving.place.name}.entry SET name = 'other'")
    write_anew(library.postgres, library.shelves.target(library.serving), 1)
    assert library.names() == before
    assert library.differences() == ["stream_parked code-1"]


def test_a_dropped_letter_lets_its_stream_go_on(library: Library) -> None:
    library.record(1, Fact("code-1", created("explosive")))
    library.catch_up()
    with library.postgres.connection() as connection:
        drop(connection, dead_letters(connection))
    library.record(1, Fact("code-1", renamed("Calm")))
    library.catch_up()
    assert library.names() == [(1, 2, "Calm")]


def test_nothing_moves_while_the_backend_is_away(library: Library) -> None:
    library.shelf.away = Unavailable()
    library.record(1, Fact("code-1", created("Joy")))
    with pytest.raises(Unavailable):
        library.follower.step()
    library.shelf.away = None
    library.catch_up()
    assert library.names() == [(1, 1, "Joy")]


def test_a_disk_that_is_away_is_no_fault_of_any_event(library: Library) -> None:
    library.shelf.away = OSError(EIO, "Input/output error")
    library.record(1, Fact("code-1", created("Joy")), Fact("code-2", created("Awe")))
    with pytest.raises(OSError, match="Input/output"):
        library.follower.step()
    assert library.parked() == []


def test_two_never_retell_the_same_log(library: Library) -> None:
    library.record(1, Fact("code-1", created("Joy")))
    library.record(2, Fact("code-2", created("Awe")))
    place = library.serving.place
    with library.postgres.connection() as connection:
        begin(connection, place, [1])
    with library.postgres.transaction() as connection:
        assert claim(connection, place, 1)
        library.catch_up()
        assert library.names() == [(2, 1, "Awe")]
        assert library.follower.step().taken
    library.catch_up()
    assert library.names() == [(1, 1, "Joy"), (2, 1, "Awe")]


def test_a_project_that_ended_is_forgotten(library: Library) -> None:
    library.record(1, Fact("code-1", created("Joy")))
    library.record(2, Fact("code-2", created("Awe")))
    library.catch_up()
    library.record(1, Fact("project-1", ProjectDeleted(title="Letters")))
    library.catch_up()
    assert library.names() == [(2, 1, "Awe")]
    assert library.differences() == []


def test_what_is_parked_and_then_deleted_is_held_and_parked_no_longer(library: Library) -> None:
    library.shelf.refused = {"Awe"}
    library.record(1, Fact("code-1", created("Joy")), Fact("code-2", created("Awe")))
    library.catch_up()
    library.record(1, Fact("code-1", renamed("explosive")))
    library.catch_up()
    assert library.names() == [(1, 1, "Joy")]
    assert len(library.parked()) == 2
    library.record(1, Fact("code-1", renamed("Calm")), Fact("code-1", deleted("Calm")))
    library.catch_up()
    assert library.names() == []
    assert library.parked() == [("code-2", 2, 0)]
    assert library.differences() == ["stream_parked code-2"]


def test_what_is_parked_of_a_project_ends_with_it(library: Library) -> None:
    for project_id in (1, 2):
        library.record(project_id, Fact(f"code-{project_id}", created("explosive")))
    library.catch_up()
    library.record(1, Fact("project-1", ProjectDeleted(title="Letters")))
    library.catch_up()
    assert [one[0] for one in library.parked()] == ["code-2"]
    assert library.differences() == ["stream_parked code-2"]


def test_what_is_parked_of_a_project_that_ended_is_not_retold(library: Library) -> None:
    library.record(1, Fact("code-1", created("explosive")))
    library.catch_up()
    library.record(1, Fact("code-1", renamed("Calm")))
    library.catch_up()
    with library.postgres.connection() as connection:
        (letter,) = dead_letters(connection)
    library.record(1, Fact("project-1", ProjectDeleted(title="Letters")))
    assert library.follower.retry(letter) is None
    library.catch_up()
    assert library.follower.retry(letter) is None
    assert library.names() == []
    assert library.parked() == []


def test_what_is_changed_by_hand_is_found_and_mended(library: Library) -> None:
    library.record(1, *(Fact(f"code-{i}", created(f"Code {i}")) for i in range(1, 6)))
    library.catch_up()
    place = library.serving.place.name
    with library.postgres.connection() as connection:
        connection.execute(f"DELETE FROM {place}.entry WHERE id = 1")
        connection.execute(f"UPDATE {place}.entry SET name = 'other' WHERE id = 2")
        connection.execute(f"UPDATE {place}.entry SET revision = 1 WHERE id = 3")
        connection.execute(f"INSERT INTO {place}.entry VALUES (9, 1, 1, 'ghost')")
    expected = ["entry_missing 1", "entry_wrong 2", "entry_stale 3", "entry_unexpected 9"]
    assert library.differences() == expected
    target = library.shelves.target(library.serving)
    repaired = differences(library.postgres, target, Backend.POSTGRES, repair=True)
    assert len(list(repaired)) == len(expected)
    assert library.differences() == []


def test_what_differs_in_several_projects_is_mended_in_each(library: Library) -> None:
    for project_id in (1, 2):
        library.record(project_id, *(Fact(f"code-{project_id}{i}", created(f"Code {i}")) for i in range(5)))
    library.catch_up()
    with library.postgres.connection() as connection:
        connection.execute(f"UPDATE {library.serving.place.name}.entry SET name = 'other'")
    target = library.shelves.target(library.serving)
    counts = Counts()
    repaired = list(differences(library.postgres, target, Backend.POSTGRES, repair=True, counts=counts))
    assert [one.project_id for one in repaired] == [1] * 5 + [2] * 5
    assert counts.entries == 10
    assert library.differences() == []


@pytest.mark.parametrize("losing", [[{1}, {3}, {2, 3}], repeat({1, 2})])
def test_what_mending_loses_sight_of_is_mended_too(library: Library, losing: Iterable[set[int]]) -> None:
    library.record(1, *(Fact(f"code-{i}", created(f"Code {i}")) for i in range(1, 4)))
    library.catch_up()
    before = library.names()
    shelf = library.shelves.shelf(library.serving)
    shelf.lost, shelf.losing = {2}, iter(losing)
    target = library.shelves.target(library.serving)
    (found,) = differences(library.postgres, target, Backend.POSTGRES, repair=True)
    assert (found.kind, found.key) == ("entry_unfound", "2")
    assert library.differences() == []
    assert library.names() == before


def repaired(library: Library) -> Counts:
    """What a repair says of all projects."""
    counts = Counts()
    target = library.shelves.target(library.serving)
    found = list(differences(library.postgres, target, Backend.POSTGRES, repair=True, counts=counts))
    assert found
    return counts


def test_mending_leaves_alone_what_cannot_be_made_any_more(library: Library) -> None:
    library.record(1, *(Fact(f"code-{i}", created(f"Code {i}")) for i in range(1, 4)))
    library.catch_up()
    library.shelf.unreadable = {"Code 2"}
    with library.postgres.connection() as connection:
        connection.execute(f"DELETE FROM {library.serving.place.name}.entry WHERE id = 1")
    assert repaired(library).lasting == 1
    assert library.names() == [(1, 1, "Code 1"), (2, 2, "Code 2"), (3, 3, "Code 3")]
    write_anew(library.postgres, library.shelves.target(library.serving), 1)
    assert (2, 2, "Code 2") in library.names()
    library.shelf.unreadable = set()
    assert library.differences() == []


def test_an_index_that_cannot_be_made_whole_again_is_not_emptied(library: Library) -> None:
    library.record(1, *(Fact(f"code-{i}", created(f"Code {i}")) for i in range(1, 4)))
    library.catch_up()
    library.shelf.unreadable = {"Code 2"}
    library.shelf.lost, library.shelf.losing = {1}, repeat({1})
    assert repaired(library).lasting == 2
    assert (2, 2, "Code 2") in library.names()


def test_what_a_backend_refuses_when_it_is_mended_is_parked(library: Library) -> None:
    library.record(1, Fact("code-1", created("Joy")), Fact("code-2", created("Awe")))
    library.catch_up()
    library.shelf.refused = {"Joy"}
    with library.postgres.connection() as connection:
        connection.execute(f"UPDATE {library.serving.place.name}.entry SET name = 'other'")
    assert repaired(library).lasting == 1
    assert library.parked() == [("code-1", 1, 0)]
    assert library.differences() == ["stream_parked code-1"]
    library.shelf.refused = set()
    with library.postgres.connection() as connection:
        (letter,) = dead_letters(connection)
    assert library.follower.retry(letter) is None
    assert library.differences() == []
