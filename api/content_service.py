"""The uploaded file of a document, as it came: by a signed address, and so that it can do nothing where it is shown."""

from urllib.parse import quote

from fastapi import Response
from fastapi.responses import FileResponse

from api._services import Services
from commands._refusal import Forbidden, NotFound, Refused
from projections._crud import Record
from projections.project_crud import crud_project
from projections.source_document_crud import crud_source_document

_HARMLESS = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "sandbox; default-src 'none'; img-src 'self'; style-src 'unsafe-inline'",
    "Cross-Origin-Resource-Policy": "cross-origin",
    "Cache-Control": "private, max-age=60",
}


class AddressExpired(Forbidden):
    """This address is not, or no longer, valid: ask for a new one."""


class NotFinished(Refused):
    """The document has not been processed yet: wait until it has been."""


def check_finished(document: Record) -> None:
    """Raises NotFinished, with the reason of a failure."""
    if document["text_version"] > 0:
        return
    if document["status"] == "failed":
        raise NotFinished(f"The document could not be processed. {document['error']}")
    raise NotFinished


def content_path(services: Services, sdoc_id: int) -> str:
    expires, signature = services.content_signatures.sign(_what(sdoc_id), services.config.api.content_url_minutes * 60)
    return f"/sdoc/{sdoc_id}/content?expires={expires}&signature={signature}"


def served(services: Services, sdoc_id: int, expires: int, signature: str) -> Response:
    """Raises AddressExpired, NotFound."""
    if not services.content_signatures.holds(_what(sdoc_id), expires, signature):
        raise AddressExpired
    with services.postgres.session() as db:
        document = crud_source_document.read_contents(db, sdoc_id)
        if document is None or crud_project.read(db, document["project_id"]) is None:
            raise NotFound
    if not services.blobs.exists(document["project_id"], document["source_sha256"]):
        raise NotFound
    # Markup is for reading as a file: what may be shown of it is the sanitised HTML.
    kind = "attachment" if document["media_type"] == "text/html" else "inline"
    return FileResponse(
        services.blobs.path(document["project_id"], document["source_sha256"]),
        headers={
            **_HARMLESS,
            # Without a character set, because the file has the one it came with.
            "Content-Type": document["media_type"],
            "Content-Disposition": f"{kind}; filename*=UTF-8''{quote(document['filename'], safe='')}",
        },
    )


def _what(sdoc_id: int) -> str:
    return f"sdoc {sdoc_id}"
