"""The facts of a metadata value: what is known of one property of one document."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Literal

from events._event import Event
from events._words import MetaTypeName

MetaValue = str | int | float | bool | list[str]
"""A DATE is its ISO 8601 text in UTC."""

VALUE_FIELDS: Mapping[MetaTypeName, str] = {
    "STRING": "str_value",
    "NUMBER": "int_value",
    "DATE": "date_value",
    "BOOLEAN": "boolean_value",
    "LIST": "list_value",
}
"""What requests, answers and read tables call the value, by the type of its definition."""

DEFINITION_BITS = 22
MAX_DEFINITION_ID = 2**DEFINITION_BITS - 1


def value_id(sdoc_id: int, projmeta_id: int) -> int:
    """The id of a value, which exists for every document and definition without being handed out; below 2**53."""
    return sdoc_id << DEFINITION_BITS | projmeta_id


def value_ids(id: int) -> tuple[int, int]:
    """The document and the definition of a value."""
    return id >> DEFINITION_BITS, id & MAX_DEFINITION_ID


def plain(number: float) -> float:
    """A NUMBER as it is recorded: without a point if it is whole and exact."""
    return int(number) if number.is_integer() and abs(number) < 2**53 else number


def iso(moment: datetime) -> str:
    """A DATE as it is recorded."""
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


class SourceDocumentMetadataSet(Event):
    type: Literal["sdocmeta.set"] = "sdocmeta.set"
    sdoc_id: int
    projmeta_id: int
    metatype: MetaTypeName
    value: MetaValue
    was: MetaValue | None


class SourceDocumentMetadataCleared(Event):
    type: Literal["sdocmeta.cleared"] = "sdocmeta.cleared"
    sdoc_id: int
    projmeta_id: int
    metatype: MetaTypeName
    was: MetaValue


SourceDocumentMetadataEvent = SourceDocumentMetadataSet | SourceDocumentMetadataCleared
