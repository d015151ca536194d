"""The facts of a folder: a place for documents and other folders."""

from typing import ClassVar, Literal

from events._event import Event, Scope

FolderTypeName = Literal["normal", "sdoc_folder"]


class _FolderEvent(Event):
    scopes: ClassVar[tuple[Scope, ...]] = ("folders",)


class FolderCreated(_FolderEvent):
    """A `sdoc_folder` groups what was made of one uploaded file."""

    begins: ClassVar[bool] = True
    type: Literal["folder.created"] = "folder.created"
    name: str
    name_key: str
    folder_type: FolderTypeName
    parent_id: int | None


class FolderRenamed(_FolderEvent):
    type: Literal["folder.renamed"] = "folder.renamed"
    name: str
    name_key: str
    was: str


class FolderMoved(_FolderEvent):
    type: Literal["folder.moved"] = "folder.moved"
    parent_id: int | None
    was: int | None


class FolderDeleted(_FolderEvent):
    type: Literal["folder.deleted"] = "folder.deleted"
    name: str


FolderEvent = FolderCreated | FolderRenamed | FolderMoved | FolderDeleted
