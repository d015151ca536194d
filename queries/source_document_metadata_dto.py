"""What readers see of a metadata value."""

from datetime import datetime

from pydantic import Field

from queries.dto_base import ReadDTO


class SourceDocumentMetadataRead(ReadDTO):
    """Of the value fields, the one of the definition's type is filled once the value is set."""

    id: int = Field(description="Computed from document and definition")
    source_document_id: int
    project_metadata_id: int
    str_value: str | None
    int_value: int | float | None
    date_value: datetime | None
    boolean_value: bool | None
    list_value: list[str] | None
    version: int = Field(description="How often it has changed; the ETag")
