"""What may be asked of sentence annotations."""

from typing import ClassVar

from pydantic import Field

from commands.dto_base import DTO, Id, Offset, UpdateDTOBase
from events._event import Scope


class SentenceAnnotationCreate(DTO):
    creates: ClassVar[bool] = True
    depends_on: ClassVar[tuple[Scope, ...]] = ("codebook", "removals")

    sentence_id_start: Offset = Field(description="The first sentence; a document's sentences are counted from 0")
    sentence_id_end: Offset = Field(description="The last sentence, included")
    code_id: Id
    sdoc_id: Id


class SentenceAnnotationUpdate(UpdateDTOBase):
    depends_on: ClassVar[tuple[Scope, ...]] = ("codebook",)

    code_id: Id | None = Field(default=None, examples=[17], description="Another code for the same sentences")
    sentence_id_start: Offset | None = Field(default=None, description="Moves the boundary, in the present text")
    sentence_id_end: Offset | None = Field(default=None, description="As sentence_id_start")


class SentenceAnnotationUpdateBulk(SentenceAnnotationUpdate):
    sent_annotation_id: Id


class SentenceAnnotationDelete(DTO):
    """Remove the annotation, and with it its memos."""
