"""How often words stand in the documents of a project."""

from enum import Enum
from typing import Annotated, TypeAlias

from pydantic import Field

from queries.dto_base import ReadDTO
from queries.filter_dto import ColumnInfo, Filter, Sort
from systems.sorting_system import MAX_SORTS


class WordFrequencyColumns(str, Enum):
    WORD = "WF_WORD"
    WORD_FREQUENCY = "WF_WORD_FREQUENCY"
    WORD_PERCENT = "WF_WORD_PERCENT"
    SOURCE_DOCUMENT_FREQUENCY = "WF_SOURCE_DOCUMENT_FREQUENCY"
    SOURCE_DOCUMENT_PERCENT = "WF_SOURCE_DOCUMENT_PERCENT"
    SOURCE_DOCUMENT_NAME = "WF_SOURCE_DOCUMENT_NAME"
    TAG_ID_LIST = "WF_TAG_ID_LIST"
    CODE_ID_LIST = "WF_CODE_ID_LIST"
    USER_ID_LIST = "WF_USER_ID_LIST"
    SPAN_ANNOTATIONS = "WF_SPAN_ANNOTATIONS"


WordFrequencyFilter: TypeAlias = Filter[WordFrequencyColumns]
WordFrequencyColumnInfo: TypeAlias = ColumnInfo[WordFrequencyColumns]
WordFrequencySorts: TypeAlias = Annotated[list[Sort[WordFrequencyColumns]], Field(max_length=MAX_SORTS)]


class WordFrequencyStat(ReadDTO):
    word: str
    word_percent: float = Field(description="Of all words that count")
    count: int
    sdocs: int = Field(description="The documents that it stands in")
    sdocs_percent: float = Field(description="Of all documents that count")


class WordFrequencyResult(ReadDTO):
    total_results: int = Field(description="How many different words were found")
    sdocs_total: int
    words_total: int = Field(description="All words of the documents, each as often as it stands there")
    word_frequencies: list[WordFrequencyStat]


class WordFrequencyRead(ReadDTO):
    sdoc_id: int
    word: str
    count: int
