"""What is asked about the use of codes, and what readers are told of it."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from commands.dto_base import MAX_ITEMS, Id
from commands.source_document_dto import DocType
from queries.code_dto import CodeRead
from queries.dto_base import ReadDTO
from queries.source_document_dto import SourceDocumentRead

Ids = Annotated[list[Id], Field(max_length=MAX_ITEMS, examples=[[17, 18]])]
TagGroups = Annotated[
    list[Annotated[list[Id], Field(max_length=1_000)]], Field(max_length=10, examples=[[[4, 5], [6, 7]]])
]


class CodeFrequencyQuery(BaseModel):
    """Whose annotations of which documents are counted: those of nobody if nobody is named."""

    model_config = ConfigDict(frozen=True)

    code_ids: Ids
    user_ids: Ids
    doctypes: Annotated[list[DocType], Field(max_length=10, examples=[["text"]])]
    folder_ids: Ids | None = Field(default=None, description="Only documents in these folders or inside of them")


class CodeFrequency(ReadDTO):
    code_id: int
    count: int = Field(description="How many annotations have the code")
    child_count: int = Field(description="How many have a code below it")
    total_count: int


class CodeOccurrence(ReadDTO):
    sdoc: SourceDocumentRead
    code: CodeRead
    text: str = Field(description="Nothing for boxes of an image")
    count: int = Field(description="How often these words of the document have the code")


class SampledSdocsResults(ReadDTO):
    tags: list[int] = Field(description="One of each group")
    sdocs: list[int] = Field(description="All documents that carry these tags, and no others of the groups")
    sample_fixed: list[int] = Field(description="A sample of the same size for all combinations of tags")
    sample_relative: list[int] = Field(description="A sample of the same share")
