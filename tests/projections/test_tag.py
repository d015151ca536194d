"""Tags as they are retold."""

from events._event import Fact
from events.tag_events import TagCreated, TagDeleted, TagDescribed, TagMoved, TagRecoloured, TagRenamed
from projections.tag_crud import crud_tag
from projections.tag_lookup import TagLookupTables
from projections.tag_orm import TagORM
from tests.projections.log import PROJECT, Log


def created(name: str, parent_id: int | None = None) -> TagCreated:
    return TagCreated(name=name, name_key=name.casefold(), color="#4e79a7", description="", parent_id=parent_id)


def test_a_tag_changes_and_the_other_stays(log: Log) -> None:
    log.record(Fact("tag-1", created("Letter")), Fact("tag-2", created("Diary")))
    other = log.rows(TagORM)[1]
    log.record(Fact("tag-1", TagRenamed(name="Post", name_key="post", was="Letter")))
    log.record(Fact("tag-1", TagRecoloured(color="#000000", was="#4e79a7")))
    log.record(
        Fact("tag-1", TagDescribed(description="From home", was="")), Fact("tag-1", TagMoved(parent_id=2, was=None))
    )
    log.again()
    letter, untouched = log.rows(TagORM)
    assert untouched == other
    assert (letter["name"], letter["name_key"], letter["color"]) == ("Post", "post", "#000000")
    assert (letter["description"], letter["parent_id"], letter["version"]) == ("From home", 2, 5)


def test_a_deleted_tag_is_gone(log: Log) -> None:
    log.record(Fact("tag-1", created("Letter")), Fact("tag-2", created("Diary")))
    log.record(Fact("tag-1", TagDeleted(name="Letter")))
    log.again()
    assert [row["id"] for row in log.rows(TagORM)] == [2]


def test_a_tag_is_read_with_its_memos(log: Log) -> None:
    log.record(Fact("tag-1", created("Letter")))
    with log.postgres.session() as db:
        tag = crud_tag.read(db, 1)
    assert tag is not None
    assert tag["memo_ids"] == []
    assert "name_key" not in tag


def test_the_tree_is_known_upwards_and_downwards(log: Log) -> None:
    tree = {1: None, 2: 1, 3: 2, 4: None}
    log.record(*(Fact(f"tag-{id}", created(f"t{id}", parent)) for id, parent in tree.items()))
    with log.postgres.connection() as connection:
        tags = TagLookupTables(connection, PROJECT)
        assert tags.lineage(3) == [3, 2, 1]
        assert tags.below(1) == [(3, "t3"), (2, "t2")]
        assert tags.holder("t4") == 4
        assert TagLookupTables(connection, PROJECT + 1).lineage(3) == []
