"""What readers see of a sentence annotation."""

from uuid import UUID

from pydantic import Field

from queries.dto_base import Entity, ReadDTO


class SentenceAnnotationRead(Entity):
    sentence_id_start: int = Field(description="The first sentence; a document's sentences are counted from 0")
    sentence_id_end: int = Field(description="The last sentence, included")
    begin: int = Field(description="The first code point")
    end: int = Field(description="The code point after the last")
    text: str
    code_id: int
    user_id: int
    sdoc_id: int
    memo_ids: list[int]
    uuid: UUID
    project_id: int
    text_version: int = Field(description="The version of the document's text that the sentences are of")
    codebook_version_id: int | None = Field(description="The version of the codebook that was active when it was made")
    is_outdated: bool = Field(description="Its code has since changed its meaning")
    is_orphaned: bool = Field(description="Its words are not found in the present text of the document")


class SentenceAnnotatorResult(ReadDTO):
    sentence_annotations: dict[int, list[SentenceAnnotationRead]] = Field(description="By each sentence they cover")
