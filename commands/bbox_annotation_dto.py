"""What may be asked of bbox annotations."""

from typing import ClassVar

from pydantic import Field

from commands.dto_base import DTO, Id, Offset, UpdateDTOBase
from events._event import Scope


class BBoxAnnotationCreate(DTO):
    """A box of an image, in pixels from the upper left corner of the image as it is shown."""

    creates: ClassVar[bool] = True
    depends_on: ClassVar[tuple[Scope, ...]] = ("codebook", "removals")

    x_min: Offset = Field(description="The first column of pixels", examples=[10])
    x_max: Offset = Field(description="The column after the last; at most the width of the image", examples=[25])
    y_min: Offset = Field(description="The first row of pixels", examples=[10])
    y_max: Offset = Field(description="The row after the last; at most the height of the image", examples=[20])
    code_id: Id
    sdoc_id: Id


class BBoxAnnotationUpdate(UpdateDTOBase):
    depends_on: ClassVar[tuple[Scope, ...]] = ("codebook",)

    code_id: Id | None = Field(default=None, examples=[17], description="Another code for the same box")
    x_min: Offset | None = Field(default=None, description="Moves this side of the box")
    x_max: Offset | None = Field(default=None, description="As x_min")
    y_min: Offset | None = Field(default=None, description="As x_min")
    y_max: Offset | None = Field(default=None, description="As x_min")


class BBoxAnnotationUpdateBulk(BBoxAnnotationUpdate):
    bbox_annotation_id: Id


class BBoxAnnotationDelete(DTO):
    """Remove the box, and with it its memos."""
