"""Folders as they are retold."""

import pytest
from psycopg.errors import UniqueViolation

from commands.folder_dto import FolderMove
from events._event import Fact
from events.folder_events import FolderCreated, FolderDeleted, FolderMoved, FolderRenamed, FolderTypeName
from events.source_document_events import SourceDocumentDeleted
from projections.folder_crud import crud_folder
from projections.folder_lookup import FolderLookupTables
from projections.folder_orm import FolderORM
from tests.commands.test_source_document import uploaded
from tests.projections.log import PROJECT, Log


def created(name: str, parent_id: int | None = None, folder_type: FolderTypeName = "normal") -> FolderCreated:
    return FolderCreated(name=name, name_key=name.casefold(), folder_type=folder_type, parent_id=parent_id)


def test_a_folder_changes_and_the_other_stays(log: Log) -> None:
    log.record(Fact("folder-1", created("Letters")), Fact("folder-2", created("Diaries")))
    other = log.rows(FolderORM)[1]
    log.record(Fact("folder-1", FolderRenamed(name="Post", name_key="post", was="Letters")))
    log.record(Fact("folder-1", FolderMoved(parent_id=2, was=None)))
    log.again()
    letters, untouched = log.rows(FolderORM)
    assert untouched == other
    assert (letters["name"], letters["name_key"], letters["parent_id"]) == ("Post", "post", 2)
    assert (letters["folder_type"], letters["version"]) == ("normal", 3)


def test_a_deleted_folder_is_gone(log: Log) -> None:
    log.record(Fact("folder-1", created("Letters")), Fact("folder-2", created("Diaries")))
    log.record(Fact("folder-1", FolderDeleted(name="Letters")))
    log.again()
    assert [row["id"] for row in log.rows(FolderORM)] == [2]


@pytest.mark.parametrize("parent_id", [None, 1])
def test_siblings_cannot_have_the_same_name(log: Log, parent_id: int | None) -> None:
    log.record(Fact("folder-1", created("Letters")), Fact("folder-2", created("Early", parent_id)))
    with pytest.raises(UniqueViolation):
        log.record(Fact("folder-3", created("EARLY", parent_id)))


def test_the_tree_is_known(log: Log) -> None:
    tree = {1: None, 2: 1, 3: 2, 4: None}
    log.record(*(Fact(f"folder-{id}", created(f"f{id}", parent)) for id, parent in tree.items()))
    with log.postgres.connection() as connection:
        folders = FolderLookupTables(connection, PROJECT)
        assert folders.lineage(3) == {1, 2, 3}
        assert folders.namesakes("f4", None) == {4}
        assert folders.namesakes("f4", 1) == set()
        assert (folders.folder_type(2), folders.folder_type(9)) == ("normal", None)
        assert FolderLookupTables(connection, PROJECT + 1).folder_type(2) is None
        moving = FolderLookupTables(connection, PROJECT, [FolderMove(folder_id=3, parent_id=None)])
        assert moving.namesakes("f3", None) == {3}
        assert moving.namesakes("f4", None) == {4}


def test_what_is_inside_is_named_before_what_holds_it(log: Log) -> None:
    log.record(
        Fact("folder-1", created("Letters")),
        Fact("folder-2", created("a.txt", 1, "sdoc_folder")),
        Fact("folder-3", created("b.txt", None, "sdoc_folder")),
        Fact("sdoc-1", uploaded("a.txt", 2)),
        Fact("sdoc-2", uploaded("b.txt", 3)),
    )
    with log.postgres.connection() as connection:
        inside = FolderLookupTables(connection, PROJECT).removals(1)
    assert list(inside) == [
        Fact("sdoc-1", SourceDocumentDeleted(filename="a.txt", name="a.txt")),
        Fact("folder-2", FolderDeleted(name="a.txt")),
    ]
    with log.postgres.session() as db:
        assert crud_folder.read_sdoc_ids(db, 1) == {"1": [], "2": [1]}
        assert [row["id"] for row in crud_folder.read_by_type(db, PROJECT, "sdoc_folder", after=2)] == [3]
