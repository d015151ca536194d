"""Projects over HTTP."""

from fastapi import Response

from api._address import Id
from api._answers import answer, answer_all
from api._routes import AreaRouter, creates
from api._services import Serves
from api._writing import Writes
from api.authz_user import Authz
from commands.membership_dto import Role
from commands.project_decider import decider
from commands.project_dto import ProjectCreate, ProjectDelete, ProjectUpdate
from projections.project_crud import crud_project
from queries.project_dto import ProjectRead

router = AreaRouter(prefix="/project", tags=["project"])


@creates(router, response_model=ProjectRead, summary="Found a project")
def create(create_dto: ProjectCreate, authz_user: Authz, write: Writes, services: Serves) -> Response:
    authz_user.assert_known()
    written = write.found(decider, create_dto)
    with services.postgres.session() as db:
        return answer(crud_project.read(db, written.id), 201, location=f"/project/{written.id}")


@router.get("/user/projects", response_model=list[ProjectRead], summary="My projects")
def read_mine(authz_user: Authz, services: Serves) -> Response:
    authz_user.assert_known()
    with services.postgres.session() as db:
        return answer_all(crud_project.read_by_member(db, authz_user.id))


@router.get("/{proj_id}", response_model=ProjectRead, summary="A project")
def read(proj_id: Id, authz_user: Authz, services: Serves) -> Response:
    authz_user.assert_in_project(proj_id)
    with services.postgres.session() as db:
        return answer(crud_project.read(db, proj_id))


@router.patch("/{proj_id}", response_model=ProjectRead, summary="Change a project")
def update(proj_id: Id, update_dto: ProjectUpdate, authz_user: Authz, write: Writes, services: Serves) -> Response:
    head = authz_user.assert_in_project(proj_id, Role.editor)
    write(decider, head, update_dto, proj_id)
    with services.postgres.session() as db:
        return answer(crud_project.read(db, proj_id))


@router.delete("/{proj_id}", response_model=ProjectRead, summary="End a project")
def delete(proj_id: Id, authz_user: Authz, write: Writes) -> Response:
    head = authz_user.assert_in_project(proj_id, Role.owner)
    written = write(decider, head, ProjectDelete(), proj_id)
    ended = write.last_of(crud_project, head, decider.stream(proj_id))[0]
    return answer({**ended, "revision": written.revision})
