"""What may be asked of codebook versions."""

from typing import ClassVar

from pydantic import Field

from commands.dto_base import DTO, Id, Name, Text, UpdateDTOBase


class CodebookVersionCreate(DTO):
    """Declare the codebook as it is now to be a version."""

    creates: ClassVar[bool] = True

    name: Name | None = Field(default=None, examples=["After the second team meeting"])
    note: Text | None = Field(default=None, examples=["Joy and delight are one code from here on."])
    project_id: Id


class CodebookVersionUpdate(UpdateDTOBase):
    name: Name | None = Field(default=None, examples=["Pilot"])
    note: Text | None = None

    @classmethod
    def _nullable(cls) -> frozenset[str]:
        return frozenset({"name", "note"})
