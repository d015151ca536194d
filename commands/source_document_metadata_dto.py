"""What may be asked of metadata values."""

from datetime import datetime
from typing import Self

from pydantic import ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from commands._metadata_value import Items, Moment, Number
from commands.dto_base import DTO, Id, Text, UpdateDTOBase
from events.source_document_metadata_events import VALUE_FIELDS, MetaValue

MAX_CHANGES = 100_000


class SourceDocumentMetadataUpdate(UpdateDTOBase):
    """A value in the field of its type; null in all fields clears it."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"str_value": "Käthe"}]})

    int_value: Number | None = Field(default=None, description="For NUMBER, whole or not")
    str_value: Text | None = Field(default=None, description="For STRING", examples=["Käthe"])
    boolean_value: bool | None = Field(default=None, description="For BOOLEAN")
    date_value: Moment | None = Field(default=None, description="For DATE; in UTC if it names no zone")
    list_value: Items | None = Field(default=None, description="For LIST")

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if self.model_fields_set.isdisjoint(VALUE_FIELDS.values()):
            raise PydanticCustomError("empty_update", "At least one of the value fields must be there")
        return self

    def given(self) -> dict[str, MetaValue | datetime]:
        """The fields that are not null."""
        return {name: value for name in VALUE_FIELDS.values() if (value := getattr(self, name)) is not None}

    @classmethod
    def _nullable(cls) -> frozenset[str]:
        return frozenset(VALUE_FIELDS.values())


class SourceDocumentMetadataBulkUpdate(SourceDocumentMetadataUpdate):
    id: Id


class SourceDocumentMetadataClear(DTO):
    """Make the value null again."""

    id: Id
