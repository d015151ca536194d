"""Metadata definitions and values as they are retold."""

from datetime import UTC, datetime

import pytest
from psycopg.errors import ForeignKeyViolation

from events._event import Fact
from events._words import MetaTypeName
from events.project_metadata_events import (
    ProjectMetadataCreated,
    ProjectMetadataDeleted,
    ProjectMetadataDescribed,
    ProjectMetadataRenamed,
    ProjectMetadataRetyped,
)
from events.source_document_metadata_events import (
    MetaValue,
    SourceDocumentMetadataCleared,
    SourceDocumentMetadataSet,
    value_id,
)
from projections._crud import Record
from projections._dependents import removals
from projections.project_metadata_lookup import ProjectMetadataLookupTables
from projections.project_metadata_orm import ProjectMetadataORM
from projections.source_document_metadata_crud import crud_source_document_metadata
from projections.source_document_metadata_orm import SourceDocumentMetadataORM
from tests.projections.log import PROJECT, Log
from tests.projections.test_tag_link import document

TYPES: dict[int, MetaTypeName] = {1: "STRING", 2: "NUMBER", 3: "DATE", 4: "BOOLEAN", 5: "LIST"}
VALUES: dict[int, MetaValue] = {1: "Käthe", 2: 1916, 3: "1916-02-21T08:00:00Z", 4: False, 5: ["hunger", "cold"]}


def defined(key: str, metatype: MetaTypeName = "STRING") -> ProjectMetadataCreated:
    return ProjectMetadataCreated(
        key=key, name_key=key, metatype=metatype, doctype="text", description="", read_only=False
    )


def set_to(sdoc_id: int, projmeta_id: int, value: MetaValue, was: MetaValue | None = None) -> Fact:
    event = SourceDocumentMetadataSet(
        sdoc_id=sdoc_id, projmeta_id=projmeta_id, metatype=TYPES[projmeta_id], value=value, was=was
    )
    return Fact(f"sdocmeta-{sdoc_id}-{projmeta_id}", event)


def cleared(sdoc_id: int, projmeta_id: int, was: MetaValue) -> Fact:
    event = SourceDocumentMetadataCleared(
        sdoc_id=sdoc_id, projmeta_id=projmeta_id, metatype=TYPES[projmeta_id], was=was
    )
    return Fact(f"sdocmeta-{sdoc_id}-{projmeta_id}", event)


def arranged(log: Log) -> None:
    """Two documents, a definition of each type, and all values of the second document."""
    definitions = [Fact(f"projmeta-{id}", defined(metatype.lower(), metatype)) for id, metatype in TYPES.items()]
    log.record(*document(1), *document(2), *definitions)
    log.record(*(set_to(2, id, value) for id, value in VALUES.items()))


def values(log: Log, sdoc_id: int) -> list[Record]:
    with log.postgres.session() as db:
        return crud_source_document_metadata.read_by_sdoc(db, sdoc_id)


def test_a_definition_changes_and_the_others_stay(log: Log) -> None:
    arranged(log)
    log.record(*(cleared(2, id, value) for id, value in VALUES.items()))
    others = log.rows(ProjectMetadataORM)[1:]
    log.record(
        Fact("projmeta-1", ProjectMetadataRenamed(key="Place", name_key="place", was="string")),
        Fact("projmeta-1", ProjectMetadataRetyped(metatype="LIST", was="STRING")),
        Fact("projmeta-1", ProjectMetadataDescribed(description="Where", was="")),
    )
    log.again()
    first, *untouched = log.rows(ProjectMetadataORM)
    assert untouched == others
    assert (first["key"], first["name_key"], first["metatype"], first["description"]) == (
        "Place",
        "place",
        "LIST",
        "Where",
    )
    log.record(Fact("projmeta-1", ProjectMetadataDeleted(key="Place", doctype="text")))
    log.again()
    assert log.rows(ProjectMetadataORM) == others


def test_a_value_exists_before_it_is_set(log: Log) -> None:
    arranged(log)
    unset = values(log, 1)
    assert [row["id"] for row in unset] == [value_id(1, id) for id in TYPES]
    assert {row["version"] for row in unset} == {0}
    fields = ("str_value", "int_value", "date_value", "boolean_value", "list_value")
    assert all(row[field] is None for row in unset for field in fields)


def test_a_value_has_the_type_of_its_definition(log: Log) -> None:
    arranged(log)
    string, number, date, boolean, items = values(log, 2)
    assert string["str_value"] == "Käthe"
    assert (number["int_value"], type(number["int_value"])) == (1916, int)
    assert date["date_value"] == datetime(1916, 2, 21, 8, tzinfo=UTC)
    assert boolean["boolean_value"] is False
    assert items["list_value"] == ["hunger", "cold"]
    assert items["str_value"] is None


def test_a_value_changes_and_the_others_stay(log: Log) -> None:
    arranged(log)
    others = values(log, 2)[1:]
    log.record(set_to(2, 1, "Karl", was="Käthe"))
    log.again()
    first, *untouched = values(log, 2)
    assert untouched == others
    assert (first["str_value"], first["version"]) == ("Karl", 2)


def test_a_cleared_value_is_null_and_remembers_its_version(log: Log) -> None:
    arranged(log)
    log.record(cleared(2, 2, 1916))
    log.again()
    assert len(log.rows(SourceDocumentMetadataORM)) == 4
    number = values(log, 2)[1]
    assert (number["int_value"], number["version"]) == (None, 2)
    log.record(set_to(2, 2, 1.5))
    number = values(log, 2)[1]
    assert (number["int_value"], number["version"]) == (1.5, 3)


def test_many_lists_are_written_at_once(log: Log) -> None:
    arranged(log)
    log.record(*(fact for id in range(3, 1_203) for fact in document(id)))
    log.record(*(set_to(id, 5, ["a"] * (id % 3)) for id in range(3, 1_203)))
    log.record(*(set_to(id, 5, ["b"] * (id % 3), was=["a"]) for id in range(3, 1_203)))
    assert values(log, 4)[4]["list_value"] == ["b"]
    assert values(log, 5)[4]["list_value"] == ["b", "b"]
    assert values(log, 6)[4]["list_value"] == []


def test_the_type_of_a_definition_does_not_change_under_its_values(log: Log) -> None:
    arranged(log)
    with pytest.raises(ForeignKeyViolation):
        log.record(Fact("projmeta-1", ProjectMetadataRetyped(metatype="LIST", was="STRING")))
    with log.postgres.connection() as connection:
        definitions = ProjectMetadataLookupTables(connection, PROJECT)
        assert definitions.has_values(1)
        log.record(cleared(2, 1, "Käthe"))
        assert not definitions.has_values(1)


def test_a_definition_and_a_document_take_their_values_along(log: Log) -> None:
    arranged(log)
    log.record(set_to(1, 3, "1914-08-01T00:00:00Z"))
    with log.postgres.connection() as connection:
        assert removals(connection, PROJECT, "projmeta", [3]) == [
            cleared(1, 3, "1914-08-01T00:00:00Z"),
            cleared(2, 3, "1916-02-21T08:00:00Z"),
        ]
        assert removals(connection, PROJECT, "sdoc", [2]) == [cleared(2, id, value) for id, value in VALUES.items()]


def test_a_document_of_another_kind_has_other_metadata(log: Log) -> None:
    arranged(log)
    log.record(*document(3, "image"))
    assert values(log, 3) == []
    with log.postgres.session() as db:
        assert crud_source_document_metadata.read(db, value_id(3, 1)) is None
        assert crud_source_document_metadata.read_by_key(db, 2, "string") == values(log, 2)[0]
        ids = [value_id(2, 4), value_id(1, 1), value_id(9, 1)]
        assert [row["id"] for row in crud_source_document_metadata.read_by_ids(db, ids)] == ids[:2]
