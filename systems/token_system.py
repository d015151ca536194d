"""Access tokens: short-lived, signed, and nothing to look up."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from time import time

import jwt

_ALGORITHM = "HS256"
_AUDIENCE = "palimpsest"


class InvalidToken(Exception):
    """The token is not one of ours, or no longer valid."""


@dataclass(frozen=True, slots=True)
class Claims:
    """Whose token it is; the epoch is compared with the account's, so that all can be revoked at once."""

    user_id: int
    epoch: int


@dataclass(frozen=True, slots=True)
class AccessTokens:
    """Makes and checks tokens with one key (32 bytes or more)."""

    key: bytes
    lifetime: timedelta
    clock: Callable[[], float] = time

    def issue(self, claims: Claims) -> tuple[str, datetime]:
        now = datetime.now(UTC)
        expires = now + self.lifetime
        payload = {"sub": str(claims.user_id), "epoch": claims.epoch, "aud": _AUDIENCE, "iat": now, "exp": expires}
        return jwt.encode(payload, self.key, algorithm=_ALGORITHM), expires

    def check(self, token: str) -> Claims:
        """Raises InvalidToken."""
        try:
            claims, expires = _read(token, self.key)
        except (jwt.InvalidTokenError, ValueError, KeyError, TypeError):
            raise InvalidToken from None
        if expires <= self.clock():
            raise InvalidToken
        return claims


@lru_cache(maxsize=4096)
def _read(token: str, key: bytes) -> tuple[Claims, float]:
    """What a token says and when it expires: read once, since it comes with every request of its owner."""
    payload = jwt.decode(
        token, key, algorithms=[_ALGORITHM], audience=_AUDIENCE, options={"require": ["exp", "sub", "aud"]}
    )
    return Claims(int(payload["sub"]), int(payload["epoch"])), float(payload["exp"])
