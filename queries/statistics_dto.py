"""What readers are told of some documents, compared with all of the project."""

from typing import Annotated

from pydantic import Field

from commands.dto_base import MAX_ITEMS, Id
from queries.dto_base import ReadDTO
from queries.tag_dto import TagRead

SdocIds = Annotated[list[Id], Field(max_length=MAX_ITEMS, examples=[[17, 18]])]


class SpanEntityStat(ReadDTO):
    code_id: int
    span_text: str = Field(examples=["Ada Lovelace"])
    filtered_count: int = Field(description="How often these words have the code in the documents asked for")
    global_count: int = Field(description="How often they have it in the project")
    filtered_sdocs: int = Field(description="In how many of the documents asked for")
    global_sdocs: int = Field(description="In how many documents of the project")


class KeywordStat(ReadDTO):
    keyword: str = Field(examples=["hunger"])
    filtered_count: int = Field(description="How many of the documents asked for have it")
    global_count: int = Field(description="How many documents of the project have it")


class TagStat(ReadDTO):
    tag: TagRead
    filtered_count: int = Field(description="How many of the documents asked for carry it")
    global_count: int = Field(description="How many documents of the project carry it")
