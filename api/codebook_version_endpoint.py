"""Codebook versions over HTTP."""

from fastapi import Request, Response

from api._address import Id
from api._answers import answer, answer_page
from api._paging import Page
from api._routes import AreaRouter, creates
from api._services import Serves
from api._writing import Writes
from api.authz_user import Authz, Crud
from commands.codebook_version_decider import decider
from commands.codebook_version_dto import CodebookVersionCreate, CodebookVersionUpdate
from commands.membership_dto import Role
from projections.codebook_version_crud import crud_codebook_version
from queries.codebook_version_dto import CodebookVersionRead

router = AreaRouter(prefix="/codebookversion", tags=["codebookVersion"])


@creates(router, response_model=CodebookVersionRead, summary="Declare the codebook as it is now to be a version")
def create(create_dto: CodebookVersionCreate, authz_user: Authz, write: Writes) -> Response:
    head = authz_user.assert_in_project(create_dto.project_id, Role.editor)
    written = write(decider, head, create_dto, status=201)
    return answer(write.made(crud_codebook_version, written)[0], 201, location=f"/codebookversion/{written.id}")


@router.get(
    "/project/{proj_id}", response_model=list[CodebookVersionRead], summary="All codebook versions of a project"
)
def read_by_project(proj_id: Id, page: Page, request: Request, authz_user: Authz, services: Serves) -> Response:
    authz_user.assert_in_project(proj_id)
    with services.postgres.session() as db:
        versions = crud_codebook_version.read_by_project(
            db, proj_id, after=page.cursor, skip=page.skip, limit=page.limit
        )
    return answer_page(versions, request, page.limit)


@router.get("/{version_id}", response_model=CodebookVersionRead, summary="A codebook version")
def read(version_id: Id, authz_user: Authz, services: Serves) -> Response:
    authz_user.assert_in_same_project_as(Crud.CODEBOOK_VERSION, version_id)
    with services.postgres.session() as db:
        return answer(crud_codebook_version.read(db, version_id))


@router.patch(
    "/{version_id}", response_model=CodebookVersionRead, summary="Change the name or note of a codebook version"
)
def update(version_id: Id, update_dto: CodebookVersionUpdate, authz_user: Authz, write: Writes) -> Response:
    head = authz_user.assert_in_same_project_as(Crud.CODEBOOK_VERSION, version_id, Role.editor)
    written = write(decider, head, update_dto, version_id)
    return answer(write.now(crud_codebook_version, written)[0])
