"""Entries that differ from the log are found and mended, whatever goes wrong on the way."""

from collections.abc import Iterable
from itertools import repeat

import pytest

from events._event import Fact
from projections._behind_verify import differences, refusals, write_anew
from projections._dead_letter import dead_letters
from projections._model import Backend
from projections._verify import Counts
from repos._unavailable import Unavailable
from tests.projections.library import Library
from tests.projections.test_code import created


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


def test_what_claims_to_be_newer_or_belongs_nowhere_is_found_and_mended(library: Library) -> None:
    library.record(1, *(Fact(f"code-{i}", created(f"Code {i}")) for i in range(1, 4)))
    library.catch_up()
    before = library.names()
    place = library.serving.place.name
    with library.postgres.connection() as connection:
        connection.execute(f"UPDATE {place}.entry SET revision = 99 WHERE id = 2")
        connection.execute(f"INSERT INTO {place}.entry VALUES (-7, 1, 99, 'ghost'), (9, 1, 99, 'ghost')")
        connection.execute(f"INSERT INTO {place}.entry VALUES (10, 77, 1, 'stranger')")
    expected = ["entry_unexpected -7", "entry_stale 2", "entry_unexpected 9", "entry_unexpected 10"]
    assert library.differences() == expected
    assert repaired(library).lasting == 0
    assert library.differences() == []
    assert library.names() == before


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


@pytest.mark.parametrize("losing", [(), repeat({1, 2})])
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


def test_what_cannot_be_read_any_more_is_named_and_left_alone_and_all_else_is_mended(library: Library) -> None:
    library.record(1, *(Fact(f"code-{i}", created(f"Code {i}")) for i in range(1, 6)))
    library.catch_up()
    before = library.names()
    with library.postgres.connection() as connection:
        connection.execute("UPDATE log.events SET data = '{' WHERE stream_id IN ('code-1', 'code-3', 'code-5')")
        connection.execute(f"UPDATE {library.serving.place.name}.entry SET name = 'other' WHERE id IN (2, 3)")
        connection.execute(f"INSERT INTO {library.serving.place.name}.entry VALUES (9, 1, 1, 'ghost')")
    lasting = [f"stream_unreadable code-{i}" for i in (1, 3, 5)]
    assert library.differences() == ["entry_wrong 2", "entry_unexpected 9", *lasting]
    assert repaired(library).lasting == 3
    assert library.differences() == lasting
    assert library.names() == [one if one[0] != 3 else (3, 3, "other") for one in before]
    write_anew(library.postgres, library.shelves.target(library.serving), 1)
    assert library.differences() == lasting


def test_an_index_that_holds_what_cannot_be_read_any_more_is_not_emptied(library: Library) -> None:
    library.record(1, *(Fact(f"code-{i}", created(f"Code {i}")) for i in range(1, 4)))
    library.catch_up()
    with library.postgres.connection() as connection:
        connection.execute("UPDATE log.events SET type = 'code.painted' WHERE stream_id = 'code-2'")
    library.shelf.lost, library.shelf.losing = {1}, repeat({1})
    assert repaired(library).lasting == 2
    assert (2, 2, "Code 2") in library.names()


def test_a_version_that_holds_what_cannot_be_read_any_more_does_not_serve(library: Library) -> None:
    library.record(1, Fact("code-1", created("Joy")))
    library.catch_up()
    with library.postgres.connection() as connection:
        connection.execute("UPDATE log.events SET data = '{' WHERE stream_id = 'code-1'")
    (found,) = refusals(library.postgres, library.shelves.target(library.serving), Backend.POSTGRES)
    assert str(found).startswith(
        "Project 1: shelf_1 cannot be compared in code-1, whose history cannot be read: Valida"
    )


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


def test_what_could_not_be_mended_to_the_end_counts_as_not_mended(library: Library) -> None:
    library.record(1, Fact("code-1", created("Joy")), Fact("code-2", created("Awe")))
    library.catch_up()
    with library.postgres.connection() as connection:
        connection.execute(f"UPDATE {library.serving.place.name}.entry SET name = 'other'")
    library.shelf.away = Unavailable("The shelf")
    counts = Counts()
    target = library.shelves.target(library.serving)
    with pytest.raises(Unavailable):
        list(differences(library.postgres, target, Backend.POSTGRES, repair=True, counts=counts))
    assert counts.lasting == 2


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
