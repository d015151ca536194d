"""Writing, changing and deleting memos."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Protocol, assert_never

from commands._decider import Asked, Decider
from commands._refusal import Forbidden, NotFound, Refused
from commands.memo_dto import MemoAttach, MemoDelete, MemoUpdate
from events._event import Event
from events.memo_events import (
    AttachedObjectTypeName,
    MemoCreated,
    MemoDeleted,
    MemoEvent,
    MemoMoved,
    MemoRetitled,
    MemoRewritten,
    MemoStarred,
    MemoUnstarred,
)

MemoCommand = MemoAttach | MemoUpdate | MemoDelete


@dataclass(frozen=True, slots=True)
class Memo:
    title: str
    content: str
    content_json: str
    starred: bool
    user_id: int
    attached_object_type: AttachedObjectTypeName
    attached_object_id: int


class MemoLookup(Protocol):
    """What the rules must know of the object of a memo."""

    def exists(self, object_type: AttachedObjectTypeName, object_id: int) -> bool: ...

    def memo_of(self, object_type: AttachedObjectTypeName, object_id: int, user_id: int) -> int | None:
        """The memo that this user has there already."""


class MemoExists(Refused):
    """You already have a memo on this: change that one."""


class OthersMemo(Forbidden):
    """A memo belongs to its author; only an editor may change or delete it for them."""


def decide(command: MemoCommand, memo: Memo | None, asked: Asked, memos: MemoLookup) -> Sequence[Event]:
    if isinstance(command, MemoAttach):
        return [_create(command, asked, memos)]
    if memo is None:
        raise NotFound
    if memo.user_id != asked.actor_id and not asked.may_edit:
        raise OthersMemo
    match command:
        case MemoUpdate():
            return list(_update(command, memo))
        case MemoDelete():
            return [
                MemoDeleted(
                    title=memo.title,
                    user_id=memo.user_id,
                    attached_object_type=memo.attached_object_type,
                    attached_object_id=memo.attached_object_id,
                )
            ]
        case _:
            assert_never(command)


def _create(command: MemoAttach, asked: Asked, memos: MemoLookup) -> MemoCreated:
    place = command.attached_object_type, command.attached_object_id
    if not memos.exists(*place):
        raise NotFound
    if memos.memo_of(*place, asked.actor_id) is not None:
        raise MemoExists
    return MemoCreated(
        uuid=command.uuid,
        title=command.title,
        content=command.content,
        content_json=command.content_json,
        starred=bool(command.starred),
        user_id=asked.actor_id,
        attached_object_type=command.attached_object_type,
        attached_object_id=command.attached_object_id,
    )


def _update(command: MemoUpdate, memo: Memo) -> Iterator[Event]:
    if command.title is not None and command.title != memo.title:
        yield MemoRetitled(title=command.title, was=memo.title)
    content = memo.content if command.content is None else command.content
    content_json = memo.content_json if command.content_json is None else command.content_json
    if (content, content_json) != (memo.content, memo.content_json):
        yield MemoRewritten(content=content, content_json=content_json, was=memo.content, was_json=memo.content_json)
    if command.starred is not None and command.starred != memo.starred:
        yield MemoStarred() if command.starred else MemoUnstarred()


def evolve(memo: Memo | None, event: MemoEvent) -> Memo | None:
    match event:
        case MemoCreated():
            return Memo(
                event.title,
                event.content,
                event.content_json,
                event.starred,
                event.user_id,
                event.attached_object_type,
                event.attached_object_id,
            )
        case MemoDeleted():
            return None
    if memo is None:
        return None
    match event:
        case MemoRetitled(title=title):
            return replace(memo, title=title)
        case MemoRewritten(content=content, content_json=content_json):
            return replace(memo, content=content, content_json=content_json)
        case MemoStarred() | MemoUnstarred():
            return replace(memo, starred=isinstance(event, MemoStarred))
        case MemoMoved(attached_object_id=attached_object_id):
            return replace(memo, attached_object_id=attached_object_id)
        case _:
            assert_never(event)


decider = Decider(area="memo", initial=None, decide=decide, evolve=evolve)
