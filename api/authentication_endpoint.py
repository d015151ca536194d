"""Registering, logging in and out over HTTP."""

from typing import Annotated

from fastapi import Depends, Query, Request, Response
from fastapi.security import OAuth2PasswordRequestForm

from api import authentication_service, user_service
from api._answers import answer
from api._idempotency import Repeatable, repeatable
from api._routes import AreaRouter
from api._services import Serves, Services
from api.attempt_service import address_of, count_registration
from api.authz_user import Authz
from commands._decider import Request as Asking
from commands._refusal import Forbidden
from commands.dto_base import name_key
from commands.user_dto import UserCreate
from events._event import Envelope
from projections._crud import Record
from projections.user_crud import crud_user
from queries.user_dto import UserAuthorizationHeaderData, UserRead

router = AreaRouter(prefix="/authentication", tags=["authentication"])

RefreshToken = Annotated[str, Query(max_length=200, description="From logging in, or from the last refresh")]


class RegistrationClosed(Forbidden):
    """Nobody can register here by themselves: ask those who run this installation for an account."""


@router.post("/register", response_model=UserRead, status_code=201, summary="Make an account")
def register(
    create_dto: UserCreate,
    request: Request,
    services: Serves,
    key: Annotated[Repeatable | None, Depends(repeatable)],
) -> Response:
    if not services.config.api.registration_open:
        raise RegistrationClosed
    count_registration(services, address_of(request))
    user_id = _registered_before(services, create_dto, key)
    if user_id is None:
        user_id = services.postgres.next_id("user")
        request.state.actor_id = user_id
        ids = [user_id]
        asking = Asking(
            Envelope(user_id, request.state.request_id),
            answered=(lambda _: key.answered(201, ids)) if key else None,
        )
        user_service.register(services, user_id, create_dto, asking)
    with services.postgres.session() as db:
        return answer(crud_user.read(db, user_id), 201, location="/user/me")


@router.post("/login", response_model=UserAuthorizationHeaderData, summary="Log in with e-mail and password")
def login(request: Request, form: Annotated[OAuth2PasswordRequestForm, Depends()], services: Serves) -> Response:
    return _session(authentication_service.log_in(services, form.username, form.password, address_of(request)))


@router.post("/refresh_access", response_model=UserAuthorizationHeaderData, summary="Stay logged in")
def refresh_access(refresh_token: RefreshToken, services: Serves) -> Response:
    return _session(authentication_service.refresh(services, refresh_token))


@router.post("/logout", status_code=204, response_class=Response, summary="Log out")
def logout(refresh_token: RefreshToken, services: Serves) -> Response:
    authentication_service.log_out(services, refresh_token)
    return Response(status_code=204)


@router.get("/content", status_code=204, response_class=Response, summary="Whether a request is by somebody logged in")
def content(authz_user: Authz) -> Response:
    """For proxies that serve stored content and ask here first: 204 is yes, 401 is no."""
    authz_user.assert_known()
    return Response(status_code=204)


def _registered_before(services: Services, create_dto: UserCreate, key: Repeatable | None) -> int | None:
    """The account that an earlier sending of the same request has made."""
    if key is None:
        return None
    key.seal(services.tokens.key)
    with services.postgres.connection() as connection:
        holder = crud_user.read_credentials_by_email(connection, name_key(create_dto.email))
        repeat = key.earlier(connection, holder.user_id) if holder else None
    return repeat.ids[0] if repeat else None


def _session(session: Record) -> Response:
    response = answer(session)
    response.headers["Cache-Control"] = "no-store"
    return response
