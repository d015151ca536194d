"""The processing of documents: what is put on the to-do list, and how it is worked off."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from threading import Event
from time import monotonic
from typing import Any

from loguru import logger

from commands._decider import Request, handle
from commands.processing_decider import decider
from commands.processing_dto import ExtractionDone, ExtractionFailed, TextStep
from events._event import Envelope
from events._store import EventStore
from events.user_events import SYSTEM_USER_ID
from projections.processing_lookup import Processed
from repos.blob_repo import BlobMissing, BlobRepo
from systems.bounded_system import Died, OutOfBounds
from systems.text_extraction_system import Extraction
from systems.upload_kind_system import Unreadable

TASK = "documents"
TRIES = 3
_AT_ONCE = 50
_BYTES_AT_ONCE = 2_000_000
_SECONDS_AT_ONCE = 2.0

Extract = Callable[[Path, int, str, str, str], Extraction]
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


@dataclass(frozen=True, slots=True)
class _Source:
    id: int
    filename: str
    media_type: str
    sha256: str
    status: str


@dataclass(frozen=True)
class Processing:
    """Makes texts of documents with `extract`, and records what came of it."""

    store: EventStore
    blobs: BlobRepo
    extract: Extract
    stopping: Event = field(default_factory=Event)

    def work(self, project_id: int, sdoc_ids: Sequence[int], *, again: bool = False, tries: int = 0) -> None:
        """Do a job. Facts of several documents are appended together, but not later than after a few seconds.

        Raises Interrupted.
        """
        outcomes: list[tuple[tuple[int], ExtractionDone | ExtractionFailed]] = []
        begun = monotonic()
        for source in self._sources(project_id, sdoc_ids):
            if source.status == "done" and not again:
                continue
            if tries >= TRIES:
                outcomes.append(((source.id,), _failed(f"Processing was given up after {TRIES} tries.")))
                continue
            if self.stopping.is_set():
                self._record(project_id, outcomes)
                raise Interrupted
            outcomes.append(((source.id,), self._outcome(project_id, source)))
            if monotonic() - begun > _SECONDS_AT_ONCE:
                self._record(project_id, outcomes)
                outcomes, begun = [], monotonic()
        self._record(project_id, outcomes)

    def _sources(self, project_id: int, sdoc_ids: Sequence[int]) -> list[_Source]:
        with self.store.postgres.connection() as connection:
            rows = connection.execute(
                "SELECT id, filename, media_type, source_sha256, status FROM inline.source_document "
                "WHERE project_id = $1 AND id = ANY($2::bigint[]) ORDER BY id",
                (project_id, list(sdoc_ids)),
            )
            return [_Source(*row) for row in rows]

    def _outcome(self, project_id: int, source: _Source) -> ExtractionDone | ExtractionFailed:
        for _ in range(TRIES):
            try:
                made = self.extract(self.blobs.folder, project_id, source.sha256, source.filename, source.media_type)
                return ExtractionDone(**asdict(made))
            except Died:
                if self.stopping.is_set():
                    raise Interrupted from None
            except OutOfBounds as error:
                return _failed(f"Processing was stopped. {error}")
            except Unreadable as error:
                return _failed(str(error))
            except BlobMissing:
                return _failed("The uploaded file is not in the data folder any more.")
            except OSError:
                raise
            except Exception as error:
                logger.opt(exception=error).error("Document {} cannot be processed", source.id)
                return _failed(f"Processing failed: {type(error).__name__}.")
        return _failed(f"Processing was given up after {TRIES} tries.")

    def _record(
        self, project_id: int, outcomes: Sequence[tuple[tuple[int], ExtractionDone | ExtractionFailed]]
    ) -> None:
        with self.store.postgres.connection() as connection:
            head = self.store.head(connection, project_id)
        if head is None or not outcomes:
            return
        request = Request(Envelope(SYSTEM_USER_ID, "processing"))
        handle(self.store, decider, head, outcomes, request, lookup=Processed(self.blobs))


def _failed(error: str) -> ExtractionFailed:
    return ExtractionFailed(TextStep.text_extraction.value, error)
