"""Accounts: their rows and their facts, changed together or not at all."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from pydantic import SecretStr

from api._errors import TooManyAttempts
from api._services import Services
from api.authentication_service import confirm
from commands._decider import ATTEMPTS, Receipt, Request, carry_out, once_at_a_time
from commands._refusal import Overtaken, Refused
from commands.dto_base import name_key
from commands.membership_decider import LastOwner
from commands.membership_decider import decider as membership
from commands.membership_dto import MemberRemove
from commands.user_decider import EmailTaken, UserCommand, decider
from commands.user_dto import UserCreate, UserErase, UserOperator, UserPasswordReset, UserUpdate
from events._store import Head
from events.user_events import HOUSE_PROJECT_ID, UserPasswordChanged
from projections.membership_crud import crud_membership
from projections.membership_lookup import MemberLookupTables
from projections.project_crud import crud_project
from projections.refresh_token_crud import crud_refresh_token
from projections.user_crud import crud_user
from projections.user_lookup import UserLookupTables
from repos.postgres_repo import Connection
from systems.password_system import TooManyAtOnce

_TITLES = 10


class OwnsProjects(Refused):
    """You are the only owner of some projects: make somebody else owner there, or end them."""


def register(services: Services, user_id: int, create_dto: UserCreate, request: Request) -> None:
    """Raises Refused."""
    key = name_key(create_dto.email)
    with services.postgres.connection() as connection:
        if UserLookupTables(connection, HOUSE_PROJECT_ID).holder(key) is not None:
            raise EmailTaken(loc=("body", "email"))
    password_hash = _hash(services, create_dto.password)
    with _house(services) as (connection, house):
        receipt = _decide(services, connection, house, user_id, create_dto, request)
        values = {
            "email": create_dto.email,
            "email_key": key,
            "first_name": create_dto.first_name,
            "last_name": create_dto.last_name,
            "password_hash": password_hash,
            "version": receipt.version,
        }
        crud_user.create(connection, user_id, values)


def update(services: Services, user_id: int, update_dto: UserUpdate, request: Request, address: str) -> None:
    """Raises Refused."""
    epoch = None
    if update_dto.old_password is not None and (update_dto.password is not None or update_dto.email is not None):
        epoch = confirm(services, user_id, update_dto.old_password.get_secret_value(), address)
    values: dict[str, Any] = update_dto.model_dump(exclude_none=True, exclude={"password", "old_password"})
    if update_dto.email is not None:
        values["email_key"] = name_key(update_dto.email)
    if update_dto.password is not None and epoch is not None:
        values["password_hash"] = _hash(services, update_dto.password)
    with _house(services) as (connection, house):
        if epoch is not None and crud_user.read_epoch(connection, user_id) != epoch:
            raise Overtaken
        _write(services, connection, house, user_id, update_dto, request, values)


def reset_password(services: Services, user_id: int, password: SecretStr, request: Request) -> None:
    """Raises Refused."""
    values = {"password_hash": _hash(services, password)}
    with _house(services) as (connection, house):
        _write(services, connection, house, user_id, UserPasswordReset(), request, values)


def set_operator(services: Services, user_id: int, is_operator: bool, request: Request) -> None:
    """Raises Refused."""
    with _house(services) as (connection, house):
        command = UserOperator(is_operator=is_operator)
        _write(services, connection, house, user_id, command, request, {"is_operator": is_operator})


def erase(services: Services, user_id: int, request: Request) -> None:
    """Forget the person and end their memberships, in one transaction over all logs. Raises Refused.

    Heads are locked in the order of their ids, and before accounts, here as everywhere.
    """
    for _ in range(ATTEMPTS):
        with _house(services) as (connection, house):
            project_ids = crud_membership.read_project_ids(connection, user_id)
            heads = [services.store.head(connection, project_id, lock=True) for project_id in project_ids]
            crud_user.lock(connection, user_id)
            if project_ids != crud_membership.read_project_ids(connection, user_id):
                continue
            _leave(services, connection, [head for head in heads if head is not None], user_id, request)
            _decide(services, connection, house, user_id, UserErase(), request)
            crud_user.delete(connection, user_id)
            return
    raise Overtaken


def _leave(services: Services, connection: Connection, heads: Sequence[Head], user_id: int, request: Request) -> None:
    leaving = replace(request, expected=None, answered=None)
    owned: list[int] = []
    for head in heads:
        item = (user_id,), MemberRemove()
        try:
            carry_out(services.store, membership, head, [item], leaving, connection, lookup=MemberLookupTables)
        except LastOwner:
            owned.append(head.project_id)
    if owned:
        with services.postgres.session() as db:
            titles = [project["title"] for project in crud_project.read_by_ids(db, owned[:_TITLES])]
        named = ", ".join(f"“{title}”" for title in titles)
        more = f" and {len(owned) - _TITLES} more" if len(owned) > _TITLES else ""
        raise OwnsProjects(f"You are the only owner of {named}{more}: make somebody else owner there, or end it.")


def _write(
    services: Services,
    connection: Connection,
    house: Head,
    user_id: int,
    command: UserCommand,
    request: Request,
    values: dict[str, Any],
) -> None:
    receipt = _decide(services, connection, house, user_id, command, request)
    if not receipt.facts:
        return
    crud_user.update(connection, user_id, {**values, "version": receipt.version})
    if any(isinstance(fact.event, UserPasswordChanged) for fact in receipt.facts):
        crud_user.update_epoch(connection, user_id)
        crud_refresh_token.update_user_revoked(connection, user_id)


def _decide(
    services: Services, connection: Connection, house: Head, user_id: int, command: UserCommand, request: Request
) -> Receipt:
    item = (user_id,), command
    return carry_out(services.store, decider, house, [item], request, connection, lookup=UserLookupTables)


@contextmanager
def _house(services: Services) -> Iterator[tuple[Connection, Head]]:
    """A transaction in which nobody else changes any account."""
    with once_at_a_time(), services.postgres.transaction() as connection:
        head = services.store.head(connection, HOUSE_PROJECT_ID, lock=True)
        assert head is not None
        yield connection, head


def _hash(services: Services, password: SecretStr) -> str:
    try:
        return services.passwords.hash(password.get_secret_value())
    except TooManyAtOnce:
        raise TooManyAttempts(1) from None
