"""What readers see of uploads and of the processing of documents."""

from enum import Enum
from typing import Annotated, Literal
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

from commands.dto_base import MAX_NAME, storable
from commands.source_document_dto import DocType
from queries.dto_base import ReadDTO
from systems.sorting_system import MAX_SORTS, SortDirection


class SDocStatus(int, Enum):
    """How far a document is: erroneous, in work, or finished."""

    erroneous = -100
    unfinished_or_unknown = 0
    finished = 1


class ProcessingStatus(str, Enum):
    waiting = "waiting"
    running = "running"
    done = "done"
    failed = "failed"


AskedStatus = Literal["-100", "0", "1", "waiting", "running", "done", "failed"]
"""A number as existing front ends say it, or a word."""


class SourceDocumentStatusSimple(ReadDTO):
    id: int
    filename: str = Field(examples=["interview.txt"])
    name: str
    doctype: DocType
    project_id: int
    processed_jobs: int = Field(description="How many steps are done")
    total_jobs: int = Field(description="How many steps there are")
    processed_status: SDocStatus
    status: ProcessingStatus
    failed_step: str | None
    error: str | None = Field(description="Why processing failed, in words")


class AcceptedFile(ReadDTO):
    filename: str = Field(description="The name that the document got", examples=["interview (2).txt"])
    sdoc_id: int


class RefusedFile(ReadDTO):
    filename: str
    reason: str = Field(examples=["The file is empty."])


class UploadResult(ReadDTO):
    accepted: list[AcceptedFile]
    refused: list[RefusedFile]


class SdocHealthSort(BaseModel):
    """`column` is `name`, or a step of processing."""

    model_config = ConfigDict(frozen=True)

    column: Annotated[str, AfterValidator(storable), StringConstraints(max_length=MAX_NAME)] = Field(
        examples=["text_extraction"]
    )
    direction: SortDirection


SdocHealthSorts = Annotated[list[SdocHealthSort], Field(max_length=MAX_SORTS)]


class SdocStatusRow(ReadDTO):
    sdoc_id: int
    name: str
    status: dict[str, SDocStatus] = Field(description="How far each step is")
    failed_job_uuids: dict[str, UUID] = Field(description="The event that tells of the failure, by the failed step")
    failed_job_status_msgs: dict[str, str] = Field(description="Why it failed, in words")


class SdocHealthResult(ReadDTO):
    total_results: int
    data: list[SdocStatusRow]
