"""The processing of documents: what is put on the to-do list, and how it is worked off."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from threading import Event
from typing import Any

from loguru import logger

from commands._decider import Request, handle
from commands.processing_decider import decider
from commands.processing_dto import ExtractionDone, ExtractionFailed, MeasuringDone, ProcessingStep
from events._event import Envelope
from events._store import EventStore
from events.user_events import SYSTEM_USER_ID
from projections.processing_lookup import Processed
from repos.blob_repo import BlobRepo
from systems.bounded_system import Died, OutOfBounds
from systems.document_extraction_system import MEDIA_TYPES, Extracted, NoExtraction, Source
from systems.image_system import Measurement
from systems.upload_kind_system import IMAGES

TASK = "documents"
TRIES = 3
_AT_ONCE = 50
_BYTES_AT_ONCE = 2_000_000

Extract = Callable[[Path, int, Sequence[Source]], list[Extracted]]
Outcome = ExtractionDone | MeasuringDone | ExtractionFailed
Work = dict[str, Any]
"""A job: documents of one project; `again` also those that are done; `tries` is how often it has been begun in vain."""


def work_on(
    project_id: int, documents: Iterable[tuple[int, int]], *, again: bool = False, tries: int = 0
) -> Iterator[Work]:
    """Jobs for documents, given with the length of their files in bytes: many small ones in one, a large one alone."""
    ids: list[int] = []
    size = 0
    for id, length in documents:
        if ids and (len(ids) == _AT_ONCE or size + length > _BYTES_AT_ONCE):
            yield {"project_id": project_id, "sdoc_ids": ids, "again": again, "tries": tries}
            ids, size = [], 0
        ids.append(id)
        size += length
    if ids:
        yield {"project_id": project_id, "sdoc_ids": ids, "again": again, "tries": tries}


def after_a_death(work: Work) -> list[Work]:
    """What is left to do after the worker of a job died: each document alone, so that one cannot harm the others."""
    return [{**work, "sdoc_ids": [id], "tries": work["tries"] + 1} for id in work["sdoc_ids"]]


class Interrupted(Exception):
    """The worker is to end: what is left of the job is for another one."""


@dataclass(frozen=True)
class Processing:
    """Finds out what is in documents with `extract`, and records what came of it."""

    store: EventStore
    blobs: BlobRepo
    extract: Extract
    stopping: Event = field(default_factory=Event)

    def work(self, project_id: int, sdoc_ids: Sequence[int], *, again: bool = False, tries: int = 0) -> None:
        """Do a job: all documents together, or one by one where that goes beyond the limits. Raises Interrupted."""
        sources = self._sources(project_id, sdoc_ids, again)
        if tries >= TRIES:
            self._record(project_id, [(id, _given_up(source)) for id, source in sources.items()])
            return
        if len(sources) > 1 and (outcomes := self._together(project_id, sources)):
            self._record(project_id, outcomes)
            return
        for id, source in sources.items():
            self._record(project_id, [(id, self._alone(project_id, id, source))])

    def _sources(self, project_id: int, sdoc_ids: Sequence[int], again: bool) -> dict[int, Source]:
        with self.store.postgres.connection() as connection:
            rows = connection.execute(
                "SELECT id, filename, media_type, source_sha256 FROM inline.source_document "
                "WHERE project_id = $1 AND id = ANY($2::bigint[]) AND ($3 OR status <> 'done') ORDER BY id",
                (project_id, list(sdoc_ids), again),
            )
            return {id: Source(*source) for id, *source in rows}

    def _together(self, project_id: int, sources: Mapping[int, Source]) -> list[tuple[int, Outcome]]:
        """Nothing if one of the documents made it impossible."""
        try:
            made = self.extract(self.blobs.folder, project_id, list(sources.values()))
        except OSError:
            raise
        except Exception as error:
            self._go_on()
            logger.info("Documents of project {} are processed one by one: {!r}", project_id, error)
            return []
        return [(id, _outcome(source, one)) for (id, source), one in zip(sources.items(), made, strict=True)]

    def _alone(self, project_id: int, id: int, source: Source) -> Outcome:
        for _ in range(TRIES):
            self._go_on()
            try:
                (made,) = self.extract(self.blobs.folder, project_id, [source])
                return _outcome(source, made)
            except Died:
                continue
            except OutOfBounds as error:
                return _failed(source, f"Processing was stopped. {error}")
            except OSError:
                raise
            except Exception as error:
                logger.opt(exception=error).error("Document {} cannot be processed", id)
                return _failed(source, f"Processing failed: {type(error).__name__}.")
        self._go_on()
        return _given_up(source)

    def _go_on(self) -> None:
        """A process that ended because we are to end has proved nothing about a document."""
        if self.stopping.is_set():
            raise Interrupted

    def _record(self, project_id: int, outcomes: Sequence[tuple[int, Outcome]]) -> None:
        with self.store.postgres.connection() as connection:
            head = self.store.head(connection, project_id)
        if head is None or not outcomes:
            return
        request = Request(Envelope(SYSTEM_USER_ID, "processing"))
        items = [((id,), outcome) for id, outcome in outcomes]
        handle(self.store, decider, head, items, request, lookup=Processed(self.blobs))


def _outcome(source: Source, made: Extracted) -> Outcome:
    match made:
        case NoExtraction(reason=reason):
            return _failed(source, reason)
        case Measurement():
            return MeasuringDone(**asdict(made))
        case _:
            return ExtractionDone(**asdict(made))


def _failed(source: Source, error: str) -> ExtractionFailed:
    is_image = MEDIA_TYPES[source.media_type] in IMAGES
    step = ProcessingStep.image_metadata_extraction if is_image else ProcessingStep.text_extraction
    return ExtractionFailed(step.value, error)


def _given_up(source: Source) -> ExtractionFailed:
    return _failed(source, f"Processing was given up after {TRIES} tries.")
