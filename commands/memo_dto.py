"""What may be asked of memos."""

from enum import Enum
from typing import ClassVar
from uuid import UUID

from pydantic import Field

from commands.dto_base import DTO, Id, Name, Text, UpdateDTOBase
from events.memo_events import AttachedObjectTypeName


class AttachedObjectType(str, Enum):
    """What a memo can be attached to."""

    source_document = "source_document"
    code = "code"
    tag = "tag"
    project = "project"
    span_annotation = "span_annotation"
    sentence_annotation = "sentence_annotation"
    bbox_annotation = "bbox_annotation"
    span_group = "span_group"


class MemoCreate(DTO):
    title: Name = Field(examples=["Is this irony?"])
    content: Text = Field(examples=["He praises the food twice, and both times he has not eaten."])
    content_json: Text = Field(default="", description="The content with its formatting, as the editor writes it")
    starred: bool | None = Field(default=False)


class MemoAttach(MemoCreate):
    """A new memo, and what it is attached to."""

    creates: ClassVar[bool] = True

    uuid: UUID
    attached_object_type: AttachedObjectTypeName
    attached_object_id: Id


class MemoUpdate(UpdateDTOBase):
    title: Name | None = Field(default=None, examples=["This is irony"])
    content: Text | None = None
    content_json: Text | None = None
    starred: bool | None = None


class MemoDelete(DTO):
    """Remove the memo; what it was attached to stays."""
