"""What readers see of a span annotation."""

from datetime import datetime
from uuid import UUID

from pydantic import Field

from queries.dto_base import Entity, ReadDTO


class SpanAnnotationRead(Entity):
    begin: int = Field(description="The first code point")
    end: int = Field(description="The code point after the last")
    begin_token: int = Field(description="The first token that it touches")
    end_token: int = Field(description="The token after the last")
    text: str
    code_id: int
    user_id: int
    sdoc_id: int
    group_ids: list[int]
    memo_ids: list[int]
    uuid: UUID
    project_id: int
    text_version: int = Field(description="The version of the document's text that the offsets count in")
    codebook_version_id: int | None = Field(description="The version of the codebook that was active when it was made")
    is_outdated: bool = Field(description="Its code has since changed its meaning")
    is_orphaned: bool = Field(description="Its words are not found in the present text of the document")


class SpanAnnotationDeleted(ReadDTO):
    version: int = Field(description="How often it had changed; the ETag")
    begin: int
    end: int
    begin_token: int
    end_token: int
    id: int
    code_id: int
    user_id: int
    sdoc_id: int
    created: datetime
    updated: datetime
