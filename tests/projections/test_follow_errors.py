"""Following the log whatever goes wrong: what cannot be retold is parked, what is away is waited for."""

from errno import EIO

import pytest

from events._event import Fact
from events.project_events import ProjectDeleted
from projections._dead_letter import dead_letters, drop
from repos._unavailable import Unavailable
from tests.projections.library import Library, deleted, renamed
from tests.projections.test_code import created


def test_a_letter_names_the_event_that_cannot_be_read(library: Library) -> None:
    library.record(1, Fact("code-1", created("Joy")), Fact("code-2", created("Awe")), Fact("code-1", renamed("Calm")))
    with library.postgres.connection() as connection:
        connection.execute("UPDATE log.events SET data = 'null' WHERE revision = 3")
    library.catch_up()
    assert library.parked() == [("code-1", 3, 0)]


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
