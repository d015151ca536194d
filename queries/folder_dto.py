"""What readers see of a folder."""

from pydantic import Field

from commands.folder_dto import FolderType
from queries.dto_base import Entity


class FolderRead(Entity):
    name: str = Field(examples=["Interviews"])
    folder_type: FolderType
    parent_id: int | None
    project_id: int
