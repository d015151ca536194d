"""Folders over HTTP."""

from typing import Annotated

from fastapi import Query, Request, Response

from api._address import Id, Whole
from api._answers import answer, answer_all, answer_page
from api._paging import Page
from api._routes import AreaRouter, creates
from api._services import Serves
from api._writing import Writes
from api.authz_user import Authz, Crud
from commands.dto_base import MAX_ID, Ids
from commands.folder_decider import decider
from commands.folder_dto import FolderCreate, FolderDelete, FolderMove, FolderType, FolderUpdate
from commands.membership_dto import Role
from projections.folder_crud import crud_folder
from queries.folder_dto import FolderRead

router = AreaRouter(prefix="/folder", tags=["folder"])

Target = Annotated[Whole, Query(ge=-1, le=MAX_ID, description="The folder to move them into; -1 or 0 is the root")]


@creates(router, "/", response_model=FolderRead, summary="Create a folder")
def create(create_dto: FolderCreate, authz_user: Authz, write: Writes) -> Response:
    head = authz_user.assert_in_project(create_dto.project_id, Role.editor)
    written = write(decider, head, create_dto, status=201)
    return answer(write.made(crud_folder, written)[0], 201, location=f"/folder/{written.id}")


@router.post("/move_folders", response_model=list[FolderRead], summary="Move folders into another, all or none")
def move_folders(
    folder_ids: Ids, target_folder_id: Target, authz_user: Authz, write: Writes, services: Serves
) -> Response:
    target = target_folder_id if target_folder_id > 0 else None
    if not folder_ids and target is None:
        authz_user.assert_known()
        return answer_all([])
    head = authz_user.assert_in_same_project_as_any(Crud.FOLDER, [target] if target else folder_ids, Role.editor)
    written = write.many(decider, head, [((id,), FolderMove(folder_id=id, parent_id=target)) for id in folder_ids])
    with services.postgres.session() as db:
        return answer_all(crud_folder.read_by_ids(db, written.ids))


@router.get(
    "/sdocids/{folder_id}", response_model=dict[str, list[int]], summary="The documents in a folder and those inside it"
)
def read_sdoc_ids(folder_id: Id, authz_user: Authz, services: Serves) -> Response:
    authz_user.assert_in_same_project_as(Crud.FOLDER, folder_id)
    with services.postgres.session() as db:
        return answer(crud_folder.read_sdoc_ids(db, folder_id))


@router.get(
    "/project/{project_id}/folder/{folder_type}",
    response_model=list[FolderRead],
    summary="The folders of a type",
)
def read_by_type(
    project_id: Id, folder_type: FolderType, page: Page, request: Request, authz_user: Authz, services: Serves
) -> Response:
    authz_user.assert_in_project(project_id)
    with services.postgres.session() as db:
        folders = crud_folder.read_by_type(
            db, project_id, folder_type.value, after=page.cursor, skip=page.skip, limit=page.limit
        )
    return answer_page(folders, request, page.limit)


@router.get("/{folder_id}", response_model=FolderRead, summary="A folder")
def read(folder_id: Id, authz_user: Authz, services: Serves) -> Response:
    authz_user.assert_in_same_project_as(Crud.FOLDER, folder_id)
    with services.postgres.session() as db:
        return answer(crud_folder.read(db, folder_id))


@router.put("/{folder_id}", response_model=FolderRead, summary="Rename or move a folder")
def update(folder_id: Id, update_dto: FolderUpdate, authz_user: Authz, write: Writes) -> Response:
    head = authz_user.assert_in_same_project_as(Crud.FOLDER, folder_id, Role.editor)
    written = write(decider, head, update_dto, folder_id)
    return answer(write.now(crud_folder, written)[0])


@router.delete("/{folder_id}", response_model=FolderRead, summary="Delete a folder with all that is inside")
def delete(folder_id: Id, authz_user: Authz, write: Writes) -> Response:
    head = authz_user.assert_in_same_project_as(Crud.FOLDER, folder_id, Role.editor)
    write(decider, head, FolderDelete(), folder_id)
    return answer(write.last_of(crud_folder, head, decider.stream(folder_id))[0])
