"""The rules of metadata values."""

from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from commands._decider import Asked
from commands._metadata_value import read_value
from commands._refusal import NotFound
from commands.source_document_metadata_decider import (
    Definition,
    ReadOnlyMetadata,
    WrongMetadataType,
    decider,
)
from commands.source_document_metadata_dto import (
    SourceDocumentMetadataBulkUpdate,
    SourceDocumentMetadataClear,
    SourceDocumentMetadataUpdate,
)
from events._words import MetaTypeName
from events.source_document_metadata_events import (
    VALUE_FIELDS,
    MetaValue,
    SourceDocumentMetadataCleared,
    SourceDocumentMetadataSet,
    value_id,
    value_ids,
)
from tests.spec import ADA, Spec

ID = value_id(50, 3)


@dataclass(frozen=True)
class FakeDefinitions:
    metatype: MetaTypeName = "STRING"
    read_only: bool = False

    def definition_of(self, value_id: int) -> Definition | None:
        return Definition("author", self.metatype, self.read_only) if value_id == ID else None


def update(**values: Any) -> SourceDocumentMetadataBulkUpdate:
    return SourceDocumentMetadataBulkUpdate(id=ID, **values)


def said(
    value: MetaValue, was: MetaValue | None = None, metatype: MetaTypeName = "STRING"
) -> SourceDocumentMetadataSet:
    return SourceDocumentMetadataSet(sdoc_id=50, projmeta_id=3, metatype=metatype, value=value, was=was)


cleared = SourceDocumentMetadataCleared(sdoc_id=50, projmeta_id=3, metatype="STRING", was="Käthe")
value = Spec(decider, FakeDefinitions(), Asked((50, 3), ADA))


def test_a_value_is_set_changed_and_cleared() -> None:
    value.when(update(str_value="Käthe")).then(said("Käthe"))
    value.given(said("Käthe")).when(update(str_value="Karl")).then(said("Karl", was="Käthe"))
    value.given(said("Käthe")).when(update(str_value=None)).then(cleared)
    value.given(said("Käthe")).when(SourceDocumentMetadataClear(id=ID)).then(cleared)


def test_what_is_so_already_says_nothing() -> None:
    value.when(SourceDocumentMetadataClear(id=ID)).then_nothing()
    value.given(said("Käthe"), cleared).when(update(str_value=None)).then_nothing()
    value.given(said("Käthe")).when(update(str_value="Käthe")).then_nothing()


@pytest.mark.parametrize(
    ("metatype", "given", "kept"),
    [
        ("NUMBER", 1916, 1916),
        ("NUMBER", 3.0, 3),
        ("NUMBER", 2.5, 2.5),
        ("BOOLEAN", False, False),
        ("LIST", [], []),
        ("LIST", ["a", "b"], ["a", "b"]),
        ("DATE", "1916-02-21T10:00:00+02:00", "1916-02-21T08:00:00Z"),
        ("DATE", "0079-08-24", "0079-08-24T00:00:00Z"),
        ("STRING", "", ""),
    ],
)
def test_a_value_is_kept_in_its_type(metatype: MetaTypeName, given: Any, kept: MetaValue) -> None:
    typed = value.knowing(FakeDefinitions(metatype))
    asked = update(**{VALUE_FIELDS[metatype]: given})
    typed.when(asked).then(said(kept, metatype=metatype))
    typed.given(said(kept, metatype=metatype)).when(asked).then_nothing()


def test_a_value_of_another_type_is_refused() -> None:
    value.when(update(int_value=3)).then_refused(WrongMetadataType)
    value.when(update(str_value="Käthe", int_value=3)).then_refused(WrongMetadataType)
    value.when(update(str_value="Käthe", int_value=None)).then(said("Käthe"))


def test_a_read_only_value_comes_from_the_server() -> None:
    fixed = value.knowing(FakeDefinitions(read_only=True))
    fixed.when(update(str_value="x")).then_refused(ReadOnlyMetadata)
    fixed.given(said("x")).when(SourceDocumentMetadataClear(id=ID)).then_refused(ReadOnlyMetadata)


def test_there_must_be_a_document_with_such_metadata() -> None:
    other = SourceDocumentMetadataBulkUpdate(id=ID + 1, str_value="x")
    value.when(other).then_refused(NotFound)


@pytest.mark.parametrize(
    "values",
    [
        {},
        {"int_value": "3"},
        {"int_value": True},
        {"int_value": float("nan")},
        {"int_value": float("inf")},
        {"boolean_value": 1},
        {"date_value": "1916"},
        {"date_value": 1916},
        {"date_value": "9999-12-31T23:59:59-01:00"},
        {"date_value": "0001-01-01"},
        {"str_value": "nul\0"},
        {"list_value": "a"},
        {"list_value": ["\ud800"]},
    ],
)
def test_a_value_must_be_one(values: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        SourceDocumentMetadataUpdate(**values)
    with pytest.raises(ValidationError):
        SourceDocumentMetadataBulkUpdate(id=ID, **values)


@given(st.integers(1, 2**31 - 1), st.integers(1, 2**22 - 1))
def test_a_value_has_the_id_of_its_document_and_definition(sdoc_id: int, projmeta_id: int) -> None:
    id = value_id(sdoc_id, projmeta_id)
    assert id < 2**53
    assert value_ids(id) == (sdoc_id, projmeta_id)


@pytest.mark.parametrize(
    ("metatype", "cell", "read"),
    [
        ("STRING", " Käthe ", " Käthe "),
        ("NUMBER", "1916", 1916),
        ("NUMBER", " 2.50", 2.5),
        ("BOOLEAN", "Yes", True),
        ("BOOLEAN", "0", False),
        ("DATE", "1916-02-21", "1916-02-21T00:00:00Z"),
        ("LIST", "hunger; cold;", ["hunger", "cold"]),
    ],
)
def test_a_cell_of_a_table_is_read_as_its_type(metatype: MetaTypeName, cell: str, read: MetaValue) -> None:
    assert read_value(metatype, cell) == read


@pytest.mark.parametrize(
    ("metatype", "cell"), [("NUMBER", "many"), ("NUMBER", "nan"), ("BOOLEAN", "perhaps"), ("DATE", "spring 1916")]
)
def test_a_cell_that_is_not_of_its_type_is_refused(metatype: MetaTypeName, cell: str) -> None:
    with pytest.raises(ValueError, match=f"is not of type {metatype}"):
        read_value(metatype, cell)
