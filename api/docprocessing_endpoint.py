"""Uploads, and the processing of what was uploaded, over HTTP."""

from collections.abc import AsyncIterator
from typing import Annotated, Any

from fastapi import Depends, Query, Request, Response
from starlette.concurrency import run_in_threadpool

from api._address import Id
from api._answers import answer, answer_found, answer_page, answer_plain
from api._paging import Page, TablePage
from api._reading import Reads
from api._routes import AreaRouter
from api._services import Serves
from api._upload_form import Form, receive
from api._writing import Writes
from api.authz_user import Authz
from api.reprocessing_service import again
from api.upload_service import Upload
from commands.membership_dto import Role
from commands.processing_dto import ProcessingStep, Recomputation, SdocIds
from commands.source_document_dto import DocType
from queries import processing_service
from queries.docprocessing_dto import (
    AskedStatus,
    SdocHealthResult,
    SdocHealthSorts,
    SourceDocumentStatusSimple,
    UploadResult,
)
from queries.processing_service import STEPS
from queries.processing_table import documents_by_step
from systems.upload_kind_system import UPLOADABLE

router = AreaRouter(prefix="/docprocessing", tags=["docprocessing"])

_FILE = {"schema": {"type": "string"}, "example": 'form-data; name="uploaded_files"; filename="interview.txt"'}
_MULTIPART: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["uploaded_files"],
                    "properties": {
                        "uploaded_files": {
                            "type": "array",
                            "items": {"type": "string", "contentMediaType": "application/octet-stream"},
                            "description": f"{UPLOADABLE}; each row of a table is a document",
                        },
                        "settings": {"type": "string", "description": 'JSON; {"rename": true} as in the query'},
                    },
                },
                "encoding": {"uploaded_files": {"headers": {"Content-Disposition": _FILE}}},
            }
        },
    }
}
Rename = Annotated[bool, Query(description='Take in files whose names are taken as "name (2).txt"')]
Target = Annotated[Id | None, Query(description="The folder to put the files into; the root if absent")]


async def _form(proj_id: Id, request: Request, authz_user: Authz, services: Serves) -> AsyncIterator[Form]:
    """The body, read once it is known that its sender may upload."""
    key = authz_user.repeatable
    if key is not None:
        key.awaited = True
    await run_in_threadpool(authz_user.assert_in_project, proj_id, Role.editor)
    with services.blobs.scratch() as storage:
        form = await receive(request, storage)
        if key is not None:
            key.body_hash, key.awaited = form.body_hash(), False
        yield form


Uploaded = Annotated[Form, Depends(_form)]


@router.post(
    "/project/{proj_id}/upload",
    response_model=UploadResult,
    status_code=201,
    summary="Upload files; those that cannot be taken in are named with the reason",
    openapi_extra=_MULTIPART,
)
def upload(
    proj_id: Id,
    form: Uploaded,
    authz_user: Authz,
    write: Writes,
    services: Serves,
    rename: Rename = False,
    folder_id: Target = None,
) -> Response:
    upload = Upload(services, authz_user, write, proj_id)
    accepted, refused = upload.take_in(form, rename=rename, folder_id=folder_id, status=201)
    return answer({"accepted": accepted, "refused": refused}, 201)


@router.put("/project/{proj_id}", response_model=int, summary="Upload files", openapi_extra=_MULTIPART)
def upload_files(
    proj_id: Id,
    form: Uploaded,
    authz_user: Authz,
    write: Writes,
    services: Serves,
    rename: Rename = False,
    folder_id: Target = None,
) -> Response:
    upload = Upload(services, authz_user, write, proj_id)
    accepted, _ = upload.take_in(form, rename=rename, folder_id=folder_id, status=200)
    return answer_plain(len(accepted))


@router.get(
    "/project/{proj_id}/status/{status}/simple",
    response_model=list[SourceDocumentStatusSimple],
    summary="The documents of a project that are this far",
)
def read_by_status(
    proj_id: Id, status: AskedStatus, page: Page, request: Request, authz_user: Authz, services: Serves
) -> Response:
    authz_user.assert_in_project(proj_id)
    with services.postgres.session() as db:
        documents = processing_service.documents_by_status(
            db, proj_id, processing_service.meant(status), after=page.cursor, skip=page.skip, limit=page.limit
        )
    return answer_page(documents, request, page.limit)


@router.get("/searchColumns/{doctype}", response_model=list[str], summary="The steps of processing a kind of document")
def search_columns(doctype: DocType, authz_user: Authz) -> Response:
    authz_user.assert_known()
    return answer_plain(list(STEPS[doctype]))


@router.post(
    "/project/{proj_id}/search",
    response_model=SdocHealthResult,
    summary="How far each step of processing is, for each document of a kind",
)
def search(
    proj_id: Id,
    doctype: DocType,
    sorts: SdocHealthSorts,
    page: TablePage,
    request: Request,
    authz_user: Authz,
    read: Reads,
) -> Response:
    authz_user.assert_in_project(proj_id)
    with read(proj_id) as db:
        found, rows = documents_by_step(db, proj_id, doctype, sorts, page)
        return answer_found(found, rows, request)


@router.post("/project/{proj_id}/retry", response_model=str, summary="Process documents again that failed")
def retry(proj_id: Id, doctype: DocType, sdoc_ids: SdocIds, authz_user: Authz, services: Serves) -> Response:
    authz_user.assert_in_project(proj_id, Role.editor)
    count = again(services, authz_user, proj_id, sdoc_ids, doctype, only_failed=True)
    return answer_plain(f"{count} {'document' if count == 1 else 'documents'} will be processed again.")


@router.post("/project/{proj_id}/recompute", response_model=int, summary="Do a processing step of documents again")
def recompute(
    proj_id: Id,
    processing_step: ProcessingStep,
    recomputation: Recomputation,
    authz_user: Authz,
    services: Serves,
) -> Response:
    authz_user.assert_in_project(proj_id, Role.editor)
    return answer_plain(again(services, authz_user, proj_id, recomputation.sdoc_ids, processing_step.doctype))
