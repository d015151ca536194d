"""The facts of a memo: what a researcher thought about a code, a passage, a document or the whole project."""

from typing import ClassVar, Literal
from uuid import UUID

from events._event import Event, Scope

AttachedObjectTypeName = Literal[
    "source_document",
    "code",
    "tag",
    "project",
    "span_annotation",
    "sentence_annotation",
    "bbox_annotation",
    "span_group",
]


class _MemoEvent(Event):
    scopes: ClassVar[tuple[Scope, ...]] = ("memos",)


class MemoCreated(_MemoEvent):
    """`content_json` is the content with its formatting, as the editor of the front end writes it."""

    begins: ClassVar[bool] = True
    type: Literal["memo.created"] = "memo.created"
    uuid: UUID
    title: str
    content: str
    content_json: str
    starred: bool
    user_id: int
    attached_object_type: AttachedObjectTypeName
    attached_object_id: int


class MemoRetitled(_MemoEvent):
    type: Literal["memo.retitled"] = "memo.retitled"
    title: str
    was: str


class MemoRewritten(_MemoEvent):
    type: Literal["memo.rewritten"] = "memo.rewritten"
    content: str
    content_json: str
    was: str
    was_json: str


class MemoStarred(_MemoEvent):
    type: Literal["memo.starred"] = "memo.starred"


class MemoUnstarred(_MemoEvent):
    type: Literal["memo.unstarred"] = "memo.unstarred"


class MemoMoved(_MemoEvent):
    """What it was attached to is now part of something else of the same type."""

    type: Literal["memo.moved"] = "memo.moved"
    attached_object_type: AttachedObjectTypeName
    attached_object_id: int
    was: int


class MemoDeleted(_MemoEvent):
    type: Literal["memo.deleted"] = "memo.deleted"
    title: str
    user_id: int
    attached_object_type: AttachedObjectTypeName
    attached_object_id: int


MemoEvent = MemoCreated | MemoRetitled | MemoRewritten | MemoStarred | MemoUnstarred | MemoMoved | MemoDeleted
