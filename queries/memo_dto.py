"""What readers see of a memo."""

from uuid import UUID

from pydantic import Field

from events.memo_events import AttachedObjectTypeName
from queries.dto_base import Entity


class MemoRead(Entity):
    uuid: UUID
    title: str = Field(examples=["Is this irony?"])
    content: str
    content_json: str
    starred: bool
    user_id: int = Field(description="Its author")
    project_id: int
    attached_object_type: AttachedObjectTypeName
    attached_object_id: int
