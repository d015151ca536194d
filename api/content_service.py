"""The uploaded file of a document, as it came: by a signed address, and so that it can do nothing where it is shown."""

from urllib.parse import quote

from fastapi import Response
from fastapi.responses import FileResponse
from starlette.types import Message, Receive, Scope, Send

from api._services import Services
from commands._refusal import Forbidden, NotFound, Refused, exception_handler
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


@exception_handler(416)
class NoSuchRange(Refused):
    """The file has no such bytes: ask for a range like bytes=0-99."""


class NotFinished(Refused):
    """The document has not been processed yet: wait until it has been."""


class _File(FileResponse):
    """A file, or a part of it."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def unless_refused(message: Message) -> None:
            if message.get("status", 200) in (400, 416):
                raise NoSuchRange(loc=("header", "Range"))
            await send(message)

        await super().__call__(scope, receive, unless_refused)


def check_finished(document: Record) -> None:
    """Raises NotFinished, with the reason of a failure."""
    if document["text_version"] > 0 or document["image_width"] is not None:
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
    return _File(
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
