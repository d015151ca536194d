"""The members of a project over HTTP."""

from fastapi import Request, Response

from api._address import Id
from api._answers import answer, answer_page
from api._paging import Page
from api._routes import AreaRouter
from api._services import Serves, Services
from api._writing import Writes
from api.authz_user import Authz
from commands._refusal import NotFound
from commands.dto_base import name_key
from commands.membership_decider import decider
from commands.membership_dto import MemberAdd, MemberRemove, MemberRoleUpdate, ProjectAddUser, Role
from events.membership_events import MemberRemoved
from projections._crud import Record
from projections.membership_crud import crud_membership
from projections.user_crud import crud_user
from queries.membership_dto import MemberRead

router = AreaRouter(prefix="/user", tags=["user"])


class NobodyWithEmail(NotFound):
    """Nobody has an account with this e-mail."""


@router.get("/{proj_id}/user", response_model=list[MemberRead], summary="The members of a project")
def read_members(proj_id: Id, page: Page, request: Request, authz_user: Authz, services: Serves) -> Response:
    authz_user.assert_in_project(proj_id)
    with services.postgres.session() as db:
        members = crud_membership.read_by_project(db, proj_id, after=page.cursor, skip=page.skip, limit=page.limit)
    return answer_page(members, request, page.limit)


@router.patch("/{proj_id}/user", response_model=MemberRead, summary="Add a member")
def add_member(proj_id: Id, create_dto: ProjectAddUser, authz_user: Authz, write: Writes, services: Serves) -> Response:
    head = authz_user.assert_in_project(proj_id, Role.owner)
    with services.postgres.connection() as connection:
        found = crud_user.read_credentials_by_email(connection, name_key(create_dto.email))
    if found is None and authz_user.repeat is None:
        raise NobodyWithEmail(loc=("body", "email"))
    written = write(decider, head, MemberAdd(role=create_dto.role), found.user_id if found else authz_user.id)
    with services.postgres.session() as db:
        return answer(crud_membership.read_by_project_and_user(db, proj_id, written.id))


@router.patch("/{proj_id}/user/{user_id}", response_model=MemberRead, summary="Give a member another role")
def update_member(
    proj_id: Id, user_id: Id, update_dto: MemberRoleUpdate, authz_user: Authz, write: Writes, services: Serves
) -> Response:
    head = authz_user.assert_in_project(proj_id, Role.owner)
    write(decider, head, update_dto, user_id)
    with services.postgres.session() as db:
        return answer(crud_membership.read_by_project_and_user(db, proj_id, user_id))


@router.delete("/{proj_id}/user/{user_id}", response_model=MemberRead, summary="Remove a member, or leave")
def remove_member(proj_id: Id, user_id: Id, authz_user: Authz, write: Writes, services: Serves) -> Response:
    """Owners remove members, and every member may leave; what they did in the project stays."""
    head = authz_user.assert_in_project(proj_id, Role.reader if user_id == authz_user.id else Role.owner)
    write(decider, head, MemberRemove(), user_id)
    return answer(_former_member(services, proj_id, user_id))


def _former_member(services: Services, proj_id: int, user_id: int) -> Record | None:
    """Somebody as they were when they were removed."""
    stream_id = decider.stream(user_id)
    with services.postgres.connection() as connection:
        history = services.store.streams(connection, proj_id, [stream_id])[stream_id]
    with services.postgres.session() as db:
        person = crud_user.read(db, user_id)
    for recorded in reversed(history):
        if person is not None and isinstance(recorded.event, MemberRemoved):
            del person["is_operator"]
            return {**person, "role": recorded.event.role, "project_id": proj_id, "version": recorded.version}
    return None
