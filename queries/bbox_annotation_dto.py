"""What readers see of a bbox annotation."""

from uuid import UUID

from pydantic import Field

from queries.dto_base import Entity


class BBoxAnnotationRead(Entity):
    x_min: int = Field(description="The first column of pixels")
    x_max: int = Field(description="The column after the last")
    y_min: int = Field(description="The first row of pixels")
    y_max: int = Field(description="The row after the last")
    code_id: int
    user_id: int
    sdoc_id: int
    memo_ids: list[int]
    uuid: UUID
    project_id: int
    codebook_version_id: int | None = Field(description="The version of the codebook that was active when it was made")
    is_outdated: bool = Field(description="Its code has since changed its meaning")
    is_orphaned: bool = Field(description="It is not inside the image as that was measured last")
