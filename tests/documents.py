"""Documents for tests that are about something else."""

from collections.abc import Sequence
from io import BytesIO
from typing import Any

from PIL import Image

from api._services import Services
from api.processing_service import Processing
from commands._decider import Request, handle
from commands.source_document_decider import decider
from commands.source_document_dto import DocumentsUpload, NewDocument, NewFile
from events._event import Envelope
from events._words import DocTypeName
from projections.source_document_lookup import SourceDocumentLookupTables
from systems.document_extraction_system import extract
from tests.spec import ADA


def uploaded(services: Services, project_id: int, filename: str, text: str, *, processed: bool = True) -> int:
    """Upload a text and process it, as an endpoint and a worker do; the id of the document."""
    return _uploaded(services, project_id, filename, text.encode(), "text/plain", "text", processed)


def pictured(
    services: Services, project_id: int, filename: str, width: int = 40, height: int = 30, *, processed: bool = True
) -> int:
    """The same for a PNG of so many pixels."""
    return _uploaded(services, project_id, filename, picture(width, height), "image/png", "image", processed)


def picture(width: int = 40, height: int = 30, format: str = "PNG", **more: Any) -> bytes:
    """The file of an image; `more` goes to Pillow."""
    file = BytesIO()
    Image.new("RGB", (width, height), "teal").save(file, format, **more)
    return file.getvalue()


def _uploaded(
    services: Services,
    project_id: int,
    filename: str,
    content: bytes,
    media_type: str,
    doctype: DocTypeName,
    processed: bool,
) -> int:
    blob = services.blobs.write(project_id, content)
    sdoc_id, folder_id = services.postgres.next_id("sdoc"), services.postgres.next_id("folder")
    document = NewDocument(sdoc_id, filename, media_type, blob.sha256, blob.length, doctype=doctype)
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
