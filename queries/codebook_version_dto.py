"""What readers see of a codebook version."""

from pydantic import Field

from queries.dto_base import Entity


class CodebookVersionRead(Entity):
    name: str | None = Field(examples=["After the second team meeting"])
    note: str | None
    project_id: int
    user_id: int = Field(description="Who declared it")
    revision: int = Field(description="The revision of the project at which it was declared")
