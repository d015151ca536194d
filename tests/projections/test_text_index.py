"""What a place of texts holds, on every backend for real."""

import pytest
from psycopg.errors import UndefinedTable
from sqlalchemy.exc import ProgrammingError

from projections._behind import Change, Entry, Gone, Place
from projections.memo_text import memo_text
from repos._unavailable import Unavailable
from repos.postgres_repo import Postgres
from systems.text_query_simple_system import parse_simple
from tests.projections.texts import OTHER, PROJECT, Texts, opened


def test_a_place_that_is_not_there_says_so(texts: Texts) -> None:
    texts.index.drop()
    with pytest.raises((Unavailable, UndefinedTable, ProgrammingError)):
        texts.reader.search(PROJECT, parse_simple("afternoon"))
    with pytest.raises((Unavailable, UndefinedTable, ProgrammingError)):
        texts.write(texts.document(1, "afternoon"))


def test_of_a_place_that_somebody_removed_every_entry_is_missing(texts: Texts) -> None:
    texts.hold("an afternoon", "a morning")
    texts.index.drop()
    assert texts.stored() == []


def test_making_a_place_twice_does_no_harm(texts: Texts) -> None:
    texts.hold("an afternoon")
    texts.index.create()
    assert texts.find("afternoon") == [1]
    texts.index.drop()
    texts.index.drop()
    texts.index.create()
    assert texts.find("afternoon") == []


def test_projects_do_not_see_each_other(texts: Texts) -> None:
    here, there = texts.document(1, "afternoon", name="one"), texts.document(2, "afternoom", project_id=OTHER)
    assert not texts.write(here, there)
    assert texts.find("afternoon~1") == [1]
    assert texts.find("afternoon~1", OTHER) == [2]
    assert texts.find("", OTHER) == [2]
    assert texts.find("-morning", 3) == []
    assert [one.id for one in texts.stored(OTHER)] == [2]


def test_what_is_older_than_what_is_there_changes_nothing(texts: Texts) -> None:
    new, old = texts.document(1, "new", revision=7), texts.document(1, "old", revision=5)
    assert not texts.write(new)
    assert not texts.write(old, gone=[Gone(PROJECT, 1, 6)])
    assert texts.find("new") == [1]
    assert texts.find("old") == []
    assert not texts.write(new)
    assert [(one.id, one.revision) for one in texts.stored()] == [(1, 7)]


def test_a_change_replaces_what_was_there_and_the_others_stay(texts: Texts) -> None:
    texts.hold("an afternoon", "an afternoon")
    assert not texts.write(texts.document(1, "a morning", revision=2))
    assert (texts.find("afternoon"), texts.find("morning")) == ([2], [1])
    assert not texts.write(texts.document(1, "a morning", name="Renamed", revision=3))
    assert texts.expert("name:renamed AND content:morning") == [1]
    assert not texts.write(texts.document(1, "a morning", name="Renamed", revision=4, folder_id=9))
    assert texts.expert("name:renamed AND content:morning") == [1]
    assert [(one.id, one.revision) for one in texts.stored()] == [(1, 4), (2, 1)]


def test_what_is_gone_is_gone(texts: Texts) -> None:
    texts.hold("an afternoon", "an afternoon")
    assert not texts.write(gone=[Gone(PROJECT, 1, 2), Gone(PROJECT, 77, 2)])
    assert texts.find("afternoon") == [2]
    assert [one.id for one in texts.stored()] == [2]


def test_of_many_changes_in_one_write_the_last_counts(texts: Texts) -> None:
    first = [texts.document(1, "an afternoon"), texts.document(2, "an afternoon"), texts.document(3, "an afternoon")]
    others = [texts.document(id, "nothing") for id in range(4, 1_204)]
    last = [texts.document(1, "a morning", revision=2), texts.document(3, "a morning", revision=2)]
    with texts.postgres.transaction() as connection:
        changes: list[Change] = [*first, *others, *last, Gone(PROJECT, 2, 2), Gone(PROJECT, 3, 3)]
        assert not texts.index.write(connection, iter(changes))
    assert (texts.find("afternoon"), texts.find("morning")) == ([], [1])
    assert len(texts.find("nothing")) == 1_200


def test_a_project_is_forgotten_and_the_other_stays(texts: Texts) -> None:
    entries = [texts.document(id, f"afternoon {id % 9}") for id in range(1, 1_203)]
    assert not texts.write(*entries, texts.document(5_000, "afternoon", project_id=OTHER))
    texts.forget(PROJECT)
    assert texts.find("afternoon") == []
    assert texts.stored() == []
    assert texts.find("afternoon", OTHER) == [5_000]
    assert texts.find("afternon~1", OTHER) == [5_000]


def test_what_is_overwritten_is_as_it_is_to_be_whatever_was_there(texts: Texts) -> None:
    texts.hold("an afternoon", "an afternoon", "an afternoon", "an afternoon")
    newer = [texts.document(2, "a morning", revision=9), texts.document(3, "a morning", revision=9)]
    assert not texts.write(*newer, gone=[Gone(PROJECT, 1, 9)])
    for _ in range(2):
        with texts.postgres.transaction() as connection:
            told = [texts.document(1, "an afternoon"), texts.document(2, "an afternoon")]
            assert not texts.index.overwrite(connection, PROJECT, [1, 2, 3, 77], told)
        assert (texts.find("afternoon"), texts.find("morning")) == ([1, 2, 4], [])
        assert [(one.id, one.revision) for one in texts.stored()] == [(1, 1), (2, 1), (4, 1)]
    assert not texts.write(texts.document(1, "a morning", revision=2), gone=[Gone(PROJECT, 2, 2)])
    assert (texts.find("afternoon"), texts.find("morning")) == ([4], [1])


def test_what_is_gone_for_good_may_come_again_as_something_else(texts: Texts) -> None:
    texts.hold("an afternoon", "an afternoon")
    assert not texts.write(texts.document(3, "an afternoon", revision=900))
    with texts.postgres.transaction() as connection:
        assert not texts.index.overwrite(connection, PROJECT, [3], [])
    assert texts.find("afternoon") == [1, 2]
    assert not texts.write(texts.document(3, "a morning", revision=5))
    assert texts.find("morning") == [3]


def test_what_cannot_be_made_is_not_held_in_its_old_form(texts: Texts) -> None:
    texts.hold("an afternoon", "an afternoon")
    lost = texts.document(1, "a morning", revision=2)
    texts.blobs.path(PROJECT, lost.values["text_sha256"]).unlink()
    with texts.postgres.transaction() as connection:
        (rejected,) = texts.index.overwrite(connection, PROJECT, [1], [lost])
    assert rejected.entry == lost
    assert texts.find("afternoon") == [2]
    assert [one.id for one in texts.stored()] == [2]


def test_the_projects_that_something_is_held_of_are_told(texts: Texts) -> None:
    assert not texts.write(texts.document(1, "a"), texts.document(2, "a"), texts.document(5, "b", project_id=OTHER))
    with texts.postgres.connection() as connection:
        assert {*texts.index.projects(connection)} == {PROJECT, OTHER}
    texts.index.drop()
    with texts.postgres.connection() as connection:
        assert [*texts.index.projects(connection)] == []


def test_what_lies_there_is_what_the_log_says(texts: Texts) -> None:
    entries = [
        texts.document(1, "A lazy afternoon. " * 3_000, name="Long"),
        texts.document(2, "Ärger 👩\u200d👩\u200d👧 我爱北京", language=None),
        texts.document(3, ""),
    ]
    assert not texts.write(*reversed(entries))
    stored = texts.stored()
    assert [(one.id, one.revision) for one in stored] == [(1, 1), (2, 1), (3, 1)]
    assert [one.digest for one in stored] == texts.digests(*entries)
    assert len({one.digest for one in stored}) == 3
    assert texts.unfound(*entries) == []
    moved = texts.document(3, "", folder_id=2)
    assert texts.digests(moved) != texts.digests(entries[2])
    assert texts.digests(texts.document(2, "Ärger")) != texts.digests(entries[1])


def test_a_text_that_is_missing_is_rejected_and_the_others_go_in(texts: Texts) -> None:
    missing = texts.document(2, "lost")
    texts.blobs.path(PROJECT, missing.values["text_sha256"]).unlink()
    (rejected,) = texts.write(texts.document(1, "afternoon"), missing, texts.document(3, "afternoon"))
    assert rejected.entry == missing
    assert "no blob" in rejected.reason
    assert texts.find("afternoon") == [1, 3]


def test_a_disk_that_is_away_is_waited_for(texts: Texts) -> None:
    documents = [texts.document(id, f"Joy {id}") for id in (1, 2)]
    elsewhere = texts.blobs.folder.rename(texts.blobs.folder.with_name("elsewhere"))
    with pytest.raises(Unavailable):
        texts.write(*documents)
    elsewhere.rename(texts.blobs.folder)
    assert texts.write(*documents) == []
    assert texts.find("joy") == [1, 2]


def test_a_text_that_is_damaged_is_rejected_and_the_others_go_in(texts: Texts) -> None:
    damaged = texts.document(2, "lost")
    texts.blobs.path(PROJECT, damaged.values["text_sha256"]).write_bytes(b"\xff")
    (rejected,) = texts.write(texts.document(1, "afternoon"), damaged, texts.document(3, "afternoon"))
    assert rejected.entry == damaged
    assert "not the content" in rejected.reason
    assert texts.find("afternoon") == [1, 3]


def test_memos_are_texts_too(request: pytest.FixtureRequest, texts: Texts, postgres: Postgres) -> None:
    memos = opened(request, Place("memo_text", 1), memo_text, postgres, texts.blobs)
    memos.index.create()
    beside = {"attached_object_type": "tag", "attached_object_id": 3, "user_id": 4, "starred": False}
    entries = [
        Entry(PROJECT, 1, 1, {"title": "Ironies", "content": "Das ist ein Widerspruch.", **beside}),
        Entry(PROJECT, 2, 1, {"title": "Plain", "content": "No irony.", **beside}),
    ]
    assert not memos.write(*entries)
    assert memos.find("irony") == [1, 2]
    assert memos.expert("title:irony") == [1]
    assert memos.find("widersprüche") == [1]
    assert [one.digest for one in memos.stored()] == memos.digests(*entries)
    starred = Entry(PROJECT, 1, 2, {**entries[0].values, "starred": True})
    assert not memos.write(starred)
    assert [one.digest for one in memos.stored()] == memos.digests(starred, entries[1])
    memos.index.drop()
