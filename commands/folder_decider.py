"""Making, renaming, moving and deleting folders."""

from collections.abc import Iterable, Iterator, Set
from dataclasses import dataclass, replace
from typing import Protocol, assert_never

from commands._decider import Asked, Decider
from commands._refusal import Invalid, NotFound, Refused
from commands.dto_base import name_key
from commands.folder_dto import FolderCreate, FolderDelete, FolderMove, FolderType, FolderUpdate
from events._event import Event, Fact
from events.folder_events import FolderCreated, FolderDeleted, FolderEvent, FolderMoved, FolderRenamed, FolderTypeName

FolderCommand = FolderCreate | FolderUpdate | FolderMove | FolderDelete


@dataclass(frozen=True, slots=True)
class Folder:
    name: str
    name_key: str
    folder_type: FolderTypeName
    parent_id: int | None


class FolderLookup(Protocol):
    """What the rules must know of the other folders of the project, and of what lies in them."""

    def folder_type(self, folder_id: int) -> str | None: ...

    def lineage(self, folder_id: int) -> Set[int]:
        """The folder and those it lies in."""

    def namesakes(self, name_key: str, parent_id: int | None) -> Set[int]:
        """The folders of this name that lie there, or that the same request moves there."""

    def removals(self, folder_id: int) -> Iterable[Fact]:
        """The end of everything inside."""


class FolderNameTaken(Refused):
    """There is a folder with this name in the same place already."""


class FolderCycle(Refused):
    """A folder cannot be put into itself or into a folder inside it."""


class NoSuchParentFolder(Invalid):
    """The parent is not a folder of this project."""


class HoldsDocumentsOnly(Invalid):
    """A folder of type sdoc_folder holds documents and no folders."""


def decide(command: FolderCommand, folder: Folder | None, asked: Asked, folders: FolderLookup) -> list[Event | Fact]:
    if isinstance(command, FolderCreate):
        return [_create(command, folders)]
    if folder is None:
        raise NotFound
    match command:
        case FolderUpdate():
            return list(_update(asked.id, command, folder, folders))
        case FolderMove(parent_id=parent_id):
            return list(_move(asked.id, parent_id, folder, folders))
        case FolderDelete():
            return [*folders.removals(asked.id), FolderDeleted(name=folder.name)]
        case _:
            assert_never(command)


def _create(command: FolderCreate, folders: FolderLookup) -> FolderCreated:
    key = name_key(command.name)
    _check_parent(command.parent_id, folders)
    if folders.namesakes(key, command.parent_id):
        raise FolderNameTaken(loc=("body", "name"))
    return FolderCreated(
        name=command.name,
        name_key=key,
        folder_type=FolderType(command.folder_type).value,
        parent_id=command.parent_id,
    )


def _update(folder_id: int, command: FolderUpdate, folder: Folder, folders: FolderLookup) -> Iterator[Event]:
    if "parent_id" in command.model_fields_set:
        key = name_key(command.name) if command.name is not None else folder.name_key
        yield from _move(folder_id, command.parent_id, replace(folder, name_key=key), folders)
        folder = replace(folder, parent_id=command.parent_id)
    if command.name is not None and command.name != folder.name:
        key = name_key(command.name)
        if folders.namesakes(key, folder.parent_id) - {folder_id}:
            raise FolderNameTaken(loc=("body", "name"))
        yield FolderRenamed(name=command.name, name_key=key, was=folder.name)


def _move(folder_id: int, parent_id: int | None, folder: Folder, folders: FolderLookup) -> Iterator[Event]:
    if parent_id == folder.parent_id:
        return
    _check_parent(parent_id, folders)
    if parent_id is not None and folder_id in folders.lineage(parent_id):
        raise FolderCycle
    if folders.namesakes(folder.name_key, parent_id) - {folder_id}:
        raise FolderNameTaken
    yield FolderMoved(parent_id=parent_id, was=folder.parent_id)


def _check_parent(parent_id: int | None, folders: FolderLookup) -> None:
    if parent_id is None:
        return
    match folders.folder_type(parent_id):
        case None:
            raise NoSuchParentFolder(loc=("body", "parent_id"))
        case "sdoc_folder":
            raise HoldsDocumentsOnly(loc=("body", "parent_id"))


def evolve(folder: Folder | None, event: FolderEvent) -> Folder | None:
    match event:
        case FolderCreated():
            return Folder(event.name, event.name_key, event.folder_type, event.parent_id)
        case FolderDeleted():
            return None
    if folder is None:
        return None
    match event:
        case FolderRenamed(name=name, name_key=key):
            return replace(folder, name=name, name_key=key)
        case FolderMoved(parent_id=parent_id):
            return replace(folder, parent_id=parent_id)
        case _:
            assert_never(event)


decider = Decider(area="folder", initial=None, decide=decide, evolve=evolve)
