"""Registering, changing and erasing accounts."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Protocol, assert_never

from commands._decider import Asked, Decider
from commands._refusal import Invalid, NotFound, Refused
from commands.dto_base import name_key
from commands.user_dto import UserCreate, UserErase, UserOperator, UserPasswordReset, UserUpdate
from events._event import Event
from events.user_events import (
    UserEmailChanged,
    UserErased,
    UserEvent,
    UserOperatorAppointed,
    UserOperatorDismissed,
    UserPasswordChanged,
    UserRegistered,
    UserRenamed,
)

UserCommand = UserCreate | UserUpdate | UserPasswordReset | UserOperator | UserErase


@dataclass(frozen=True, slots=True)
class User:
    is_operator: bool = False


class UserLookup(Protocol):
    """What the rules must know of the rows of accounts."""

    def holder(self, email_key: str) -> int | None: ...

    def profile(self, user_id: int) -> tuple[str, str, str]:
        """E-mail, first and last name: no fact holds them, because it must be possible to forget them."""


class EmailTaken(Refused):
    """There is an account with this e-mail already."""


class OldPasswordNeeded(Invalid):
    """A new password or another e-mail needs the old password too."""


def decide(command: UserCommand, user: User | None, asked: Asked, users: UserLookup) -> Sequence[Event]:
    if isinstance(command, UserCreate):
        _check_free(command.email, None, users)
        return [UserRegistered()]
    if user is None:
        raise NotFound
    match command:
        case UserUpdate():
            return list(_update(command, asked.id, users))
        case UserPasswordReset():
            return [UserPasswordChanged()]
        case UserOperator(is_operator=is_operator):
            if is_operator == user.is_operator:
                return []
            return [UserOperatorAppointed() if is_operator else UserOperatorDismissed()]
        case UserErase():
            return [UserErased()]
        case _:
            assert_never(command)


def _update(command: UserUpdate, user_id: int, users: UserLookup) -> Iterator[Event]:
    email, first_name, last_name = users.profile(user_id)
    if (command.first_name or first_name, command.last_name or last_name) != (first_name, last_name):
        yield UserRenamed()
    if command.email is not None and command.email != email:
        _check_proven(command)
        _check_free(command.email, user_id, users)
        yield UserEmailChanged()
    if command.password is not None:
        _check_proven(command)
        yield UserPasswordChanged()


def _check_free(email: str, user_id: int | None, users: UserLookup) -> None:
    if users.holder(name_key(email)) not in (None, user_id):
        raise EmailTaken(loc=("body", "email"))


def _check_proven(command: UserUpdate) -> None:
    """Whether the old password is right was found out before, because that takes long."""
    if command.old_password is None:
        raise OldPasswordNeeded(loc=("body", "old_password"))


def evolve(user: User | None, event: UserEvent) -> User | None:
    match event:
        case UserRegistered():
            return User()
        case UserErased():
            return None
    if user is None:
        return None
    match event:
        case UserOperatorAppointed() | UserOperatorDismissed():
            return replace(user, is_operator=isinstance(event, UserOperatorAppointed))
        case UserRenamed() | UserEmailChanged() | UserPasswordChanged():
            return user
        case _:
            assert_never(event)


decider = Decider(area="user", initial=None, decide=decide, evolve=evolve)
