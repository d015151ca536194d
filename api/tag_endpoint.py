"""Tags over HTTP."""

from fastapi import Request, Response

from api._address import Id
from api._answers import answer, answer_page
from api._paging import Page
from api._routes import AreaRouter, creates
from api._services import Serves
from api._writing import Writes
from api.authz_user import Authz, Crud
from commands.membership_dto import Role
from commands.tag_decider import decider
from commands.tag_dto import TagCreate, TagDelete, TagUpdate
from projections.tag_crud import crud_tag
from queries.tag_dto import TagRead

router = AreaRouter(prefix="/tag", tags=["tag"])


@creates(router, response_model=TagRead, summary="Create a tag")
def create(create_dto: TagCreate, authz_user: Authz, write: Writes) -> Response:
    head = authz_user.assert_in_project(create_dto.project_id, Role.editor)
    written = write(decider, head, create_dto, status=201)
    return answer(write.made(crud_tag, written)[0], 201, location=f"/tag/{written.id}")


@router.get("/project/{proj_id}", response_model=list[TagRead], summary="All tags of a project")
def read_by_project(proj_id: Id, page: Page, request: Request, authz_user: Authz, services: Serves) -> Response:
    authz_user.assert_in_project(proj_id)
    with services.postgres.session() as db:
        tags = crud_tag.read_by_project(db, proj_id, after=page.cursor, skip=page.skip, limit=page.limit)
    return answer_page(tags, request, page.limit)


@router.get("/{tag_id}", response_model=TagRead, summary="A tag")
def read(tag_id: Id, authz_user: Authz, services: Serves) -> Response:
    authz_user.assert_in_same_project_as(Crud.TAG, tag_id)
    with services.postgres.session() as db:
        return answer(crud_tag.read(db, tag_id))


@router.patch("/{tag_id}", response_model=TagRead, summary="Change a tag")
def update(tag_id: Id, update_dto: TagUpdate, authz_user: Authz, write: Writes) -> Response:
    head = authz_user.assert_in_same_project_as(Crud.TAG, tag_id, Role.editor)
    written = write(decider, head, update_dto, tag_id)
    return answer(write.now(crud_tag, written)[0])


@router.delete("/{tag_id}", response_model=TagRead, summary="Delete a tag and those below it, from all documents")
def delete(tag_id: Id, authz_user: Authz, write: Writes) -> Response:
    head = authz_user.assert_in_same_project_as(Crud.TAG, tag_id, Role.editor)
    write(decider, head, TagDelete(), tag_id)
    return answer(write.last_of(crud_tag, head, decider.stream(tag_id))[0])
