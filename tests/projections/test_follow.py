"""Following the log: in order, each project for itself."""

from events._event import Fact
from events.project_events import ProjectDeleted
from projections._checkpoint import begin, claim
from projections._progress import progress
from tests.projections.library import Library, deleted, renamed
from tests.projections.shelf import SHELF
from tests.projections.test_code import created
from tests.projections.test_folder import created as folder


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
        come = progress(connection, library.serving.place, SHELF)
        assert 0 < come.seconds < 3_600
        assert (come.events_waiting, come.done) == (1, 3)
        connection.execute("UPDATE log.events SET recorded_at = recorded_at - interval '1 day'")
        assert progress(connection, library.serving.place, SHELF).seconds > 3_600
    library.record(1, Fact("folder-3", folder("f3", None)), Fact("code-1", renamed("Bliss")))
    library.record(1, Fact("folder-4", folder("f4", None)))
    with library.postgres.connection() as connection:
        assert progress(connection, library.serving.place, SHELF).events_waiting == 3


def test_a_long_log_is_retold_in_batches(library: Library) -> None:
    library.record(1, *(Fact(f"code-{i}", created(f"Code {i}")) for i in range(1, 36)))
    assert library.follower.step().events == SHELF.batch
    with library.postgres.connection() as connection:
        assert progress(connection, library.serving.place, SHELF).events_waiting == 25
    library.catch_up()
    assert len(library.names()) == 35
    assert library.shelf.written == sorted(library.shelf.written)
    assert library.differences() == []


def test_a_busy_project_does_not_starve_the_others(library: Library) -> None:
    library.record(1, *(Fact(f"code-{i}", created(f"Code {i}")) for i in range(1, 36)))
    library.follower.step()
    library.record(2, Fact("code-90", created("Late")))
    library.follower.step()
    assert (90, 1, "Late") in library.names()


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
