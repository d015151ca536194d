"""The facts of a span annotation: a code on a passage of a text."""

from typing import ClassVar, Literal
from uuid import UUID

from events._event import Event


class SpanAnnotationCreated(Event):
    """`[begin, end)` counts code points of the text blob, `[begin_token, end_token)` the tokens that it touches."""

    begins: ClassVar[bool] = True
    type: Literal["span_annotation.created"] = "span_annotation.created"
    uuid: UUID
    sdoc_id: int
    code_id: int
    user_id: int
    begin: int
    end: int
    begin_token: int
    end_token: int
    text_version: int
    text_sha256: str
    codebook_version_id: int | None


class SpanAnnotationRecoded(Event):
    type: Literal["span_annotation.recoded"] = "span_annotation.recoded"
    sdoc_id: int
    code_id: int
    was: int


class SpanAnnotationMoved(Event):
    type: Literal["span_annotation.moved"] = "span_annotation.moved"
    sdoc_id: int
    code_id: int
    begin: int
    end: int
    begin_token: int
    end_token: int
    text_version: int
    text_sha256: str
    was_begin: int
    was_end: int
    was_text_version: int


class SpanAnnotationDeleted(Event):
    type: Literal["span_annotation.deleted"] = "span_annotation.deleted"
    sdoc_id: int
    code_id: int
    user_id: int
    begin: int
    end: int
    text_version: int


SpanAnnotationEvent = SpanAnnotationCreated | SpanAnnotationRecoded | SpanAnnotationMoved | SpanAnnotationDeleted
