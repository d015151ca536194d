"""Sessions: begun with a password, continued with refresh tokens, each of which works once."""

import secrets
from contextlib import suppress
from datetime import timedelta
from hashlib import sha256
from uuid import UUID, uuid4

from loguru import logger

from api._errors import TooManyAttempts, Unauthenticated
from api._services import Services
from api.attempt_service import try_password
from commands._refusal import Forbidden
from commands.dto_base import name_key
from projections._crud import Record
from projections.refresh_token_crud import crud_refresh_token
from projections.user_crud import Credentials, crud_user
from repos.postgres_repo import Connection
from systems.password_system import TooManyAtOnce
from systems.token_system import Claims

_TOKEN_BYTES = 32


class WrongCredentials(Unauthenticated):
    """There is no account with this e-mail and this password."""


class SessionEnded(Unauthenticated):
    """This refresh token does not work, or no longer: log in again."""


class WrongPassword(Forbidden):
    """The old password is not right."""


def log_in(services: Services, email: str, password: str, address: str) -> Record:
    """Begin a session. Raises WrongCredentials, TooManyAttempts."""
    key = name_key(email.strip())
    with services.postgres.connection() as connection:
        found = None if "\0" in key else crud_user.read_credentials_by_email(connection, key)
    if not _is_right(services, key, found, password, address) or found is None:
        raise WrongCredentials
    _rehash(services, found, password)
    with services.postgres.transaction() as connection:
        if crud_user.read_epoch(connection, found.user_id) != found.epoch:
            raise WrongCredentials
        return _issue(services, connection, uuid4(), found.user_id, found.epoch)


def confirm(services: Services, user_id: int, password: str, address: str) -> int:
    """The epoch in which this is the user's password. Raises WrongPassword, TooManyAttempts."""
    with services.postgres.connection() as connection:
        found = crud_user.read_credentials(connection, user_id)
    if found is None:
        raise Unauthenticated
    if not _is_right(services, found.email_key, found, password, address):
        raise WrongPassword
    return found.epoch


def refresh(services: Services, token: str) -> Record:
    """Continue a session with new tokens; a token that was used before ends it. Raises SessionEnded."""
    continued: Record | None = None
    hashed = _hashed(token)
    with services.postgres.transaction() as connection:
        user_id = crud_refresh_token.read_owner(connection, hashed)
        epoch = None if user_id is None else crud_user.read_epoch(connection, user_id)
        found = None if epoch is None else crud_refresh_token.read_locked(connection, hashed)
        if found is not None and epoch is not None:
            if found.is_spent:
                logger.warning("A spent refresh token of account {} came back: its session is ended", found.user_id)
                crud_refresh_token.update_family_revoked(connection, found.family_id)
            elif not found.is_expired:
                crud_refresh_token.update_used(connection, hashed)
                continued = _issue(services, connection, found.family_id, found.user_id, epoch)
    # Only here, because what was revoked above must be committed although the request is refused.
    if continued is None:
        raise SessionEnded
    return continued


def log_out(services: Services, token: str) -> None:
    """End the session; that of an unknown token has ended already."""
    hashed = _hashed(token)
    with services.postgres.transaction() as connection:
        user_id = crud_refresh_token.read_owner(connection, hashed)
        if user_id is not None and crud_user.read_epoch(connection, user_id) is not None:
            found = crud_refresh_token.read_locked(connection, hashed)
            if found is not None:
                crud_refresh_token.update_family_revoked(connection, found.family_id)


def _is_right(services: Services, key: str, found: Credentials | None, password: str, address: str) -> bool:
    """Whether it is the password; takes the same time for an account that is not there. Raises TooManyAttempts."""
    attempt = try_password(services, key, address)
    try:
        right = services.passwords.check(password, found.password_hash if found else None)
    except TooManyAtOnce:
        attempt.take_back()
        raise TooManyAttempts(1) from None
    if right:
        attempt.forgive()
    return right


def _rehash(services: Services, found: Credentials, password: str) -> None:
    """Hash the password again if the parameters have changed since; next time will do as well."""
    if found.password_hash is None or not services.passwords.is_outdated(found.password_hash):
        return
    with suppress(TooManyAtOnce):
        password_hash = services.passwords.hash(password)
        with services.postgres.connection() as connection:
            crud_user.update_hash(connection, found.user_id, found.password_hash, password_hash)


def _issue(services: Services, connection: Connection, family_id: UUID, user_id: int, epoch: int) -> Record:
    access_token, access_token_expires = services.tokens.issue(Claims(user_id, epoch))
    refresh_token = secrets.token_urlsafe(_TOKEN_BYTES)
    lifetime = timedelta(days=services.config.auth.refresh_token_days)
    expires = crud_refresh_token.create(connection, _hashed(refresh_token), family_id, user_id, lifetime)
    return {
        "access_token": access_token,
        "access_token_expires": access_token_expires,
        "refresh_token": refresh_token,
        "refresh_token_expires": expires,
        "token_type": "bearer",
    }


def _hashed(token: str) -> bytes:
    return sha256(token.encode("utf-8", "surrogatepass")).digest()
