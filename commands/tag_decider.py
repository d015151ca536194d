"""Creating, changing and deleting tags."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Protocol, assert_never

from commands._decider import Asked, Decider
from commands._palette import color_of
from commands._refusal import Invalid, NotFound, Refused
from commands.dto_base import name_key
from commands.tag_dto import TagCreate, TagDelete, TagUpdate
from events._event import Event, Fact, stream
from events.tag_events import TagCreated, TagDeleted, TagDescribed, TagEvent, TagMoved, TagRecoloured, TagRenamed

TagCommand = TagCreate | TagUpdate | TagDelete


@dataclass(frozen=True, slots=True)
class Tag:
    name: str
    color: str
    description: str
    parent_id: int | None


class TagLookup(Protocol):
    """What the rules must know of the other tags of the project, and of what hangs on them."""

    def holder(self, name_key: str) -> int | None: ...

    def lineage(self, tag_id: int) -> Sequence[int]:
        """The tag and those above it, up to the root; empty if there is no such tag."""

    def below(self, tag_id: int) -> Sequence[tuple[int, str]]:
        """Id and name of all tags below it, the deepest first."""

    def removals(self, tag_ids: Sequence[int]) -> Iterable[Fact]:
        """The end of all links and memos of these tags."""


class TagNameTaken(Refused):
    """A tag with this name already exists in the project."""


class TagCycle(Refused):
    """A tag cannot be placed below itself or below one of its own descendants."""


class NoSuchParent(Invalid):
    """The parent is not a tag of this project."""


def decide(command: TagCommand, tag: Tag | None, asked: Asked, tags: TagLookup) -> list[Event | Fact]:
    if isinstance(command, TagCreate):
        return [_create(command, tags)]
    if tag is None:
        raise NotFound
    match command:
        case TagUpdate():
            return list(_update(asked.id, command, tag, tags))
        case TagDelete():
            below = tags.below(asked.id)
            ends = tags.removals([*(id for id, _ in below), asked.id])
            return [
                *ends,
                *(Fact(stream("tag", id), TagDeleted(name=name)) for id, name in below),
                TagDeleted(name=tag.name),
            ]
        case _:
            assert_never(command)


def _create(command: TagCreate, tags: TagLookup) -> TagCreated:
    key = name_key(command.name)
    if tags.holder(key) is not None:
        raise TagNameTaken(loc=("body", "name"))
    if command.parent_id is not None and not tags.lineage(command.parent_id):
        raise NoSuchParent(loc=("body", "parent_id"))
    return TagCreated(
        name=command.name,
        name_key=key,
        color=command.color or color_of(key),
        description=command.description or "",
        parent_id=command.parent_id,
    )


def _update(tag_id: int, command: TagUpdate, tag: Tag, tags: TagLookup) -> Iterator[Event]:
    if command.name is not None and command.name != tag.name:
        key = name_key(command.name)
        if tags.holder(key) not in (None, tag_id):
            raise TagNameTaken(loc=("body", "name"))
        yield TagRenamed(name=command.name, name_key=key, was=tag.name)
    if command.color is not None and command.color != tag.color:
        yield TagRecoloured(color=command.color, was=tag.color)
    if command.description is not None and command.description != tag.description:
        yield TagDescribed(description=command.description, was=tag.description)
    if "parent_id" in command.model_fields_set and command.parent_id != tag.parent_id:
        _check_parent(tag_id, command.parent_id, tags)
        yield TagMoved(parent_id=command.parent_id, was=tag.parent_id)


def _check_parent(tag_id: int, parent_id: int | None, tags: TagLookup) -> None:
    if parent_id is None:
        return
    lineage = tags.lineage(parent_id)
    if not lineage:
        raise NoSuchParent(loc=("body", "parent_id"))
    if tag_id in lineage:
        raise TagCycle(loc=("body", "parent_id"))


def evolve(tag: Tag | None, event: TagEvent) -> Tag | None:
    match event:
        case TagCreated():
            return Tag(event.name, event.color, event.description, event.parent_id)
        case TagDeleted():
            return None
    if tag is None:
        return None
    match event:
        case TagRenamed(name=name):
            return replace(tag, name=name)
        case TagRecoloured(color=color):
            return replace(tag, color=color)
        case TagDescribed(description=description):
            return replace(tag, description=description)
        case TagMoved(parent_id=parent_id):
            return replace(tag, parent_id=parent_id)
        case _:
            assert_never(event)


decider = Decider(area="tag", initial=None, decide=decide, evolve=evolve)
