"""What may be asked of tags."""

from typing import ClassVar

from pydantic import Field

from commands.dto_base import DTO, Color, Id, Name, Text, UpdateDTOBase


class TagCreate(DTO):
    creates: ClassVar[bool] = True

    name: Name = Field(description="Unique in the project, whatever its case", examples=["interview"])
    color: Color | None = Field(default=None, description="One of a palette, by the name, if absent")
    description: Text | None = Field(default=None, examples=["Transcripts of spoken interviews"])
    parent_id: Id | None = Field(default=None, description="The tag above it in the tree")
    project_id: Id


class TagUpdate(UpdateDTOBase):
    structural: ClassVar[bool] = True

    name: Name | None = Field(default=None, examples=["conversation"])
    color: Color | None = None
    description: Text | None = None
    parent_id: Id | None = Field(default=None, description="null makes it a root")

    @classmethod
    def _nullable(cls) -> frozenset[str]:
        return frozenset({"parent_id"})


class TagDelete(DTO):
    """Remove the tag and all tags below it, from all documents."""

    structural: ClassVar[bool] = True
