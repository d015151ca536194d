"""What is found by searching in texts."""

from typing import TypeAlias

from pydantic import Field

from queries import table_search_dto as tables
from queries.dto_base import ReadDTO
from queries.folder_dto import FolderRead
from queries.source_document_dto import SourceDocumentRead

SdocFilter: TypeAlias = tables.SdocFilter
SdocSorts: TypeAlias = tables.SdocSorts
MemoFilter: TypeAlias = tables.MemoFilter
MemoSorts: TypeAlias = tables.MemoSorts


class ElasticSearchHit(ReadDTO):
    id: int
    score: float | None = Field(default=None, description="Higher is better; none where something else sorts")
    highlights: list[str] = Field(
        default=[],
        description="Passages as safe HTML, with what was found in <em>",
        examples=[["It was a <em>lazy afternoon</em>, and"]],
    )


class HierarchicalElasticSearchHit(ElasticSearchHit):
    """A document; or the folder of an uploaded file from which several documents of this page were made."""

    is_folder: bool
    sub_rows: list["HierarchicalElasticSearchHit"]


class PaginatedSDocHits(ReadDTO):
    """`total_results` counts documents; what hits are about is told beside them, by id."""

    hits: list[HierarchicalElasticSearchHit]
    sdocs: dict[int, SourceDocumentRead]
    sdoc_folders: dict[int, FolderRead]
    annotators: dict[int, list[int]] = Field(description="Who has annotated each document")
    tags: dict[int, list[int]] = Field(description="The tags of each document")
    total_results: int


class PaginatedElasticSearchHits(ReadDTO):
    hits: list[ElasticSearchHit]
    total_results: int
