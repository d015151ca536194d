"""Accounts over HTTP."""

from fastapi import Request, Response

from api import user_service
from api._address import Id
from api._answers import answer, answer_page
from api._paging import Page
from api._routes import AreaRouter
from api._services import Serves
from api._writing import Writes
from api.attempt_service import address_of
from api.authz_user import Authz
from commands.user_dto import UserUpdate
from projections.user_crud import crud_user
from queries.user_dto import KnownUserRead, PublicUserRead, UserRead

router = AreaRouter(prefix="/user", tags=["user"])


@router.get("/me", response_model=UserRead, summary="My account")
def read_me(authz_user: Authz, services: Serves) -> Response:
    authz_user.assert_known()
    with services.postgres.session() as db:
        return answer(crud_user.read(db, authz_user.id))


@router.get("/all", response_model=list[PublicUserRead], summary="Everybody with whom I share a project, and I")
def read_all(page: Page, request: Request, authz_user: Authz, services: Serves) -> Response:
    authz_user.assert_known()
    with services.postgres.session() as db:
        users = crud_user.read_acquainted(db, authz_user.id, after=page.cursor, skip=page.skip, limit=page.limit)
    return answer_page(users, request, page.limit)


@router.get("/by_id/{user_id}", response_model=KnownUserRead, summary="Somebody who is or was in one of my projects")
def read_by_id(user_id: Id, authz_user: Authz, services: Serves) -> Response:
    authz_user.assert_known()
    with services.postgres.session() as db:
        return answer(crud_user.read_known_to(db, authz_user.id, user_id))


@router.patch("/", response_model=UserRead, summary="Change my account")
def update(update_dto: UserUpdate, request: Request, authz_user: Authz, write: Writes, services: Serves) -> Response:
    if authz_user.repeatable is not None:
        authz_user.repeatable.seal(services.tokens.key)
    authz_user.assert_known()
    if authz_user.repeat is None:
        user_service.update(services, authz_user.id, update_dto, write.request(200, authz_user.id), address_of(request))
    with services.postgres.session() as db:
        return answer(crud_user.read(db, authz_user.id))


@router.delete("/", response_model=UserRead, summary="Erase my account")
def delete(authz_user: Authz, write: Writes, services: Serves) -> Response:
    """Everything that is known of me goes; what I did in projects stays, and is by a former member from now on."""
    authz_user.assert_known()
    with services.postgres.session() as db:
        me = crud_user.read(db, authz_user.id)
    user_service.erase(services, authz_user.id, write.request(200, authz_user.id))
    return answer(me)
