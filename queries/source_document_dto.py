"""What readers see of a source document."""

from pydantic import Field

from commands.source_document_dto import DocType
from queries.dto_base import Entity, ReadDTO


class SourceDocumentRead(Entity):
    filename: str = Field(examples=["interview.txt"])
    name: str
    doctype: DocType
    project_id: int
    folder_id: int
    status: str = Field(description="uploaded, done or failed; docprocessing also knows what waits and what runs")
    failed_step: str | None
    error: str | None = Field(description="Why processing failed, in words")
    media_type: str = Field(examples=["text/plain"])
    source_length: int = Field(description="Bytes of the uploaded file")
    text_version: int = Field(description="Counts the texts that were made of the file; 0 before the first")
    text_length: int | None = Field(description="Unicode code points of the text")
    sentence_count: int | None
    token_count: int | None
    language: str | None = Field(description="ISO 639-1, where the text tells it", examples=["en"])
    image_width: int | None = Field(description="Pixels of the image as a browser shows it")
    image_height: int | None
    memo_ids: list[int]


class SourceDocumentDataRead(ReadDTO):
    """Offsets are half-open and count the Unicode code points of `text`."""

    id: int
    project_id: int
    repo_url: str = Field(description="Where the uploaded file can be had for a while")
    html: str
    text: str
    text_version: int
    tokens: list[str]
    token_character_offsets: list[tuple[int, int]]
    sentences: list[str]
    sentence_character_offsets: list[tuple[int, int]]
    word_level_transcriptions: None
