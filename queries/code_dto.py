"""What readers see of a code."""

from pydantic import Field

from queries.dto_base import Entity


class CodeRead(Entity):
    name: str = Field(examples=["joy"])
    color: str = Field(examples=["#4e79a7"])
    description: str
    parent_id: int | None
    enabled: bool
    is_system: bool
    project_id: int
    meaning_revision: int = Field(description="The last revision that renamed, moved, described or merged into it")
    memo_ids: list[int]
