"""What may be asked of metadata definitions."""

from typing import ClassVar

from pydantic import Field

from commands.dto_base import DTO, Id, Name, Text, UpdateDTOBase
from events._words import DocTypeName, MetaTypeName


class ProjectMetadataCreate(DTO):
    creates: ClassVar[bool] = True

    key: Name = Field(description="Unique among the definitions for this kind of document", examples=["author"])
    metatype: MetaTypeName = Field(examples=["STRING"])
    read_only: bool = Field(default=False, description="Values come from the server alone")
    doctype: DocTypeName = Field(examples=["text"])
    description: Text = Field(default="", examples=["Who wrote the letter"])
    project_id: Id


class ProjectMetadataUpdate(UpdateDTOBase):
    structural: ClassVar[bool] = True

    key: Name | None = Field(default=None, examples=["writer"])
    metatype: MetaTypeName | None = Field(default=None, description="Only as long as there are no values")
    description: Text | None = None


class ProjectMetadataDelete(DTO):
    """Remove the definition, and its values from all documents."""

    structural: ClassVar[bool] = True
