"""What may be asked of codes."""

from typing import ClassVar

from pydantic import Field

from commands.dto_base import DTO, Color, Id, Name, Text, UpdateDTOBase
from events._event import Scope


class CodeCreate(DTO):
    creates: ClassVar[bool] = True

    name: Name = Field(description="Unique in the project, whatever its case", examples=["joy"])
    color: Color | None = Field(default=None, description="One of a palette, by the name, if absent")
    description: Text = Field(default="", examples=["The narrator speaks of happiness"])
    parent_id: Id | None = Field(default=None, description="The code above it in the tree")
    enabled: bool = Field(default=True, description="Disabled codes cannot be used for new annotations")
    project_id: Id
    is_system: bool = Field(default=False, description="Only the server makes system codes")


class CodeUpdate(UpdateDTOBase):
    depends_on: ClassVar[tuple[Scope, ...]] = ("codebook",)

    name: Name | None = Field(default=None, examples=["delight"])
    color: Color | None = None
    description: Text | None = None
    parent_id: Id | None = Field(default=None, description="null makes it a root")
    enabled: bool | None = Field(default=None, description="With all codes below it")

    @classmethod
    def _nullable(cls) -> frozenset[str]:
        return frozenset({"parent_id"})


class CodeDelete(DTO):
    """Remove the code, all codes below it, and every annotation that used one of them."""

    structural: ClassVar[bool] = True


class CodeMerge(DTO):
    """Move all annotations and children to another code, and remove this one."""

    structural: ClassVar[bool] = True

    into_id: Id
