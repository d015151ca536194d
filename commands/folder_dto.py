"""What may be asked of folders."""

from enum import Enum
from typing import ClassVar

from pydantic import Field

from commands.dto_base import DTO, Id, Name, UpdateDTOBase
from events._event import Scope


class FolderType(str, Enum):
    """A `sdoc_folder` holds what was made of one uploaded file; a `normal` one what people put into it."""

    normal = "normal"
    sdoc_folder = "sdoc_folder"


class FolderCreate(DTO):
    creates: ClassVar[bool] = True
    depends_on: ClassVar[tuple[Scope, ...]] = ("folders",)

    name: Name = Field(description="Unique among its siblings, whatever its case", examples=["Interviews"])
    folder_type: FolderType = Field(default=FolderType.normal, strict=False)
    parent_id: Id | None = Field(default=None, description="The folder it lies in; null is the root")
    project_id: Id


class FolderUpdate(UpdateDTOBase):
    depends_on: ClassVar[tuple[Scope, ...]] = ("folders",)

    name: Name | None = Field(default=None, examples=["Interviews 2025"])
    parent_id: Id | None = Field(default=None, description="null moves it to the root")

    @classmethod
    def _nullable(cls) -> frozenset[str]:
        return frozenset({"parent_id"})


class FolderMove(DTO):
    """One of many folders that go to the same place."""

    structural: ClassVar[bool] = True

    folder_id: Id
    parent_id: Id | None


class FolderDelete(DTO):
    """Remove the folder with the folders and documents inside, and with all that hangs on these."""

    structural: ClassVar[bool] = True
