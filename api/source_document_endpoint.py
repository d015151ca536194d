"""Source documents over HTTP."""

from typing import Annotated

from fastapi import APIRouter, Path, Query, Request, Response

from api._address import Id, Whole
from api._answers import answer, answer_page, answer_plain
from api._paging import Page
from api._routes import AreaRouter
from api._services import Serves
from api._writing import Writes
from api.authz_user import Authz, Crud
from api.content_service import check_finished, content_path, served
from commands._refusal import NotFound
from commands.dto_base import MAX_ID, MAX_NAME, name_key
from commands.membership_dto import Role
from commands.source_document_decider import decider
from commands.source_document_dto import SourceDocumentDelete, SourceDocumentUpdate
from projections.source_document_crud import crud_source_document
from queries import processing_service
from queries.docprocessing_dto import AskedStatus
from queries.source_document_dto import SourceDocumentDataRead, SourceDocumentRead
from queries.source_document_service import content

router = AreaRouter(prefix="/sdoc", tags=["sourceDocument"])
project_router = APIRouter(tags=["project"])

OnlyFinished = Annotated[bool, Query(description="409 as long as the document has not been processed")]
Name = Annotated[str, Path(max_length=MAX_NAME)]


@router.get("/project/{proj_id}", response_model=list[SourceDocumentRead], summary="All documents of a project")
def read_by_project(proj_id: Id, page: Page, request: Request, authz_user: Authz, services: Serves) -> Response:
    authz_user.assert_in_project(proj_id)
    with services.postgres.session() as db:
        documents = crud_source_document.read_by_project(
            db, proj_id, after=page.cursor, skip=page.skip, limit=page.limit
        )
    return answer_page(documents, request, page.limit)


@router.get("/data/{sdoc_id}", response_model=SourceDocumentDataRead, summary="The content of a document")
def read_data(sdoc_id: Id, authz_user: Authz, services: Serves, only_if_finished: OnlyFinished = True) -> Response:
    authz_user.assert_in_same_project_as(Crud.SOURCE_DOCUMENT, sdoc_id)
    with services.postgres.session() as db:
        document = crud_source_document.read_contents(db, sdoc_id)
    if document is None:
        raise NotFound
    if only_if_finished:
        check_finished(document)
    return answer({**content(services.blobs, document), "repo_url": content_path(services, sdoc_id)})


@router.get("/{sdoc_id}", response_model=SourceDocumentRead, summary="A document")
def read(sdoc_id: Id, authz_user: Authz, services: Serves, only_if_finished: OnlyFinished = False) -> Response:
    authz_user.assert_in_same_project_as(Crud.SOURCE_DOCUMENT, sdoc_id)
    with services.postgres.session() as db:
        document = crud_source_document.read(db, sdoc_id)
    if document is not None and only_if_finished:
        check_finished(document)
    return answer(document)


@router.patch("/{sdoc_id}", response_model=SourceDocumentRead, summary="Rename or move a document")
def update(sdoc_id: Id, update_dto: SourceDocumentUpdate, authz_user: Authz, write: Writes) -> Response:
    head = authz_user.assert_in_same_project_as(Crud.SOURCE_DOCUMENT, sdoc_id, Role.editor)
    written = write(decider, head, update_dto, sdoc_id)
    return answer(write.now(crud_source_document, written)[0])


@router.delete("/{sdoc_id}", response_model=SourceDocumentRead, summary="Delete a document and all that hangs on it")
def delete(sdoc_id: Id, authz_user: Authz, write: Writes) -> Response:
    head = authz_user.assert_in_same_project_as(Crud.SOURCE_DOCUMENT, sdoc_id, Role.editor)
    write(decider, head, SourceDocumentDelete(), sdoc_id)
    return answer(write.last_of(crud_source_document, head, decider.stream(sdoc_id))[0])


@router.get("/{sdoc_id}/same_folder", response_model=list[int], summary="The documents in the same folder")
def read_same_folder(sdoc_id: Id, authz_user: Authz, services: Serves) -> Response:
    authz_user.assert_in_same_project_as(Crud.SOURCE_DOCUMENT, sdoc_id)
    with services.postgres.session() as db:
        document = crud_source_document.read(db, sdoc_id)
        if document is None:
            raise NotFound
        return answer_plain(crud_source_document.read_ids_by_folder(db, document["folder_id"]))


@router.get("/{sdoc_id}/annotators", response_model=list[int], summary="Who has annotated a document")
def read_annotators(sdoc_id: Id, authz_user: Authz, services: Serves) -> Response:
    authz_user.assert_in_same_project_as(Crud.SOURCE_DOCUMENT, sdoc_id)
    with services.postgres.session() as db:
        return answer_plain(crud_source_document.read_annotators(db, sdoc_id))


@router.get("/{sdoc_id}/url", response_model=str, summary="An address of the uploaded file that works for a while")
def read_url(
    sdoc_id: Id,
    request: Request,
    authz_user: Authz,
    services: Serves,
    relative: Annotated[bool, Query(description="Only the path")] = True,
    webp: Annotated[bool, Query(description="There is none: the file itself")] = False,
    thumbnail: Annotated[bool, Query(description="There is none: the file itself")] = False,
) -> Response:
    authz_user.assert_in_same_project_as(Crud.SOURCE_DOCUMENT, sdoc_id)
    path = content_path(services, sdoc_id)
    return answer_plain(path if relative else f"{str(request.base_url).rstrip('/')}{path}")


@router.get("/{sdoc_id}/content", response_class=Response, summary="The uploaded file, by a signed address")
def read_content(
    sdoc_id: Id,
    services: Serves,
    expires: Annotated[Whole, Query(ge=0, le=MAX_ID)],
    signature: Annotated[str, Query(max_length=100)],
) -> Response:
    return served(services, sdoc_id, expires, signature)


@project_router.get(
    "/project/{proj_id}/resolve_filename/{filename}", response_model=int, summary="The document with a file name"
)
def resolve_filename(
    proj_id: Id, filename: Name, authz_user: Authz, services: Serves, only_finished: OnlyFinished = False
) -> Response:
    authz_user.assert_in_project(proj_id)
    with services.postgres.session() as db:
        document = crud_source_document.read_by_filename(db, proj_id, name_key(filename))
    if document is None:
        raise NotFound
    if only_finished:
        check_finished(document)
    return answer_plain(document["id"])


@project_router.get("/project{project_id}/sdoc/status/{status}", response_model=int, include_in_schema=False)
@project_router.get(
    "/project/{project_id}/sdoc/status/{status}", response_model=int, summary="How many documents are this far"
)
def count_by_status(project_id: Id, status: AskedStatus, authz_user: Authz, services: Serves) -> Response:
    authz_user.assert_in_project(project_id)
    with services.postgres.session() as db:
        return answer_plain(processing_service.count_by_status(db, project_id, processing_service.meant(status)))
