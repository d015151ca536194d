"""The facts of a bbox annotation: a code on a box in an image."""

from typing import ClassVar, Literal
from uuid import UUID

from events._event import Event


class BBoxAnnotationCreated(Event):
    """The box is `[x_min, x_max)` by `[y_min, y_max)`, in pixels of the image as a browser shows it."""

    begins: ClassVar[bool] = True
    type: Literal["bbox_annotation.created"] = "bbox_annotation.created"
    uuid: UUID
    sdoc_id: int
    code_id: int
    user_id: int
    x_min: int
    x_max: int
    y_min: int
    y_max: int
    codebook_version_id: int | None


class BBoxAnnotationRecoded(Event):
    type: Literal["bbox_annotation.recoded"] = "bbox_annotation.recoded"
    sdoc_id: int
    code_id: int
    was: int


class BBoxAnnotationMoved(Event):
    type: Literal["bbox_annotation.moved"] = "bbox_annotation.moved"
    sdoc_id: int
    code_id: int
    x_min: int
    x_max: int
    y_min: int
    y_max: int
    was_x_min: int
    was_x_max: int
    was_y_min: int
    was_y_max: int


class BBoxAnnotationDeleted(Event):
    type: Literal["bbox_annotation.deleted"] = "bbox_annotation.deleted"
    sdoc_id: int
    code_id: int
    user_id: int
    x_min: int
    x_max: int
    y_min: int
    y_max: int


BBoxAnnotationEvent = BBoxAnnotationCreated | BBoxAnnotationRecoded | BBoxAnnotationMoved | BBoxAnnotationDeleted
