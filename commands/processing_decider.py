"""What the log says of a document that was processed: a new text, the size of an image, a failure, or nothing."""

from collections.abc import Iterable
from dataclasses import asdict
from typing import Protocol, assert_never

from commands._decider import Asked, Decider
from commands.processing_dto import ExtractionDone, ExtractionFailed, MeasuringDone
from commands.source_document_decider import SourceDocument, evolve
from events._event import Event, Fact
from events.source_document_events import (
    SourceDocumentImageMeasured,
    SourceDocumentProcessingFailed,
    SourceDocumentTextExtracted,
)

ProcessingCommand = ExtractionDone | MeasuringDone | ExtractionFailed


class ProcessingLookup(Protocol):
    """What the rules must know of the project, and of the annotations on the document."""

    def goes_on(self) -> bool:
        """The project has not been ended."""

    def carried_over(
        self, sdoc_id: int, before: SourceDocumentTextExtracted, now: SourceDocumentTextExtracted
    ) -> Iterable[Fact]:
        """The annotations whose words are found again in the new text, moved there; the others stay behind."""


def decide(
    command: ProcessingCommand, document: SourceDocument | None, asked: Asked, project: ProcessingLookup
) -> list[Event | Fact]:
    if document is None or not project.goes_on():
        return []
    match command:
        case ExtractionDone():
            return _extracted(command, document, asked, project)
        case MeasuringDone():
            return _measured(command, document)
        case ExtractionFailed(step=step, error=error):
            failed = SourceDocumentProcessingFailed(step=step, error=error)
            return [] if failed == document.failure else [failed]
        case _:
            assert_never(command)


def _extracted(
    command: ExtractionDone, document: SourceDocument, asked: Asked, project: ProcessingLookup
) -> list[Event | Fact]:
    before = document.text
    version = before.text_version if before else 0
    found = asdict(command)
    again = SourceDocumentTextExtracted(text_version=version, **found)
    if before is not None and _same(before, again):
        # What failed in between is said to be well again; a language can be recognised later than a text was made.
        return [again] if document.failure or again.language != before.language else []
    now = SourceDocumentTextExtracted(text_version=version + 1, **found)
    return [now, *(project.carried_over(asked.id, before, now) if before else ())]


def _measured(command: MeasuringDone, document: SourceDocument) -> list[Event | Fact]:
    now, before = SourceDocumentImageMeasured(**asdict(command)), document.image
    is_same = before is not None and (before.width, before.height) == (now.width, now.height)
    # What failed in between is said to be well again.
    return [] if is_same and not document.failure else [now]


def _same(one: SourceDocumentTextExtracted, other: SourceDocumentTextExtracted) -> bool:
    """Whether offsets in one are good for the other, whoever made it."""
    return one.model_copy(update={"producer": other.producer, "language": other.language}) == other


decider = Decider(area="sdoc", initial=None, decide=decide, evolve=evolve)
