"""Codes over HTTP."""

from typing import Annotated

from fastapi import Body, Request, Response

from api._address import Id
from api._answers import answer, answer_all, answer_page
from api._paging import Page
from api._routes import AreaRouter, creates
from api._services import Serves
from api._writing import Writes
from api.authz_user import Authz, Crud
from commands.code_decider import decider
from commands.code_dto import CodeCreate, CodeDelete, CodeMerge, CodeUpdate
from commands.dto_base import MAX_ITEMS
from commands.membership_dto import Role
from projections.code_crud import crud_code
from queries.code_dto import CodeRead

router = AreaRouter(prefix="/code", tags=["code"])


@creates(router, response_model=CodeRead, summary="Create a code")
def create(create_dto: CodeCreate, authz_user: Authz, write: Writes) -> Response:
    head = authz_user.assert_in_project(create_dto.project_id, Role.editor)
    written = write(decider, head, create_dto, status=201)
    return answer(write.made(crud_code, written)[0], 201, location=f"/code/{written.id}")


@creates(router, "/bulk/create", response_model=list[CodeRead], summary="Create many codes of a project, or none")
def create_bulk(
    create_dtos: Annotated[list[CodeCreate], Body(max_length=MAX_ITEMS)], authz_user: Authz, write: Writes
) -> Response:
    if not create_dtos:
        authz_user.assert_known()
        return answer_all([], 201)
    head = authz_user.assert_in_project(create_dtos[0].project_id, Role.editor)
    written = write.create_many(decider, head, create_dtos)
    return answer_all(write.made(crud_code, written), 201)


@router.get("/project/{proj_id}", response_model=list[CodeRead], summary="All codes of a project")
def read_by_project(proj_id: Id, page: Page, request: Request, authz_user: Authz, services: Serves) -> Response:
    authz_user.assert_in_project(proj_id)
    with services.postgres.session() as db:
        codes = crud_code.read_by_project(db, proj_id, after=page.cursor, skip=page.skip, limit=page.limit)
    return answer_page(codes, request, page.limit)


@router.get("/{code_id}", response_model=CodeRead, summary="A code")
def read(code_id: Id, authz_user: Authz, services: Serves) -> Response:
    authz_user.assert_in_same_project_as(Crud.CODE, code_id)
    with services.postgres.session() as db:
        return answer(crud_code.read(db, code_id))


@router.patch("/{code_id}", response_model=CodeRead, summary="Change a code")
def update(code_id: Id, update_dto: CodeUpdate, authz_user: Authz, write: Writes) -> Response:
    head = authz_user.assert_in_same_project_as(Crud.CODE, code_id, Role.editor)
    written = write(decider, head, update_dto, code_id)
    return answer(write.now(crud_code, written)[0])


@router.delete("/{code_id}", response_model=CodeRead, summary="Delete a code, those below it, and their annotations")
def delete(code_id: Id, authz_user: Authz, write: Writes) -> Response:
    head = authz_user.assert_in_same_project_as(Crud.CODE, code_id, Role.editor)
    write(decider, head, CodeDelete(), code_id)
    return answer(write.last_of(crud_code, head, decider.stream(code_id))[0])


@router.post("/{code_id}/merge_into/{target_id}", response_model=CodeRead, summary="Merge a code into another")
def merge(code_id: Id, target_id: Id, authz_user: Authz, write: Writes) -> Response:
    head = authz_user.assert_in_same_project_as(Crud.CODE, code_id, Role.editor)
    write(decider, head, CodeMerge(into_id=target_id), code_id)
    return answer(write.there(crud_code, head.project_id, decider.area, [target_id])[0])
