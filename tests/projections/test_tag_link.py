"""The tags of documents as they are retold."""

from events._event import Fact
from events.folder_events import FolderCreated
from events.source_document_events import SourceDocumentUploaded
from events.tag_link_events import TagLinked, TagUnlinked
from projections._dependents import removals
from projections.tag_link_crud import crud_tag_link
from projections.tag_link_orm import TagLinkORM
from tests.projections.log import ADA, PROJECT, Log
from tests.projections.test_tag import created

BOB = ADA + 1


def document(id: int, doctype: str = "text") -> list[Fact]:
    """A document and its folder, both with this id."""
    name = f"{id}.txt"
    folder = FolderCreated(name=name, name_key=name, folder_type="sdoc_folder", parent_id=None)
    uploaded = SourceDocumentUploaded.model_validate(
        {
            "filename": name,
            "name_key": name,
            "name": name,
            "doctype": doctype,
            "folder_id": id,
            "source_sha256": "0" * 64,
            "source_length": 1,
            "media_type": "text/plain",
        }
    )
    return [Fact(f"folder-{id}", folder), Fact(f"sdoc-{id}", uploaded)]


def linked(sdoc_id: int, tag_id: int) -> Fact:
    return Fact(f"tag_link-{sdoc_id}-{tag_id}", TagLinked(sdoc_id=sdoc_id, tag_id=tag_id))


def unlinked(sdoc_id: int, tag_id: int) -> Fact:
    return Fact(f"tag_link-{sdoc_id}-{tag_id}", TagUnlinked(sdoc_id=sdoc_id, tag_id=tag_id))


def arranged(log: Log) -> None:
    log.record(*document(1), *document(2), Fact("tag-7", created("Letter")), Fact("tag-8", created("Diary")))
    log.record(linked(1, 7), linked(2, 7), linked(2, 8))


def test_a_link_says_who_and_when(log: Log) -> None:
    arranged(log)
    log.record(linked(1, 8), actor_id=BOB)
    rows = log.rows(TagLinkORM)
    assert [(row["sdoc_id"], row["tag_id"], row["user_id"]) for row in rows] == [
        (1, 7, ADA),
        (1, 8, BOB),
        (2, 7, ADA),
        (2, 8, ADA),
    ]
    assert rows[1]["created"] > rows[0]["created"]


def test_unlinking_leaves_the_other_links(log: Log) -> None:
    arranged(log)
    log.record(unlinked(2, 7))
    log.again()
    assert [(row["sdoc_id"], row["tag_id"]) for row in log.rows(TagLinkORM)] == [(1, 7), (2, 8)]


def test_links_are_counted_by_tag_and_by_user(log: Log) -> None:
    arranged(log)
    with log.postgres.session() as db:
        assert crud_tag_link.read_tag_ids(db, 2) == [7, 8]
        assert crud_tag_link.read_sdoc_ids(db, 7) == [1, 2]
        assert crud_tag_link.count_by_tag(db, PROJECT, [1]) == {7: 1, 8: 0}
        assert crud_tag_link.count_by_user(db, PROJECT, ADA, [1, 2], [7]) == {7: 2}
        assert crud_tag_link.count_by_user(db, PROJECT, BOB, [1, 2], [7]) == {7: 0}


def test_a_tag_and_a_document_take_their_links_along(log: Log) -> None:
    arranged(log)
    with log.postgres.connection() as connection:
        assert removals(connection, PROJECT, "tag", [7]) == [unlinked(1, 7), unlinked(2, 7)]
        assert removals(connection, PROJECT, "sdoc", [2]) == [unlinked(2, 7), unlinked(2, 8)]
