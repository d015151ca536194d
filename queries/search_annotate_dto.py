"""Places where a phrase stands, as annotations that could be made."""

from pydantic import Field

from queries.dto_base import ReadDTO


class SpanCandidate(ReadDTO):
    """The body of a span that is ready to be created, once it has a code."""

    begin: int = Field(description="The first code point")
    end: int = Field(description="The code point after the last")
    begin_token: int
    end_token: int
    span_text: str
    code_id: int | None = Field(description="The code that was asked for, if any")
    sdoc_id: int


class SpanAnnotationHit(ReadDTO):
    span_dto: SpanCandidate
    before_context: str
    after_context: str


class PaginatedSpanAnnotationHits(ReadDTO):
    total_results: int
    hits: list[SpanAnnotationHit]
