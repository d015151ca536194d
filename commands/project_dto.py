"""What may be asked of projects."""

from typing import ClassVar

from pydantic import Field

from commands.dto_base import DTO, Name, Text, UpdateDTOBase


class ProjectCreate(DTO):
    creates: ClassVar[bool] = True

    title: Name = Field(examples=["Letters from the front"])
    description: Text = Field(default="", examples=["Field post 1914 to 1918"])


class ProjectUpdate(UpdateDTOBase):
    title: Name | None = Field(default=None, examples=["Letters home"])
    description: Text | None = None


class ProjectDelete(DTO):
    """End the log of the project."""

    structural: ClassVar[bool] = True
