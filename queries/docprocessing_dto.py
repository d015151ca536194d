"""What readers see of uploads and of the processing of documents."""

from enum import Enum
from typing import Literal

from pydantic import Field

from commands.source_document_dto import DocType
from queries.dto_base import ReadDTO


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
