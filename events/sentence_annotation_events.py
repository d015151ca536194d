"""The facts of a sentence annotation: a code on whole sentences of a text."""

from typing import ClassVar, Literal
from uuid import UUID

from events._event import Event


class SentenceAnnotationCreated(Event):
    """Sentences are counted from 0, both ends included; `[begin, end)` are the code points that they reach over."""

    begins: ClassVar[bool] = True
    type: Literal["sentence_annotation.created"] = "sentence_annotation.created"
    uuid: UUID
    sdoc_id: int
    code_id: int
    user_id: int
    sentence_id_start: int
    sentence_id_end: int
    begin: int
    end: int
    text_version: int
    text_sha256: str
    codebook_version_id: int | None


class SentenceAnnotationRecoded(Event):
    type: Literal["sentence_annotation.recoded"] = "sentence_annotation.recoded"
    sdoc_id: int
    code_id: int
    was: int


class SentenceAnnotationMoved(Event):
    type: Literal["sentence_annotation.moved"] = "sentence_annotation.moved"
    sdoc_id: int
    code_id: int
    sentence_id_start: int
    sentence_id_end: int
    begin: int
    end: int
    text_version: int
    text_sha256: str
    was_sentence_id_start: int
    was_sentence_id_end: int
    was_text_version: int


class SentenceAnnotationDeleted(Event):
    type: Literal["sentence_annotation.deleted"] = "sentence_annotation.deleted"
    sdoc_id: int
    code_id: int
    user_id: int
    sentence_id_start: int
    sentence_id_end: int
    begin: int
    end: int
    text_version: int


SentenceAnnotationEvent = (
    SentenceAnnotationCreated | SentenceAnnotationRecoded | SentenceAnnotationMoved | SentenceAnnotationDeleted
)
