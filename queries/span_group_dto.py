"""What readers see of a span group."""

from queries.dto_base import Entity
from queries.span_annotation_dto import SpanAnnotationRead


class SpanGroupRead(Entity):
    name: str
    user_id: int
    sdoc_id: int
    project_id: int
    memo_ids: list[int]


class SpanGroupWithAnnotationsRead(SpanGroupRead):
    span_annotations: list[SpanAnnotationRead]
