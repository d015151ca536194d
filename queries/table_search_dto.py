"""What can be searched as a table: the columns that filters and sort orders name, and the rows that are found."""

from enum import Enum
from typing import Annotated, TypeAlias

from pydantic import Field

from queries.code_dto import CodeRead
from queries.dto_base import ReadDTO
from queries.filter_dto import ColumnInfo, Filter, Sort
from queries.memo_dto import MemoRead
from queries.source_document_dto import SourceDocumentRead
from systems.sorting_system import MAX_SORTS


class SpanColumns(str, Enum):
    SPAN_TEXT = "SP_SPAN_TEXT"
    CODE_ID = "SP_CODE_ID"
    USER_ID = "SP_USER_ID"
    MEMO_CONTENT = "SP_MEMO_CONTENT"
    SOURCE_DOCUMENT_NAME = "SP_SOURCE_SOURCE_DOCUMENT_NAME"
    TAG_ID_LIST = "SP_TAG_ID_LIST"


class SentAnnoColumns(str, Enum):
    TEXT = "SentAnno_TEXT"
    CODE_ID = "SentAnno_CODE_ID"
    USER_ID = "SentAnno_USER_ID"
    MEMO_CONTENT = "SentAnno_MEMO_CONTENT"
    SOURCE_DOCUMENT_NAME = "SentAnno_SOURCE_SOURCE_DOCUMENT_NAME"
    TAG_ID_LIST = "SentAnno_TAG_ID_LIST"


class BBoxColumns(str, Enum):
    CODE_ID = "BB_CODE_ID"
    MEMO_CONTENT = "BB_MEMO_CONTENT"
    SOURCE_DOCUMENT_NAME = "BB_SOURCE_SOURCE_DOCUMENT_NAME"
    TAG_ID_LIST = "BB_TAG_ID_LIST"


class SdocColumns(str, Enum):
    SOURCE_DOCUMENT_NAME = "SD_SOURCE_DOCUMENT_NAME"
    SOURCE_DOCUMENT_TYPE = "SD_SOURCE_DOCUMENT_TYPE"
    TAG_ID_LIST = "SD_TAG_ID_LIST"
    CODE_ID_LIST = "SD_CODE_ID_LIST"
    USER_ID_LIST = "SD_USER_ID_LIST"
    SPAN_ANNOTATIONS = "SD_SPAN_ANNOTATIONS"


class MemoColumns(str, Enum):
    TITLE = "M_TITLE"
    CONTENT = "M_CONTENT"
    STARRED = "M_STARRED"
    USER_ID = "M_USER_ID"


SpanFilter: TypeAlias = Filter[SpanColumns]
SpanColumnInfo: TypeAlias = ColumnInfo[SpanColumns]
SpanSorts: TypeAlias = Annotated[list[Sort[SpanColumns]], Field(max_length=MAX_SORTS)]
SentAnnoFilter: TypeAlias = Filter[SentAnnoColumns]
SentAnnoColumnInfo: TypeAlias = ColumnInfo[SentAnnoColumns]
SentAnnoSorts: TypeAlias = Annotated[list[Sort[SentAnnoColumns]], Field(max_length=MAX_SORTS)]
BBoxFilter: TypeAlias = Filter[BBoxColumns]
BBoxColumnInfo: TypeAlias = ColumnInfo[BBoxColumns]
BBoxSorts: TypeAlias = Annotated[list[Sort[BBoxColumns]], Field(max_length=MAX_SORTS)]
SdocFilter: TypeAlias = Filter[SdocColumns]
SdocColumnInfo: TypeAlias = ColumnInfo[SdocColumns]
SdocSorts: TypeAlias = Annotated[list[Sort[SdocColumns]], Field(max_length=MAX_SORTS)]
MemoFilter: TypeAlias = Filter[MemoColumns]
MemoColumnInfo: TypeAlias = ColumnInfo[MemoColumns]
MemoSorts: TypeAlias = Annotated[list[Sort[MemoColumns]], Field(max_length=MAX_SORTS)]


class AnnotationRow(ReadDTO):
    id: int
    code: CodeRead
    user_id: int
    sdoc: SourceDocumentRead
    tag_ids: list[int] = Field(description="The tags of the document")
    memo: MemoRead | None = Field(description="One's own memo on it, or else the oldest")
    memo_ids: list[int] = Field(description="All memos on it")


class TextAnnotationRow(AnnotationRow):
    begin: int = Field(description="The first code point")
    end: int = Field(description="The code point after the last")


class SpanAnnotationRow(TextAnnotationRow):
    span_text: str


class SentenceAnnotationRow(TextAnnotationRow):
    text: str


class BBoxAnnotationRow(AnnotationRow):
    x: int = Field(description="The first column of pixels")
    y: int = Field(description="The first row of pixels")
    width: int = Field(description="Pixels")
    height: int = Field(description="Pixels")
    url: str = Field(description="Where the whole image can be had for a while")


class SpanAnnotationSearchResult(ReadDTO):
    total_results: int
    data: list[SpanAnnotationRow]


class SentenceAnnotationSearchResult(ReadDTO):
    total_results: int
    data: list[SentenceAnnotationRow]


class BBoxAnnotationSearchResult(ReadDTO):
    total_results: int
    data: list[BBoxAnnotationRow]
