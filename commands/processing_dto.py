"""What may be asked of processing, and what it comes to, which is said by workers and not by people."""

from dataclasses import dataclass
from enum import Enum
from typing import Annotated, Any, ClassVar

from pydantic import Field

from commands.dto_base import DTO, Id
from commands.source_document_dto import DocType
from events._event import Scope

MAX_DOCUMENTS = 100_000

SdocIds = Annotated[list[Id], Field(max_length=MAX_DOCUMENTS)]


class ProcessingStep(str, Enum):
    """The steps of finding out what is in a file; whichever is asked for, all that follow from it are done with it."""

    extract_html = "extract_html"
    text_extraction = "text_extraction"
    text_spacy = "text_spacy"
    text_html_mapping = "text_html_mapping"
    image_metadata_extraction = "image_metadata_extraction"

    @property
    def doctype(self) -> DocType:
        """The kind of document that has this step."""
        return DocType.image if self is ProcessingStep.image_metadata_extraction else DocType.text


class Recomputation(DTO):
    """Documents of which a step is to be done again; the settings of existing front ends mean nothing."""

    sdoc_ids: SdocIds
    settings: dict[str, Any] = Field(default_factory=dict)


@dataclass(frozen=True)
class _Outcome:
    creates: ClassVar[bool] = False
    depends_on: ClassVar[tuple[Scope, ...]] = ()
    # Annotations that are carried over must not change meanwhile, and the project must not end.
    structural: ClassVar[bool] = True


@dataclass(frozen=True)
class ExtractionDone(_Outcome):
    """The text is stored: hashes of its blobs and what they count."""

    text_sha256: str
    text_length: int
    html_sha256: str
    sentences_sha256: str
    sentence_count: int
    tokens_sha256: str
    token_count: int
    producer: str
    language: str | None = None


@dataclass(frozen=True)
class MeasuringDone(_Outcome):
    """The image can be shown; `width` and `height` in pixels, as a browser shows it."""

    width: int
    height: int
    producer: str


@dataclass(frozen=True)
class ExtractionFailed(_Outcome):
    step: str
    error: str
