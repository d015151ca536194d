"""What readers see of a tag."""

from pydantic import Field

from queries.dto_base import Entity


class TagRead(Entity):
    name: str = Field(examples=["interview"])
    color: str = Field(examples=["#4e79a7"])
    description: str
    parent_id: int | None
    project_id: int
    memo_ids: list[int]
