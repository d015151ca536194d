"""Metadata definitions over HTTP."""

from fastapi import Request, Response

from api._address import Id
from api._answers import answer, answer_page
from api._paging import Page
from api._routes import AreaRouter, creates
from api._services import Serves
from api._writing import Writes
from api.authz_user import Authz, Crud
from commands.membership_dto import Role
from commands.project_metadata_decider import decider
from commands.project_metadata_dto import ProjectMetadataCreate, ProjectMetadataDelete, ProjectMetadataUpdate
from projections.project_metadata_crud import crud_project_metadata
from queries.project_metadata_dto import ProjectMetadataRead

router = AreaRouter(prefix="/projmeta", tags=["projectMetadata"])


@creates(router, response_model=ProjectMetadataRead, summary="Define metadata for a kind of document")
def create(create_dto: ProjectMetadataCreate, authz_user: Authz, write: Writes) -> Response:
    head = authz_user.assert_in_project(create_dto.project_id, Role.editor)
    written = write(decider, head, create_dto, status=201)
    return answer(write.made(crud_project_metadata, written)[0], 201, location=f"/projmeta/{written.id}")


@router.get(
    "/project/{proj_id}", response_model=list[ProjectMetadataRead], summary="All metadata definitions of a project"
)
def read_by_project(proj_id: Id, page: Page, request: Request, authz_user: Authz, services: Serves) -> Response:
    authz_user.assert_in_project(proj_id)
    with services.postgres.session() as db:
        definitions = crud_project_metadata.read_by_project(
            db, proj_id, after=page.cursor, skip=page.skip, limit=page.limit
        )
    return answer_page(definitions, request, page.limit)


@router.get("/{metadata_id}", response_model=ProjectMetadataRead, summary="A metadata definition")
def read(metadata_id: Id, authz_user: Authz, services: Serves) -> Response:
    authz_user.assert_in_same_project_as(Crud.PROJECT_METADATA, metadata_id)
    with services.postgres.session() as db:
        return answer(crud_project_metadata.read(db, metadata_id))


@router.patch("/{metadata_id}", response_model=ProjectMetadataRead, summary="Change a metadata definition")
def update(metadata_id: Id, update_dto: ProjectMetadataUpdate, authz_user: Authz, write: Writes) -> Response:
    head = authz_user.assert_in_same_project_as(Crud.PROJECT_METADATA, metadata_id, Role.editor)
    written = write(decider, head, update_dto, metadata_id)
    return answer(write.now(crud_project_metadata, written)[0])


@router.delete(
    "/{metadata_id}", response_model=ProjectMetadataRead, summary="Delete a metadata definition and all its values"
)
def delete(metadata_id: Id, authz_user: Authz, write: Writes) -> Response:
    head = authz_user.assert_in_same_project_as(Crud.PROJECT_METADATA, metadata_id, Role.editor)
    write(decider, head, ProjectMetadataDelete(), metadata_id)
    return answer(write.last_of(crud_project_metadata, head, decider.stream(metadata_id))[0])
