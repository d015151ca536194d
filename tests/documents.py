"""Documents for tests that are about something else."""

from collections.abc import Sequence

from api._services import Services
from api.processing_service import Processing
from commands._decider import Request, handle
from commands.source_document_decider import decider
from commands.source_document_dto import DocumentsUpload, NewDocument, NewFile
from events._event import Envelope
from projections.source_document_lookup import SourceDocumentLookupTables
from systems.document_extraction_system import extract
from tests.spec import ADA


def uploaded(services: Services, project_id: int, filename: str, text: str, *, processed: bool = True) -> int:
    """Upload a text and process it, as an endpoint and a worker do; the id of the document."""
    blob = services.blobs.write(project_id, text.encode())
    sdoc_id, folder_id = services.postgres.next_id("sdoc"), services.postgres.next_id("folder")
    document = NewDocument(sdoc_id, filename, "text/plain", blob.sha256, blob.length)
    command = DocumentsUpload([NewFile(folder_id, filename, [document])])
    with services.postgres.connection() as connection:
        head = services.store.head(connection, project_id)
    assert head is not None
    handle(
        services.store,
        decider,
        head,
        [((sdoc_id,), command)],
        Request(Envelope(ADA, "test")),
        lookup=SourceDocumentLookupTables,
    )
    if processed:
        process(services, project_id, [sdoc_id])
    return sdoc_id


def process(
    services: Services, project_id: int, sdoc_ids: Sequence[int], *, again: bool = False, tries: int = 0
) -> None:
    """What a document worker does, without its child process."""
    Processing(services.store, services.blobs, extract).work(project_id, sdoc_ids, again=again, tries=tries)
