"""What may be asked of span annotations."""

from typing import ClassVar

from pydantic import Field

from commands.dto_base import DTO, Id, Offset, Text, UpdateDTOBase
from events._event import Scope


class SpanAnnotationCreate(DTO):
    creates: ClassVar[bool] = True
    depends_on: ClassVar[tuple[Scope, ...]] = ("codebook", "removals")

    begin: Offset = Field(description="The first code point", examples=[17])
    end: Offset = Field(description="The code point after the last", examples=[23])
    begin_token: Offset | None = Field(default=None, description="Found out by the server, which refuses another one")
    end_token: Offset | None = Field(default=None, description="As begin_token; the token after the last")
    span_text: Text | None = Field(default=None, description="As begin_token; the words at this place")
    code_id: Id
    sdoc_id: Id


class SpanAnnotationUpdate(UpdateDTOBase):
    depends_on: ClassVar[tuple[Scope, ...]] = ("codebook",)

    code_id: Id | None = Field(default=None, examples=[17], description="Another code for the same words")
    begin: Offset | None = Field(default=None, description="Moves the boundary, in the present text of the document")
    end: Offset | None = Field(default=None, description="As begin")


class SpanAnnotationUpdateBulk(SpanAnnotationUpdate):
    span_annotation_id: Id


class SpanAnnotationDelete(DTO):
    """Remove the span, and with it its memos and its place in groups."""
