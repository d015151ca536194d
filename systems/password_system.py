"""Passwords as Argon2id hashes: slow to make on purpose, and only so many at the same time."""

import secrets
import unicodedata
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from threading import BoundedSemaphore

from argon2 import PasswordHasher, Type
from argon2.exceptions import InvalidHashError, VerificationError

_WAITING = 8  # for each that is hashed; with more, people would wait longer than they do
_SALT_BYTES = 16
_HASH_BYTES = 32


class TooManyAtOnce(Exception):
    """More passwords are to be hashed than there is memory and patience for."""


class Passwords:
    """Hashes and checks; `at_once` of them take their memory together, the others wait `patience` seconds at most."""

    def __init__(
        self, *, time_cost: int, memory_kib: int, parallelism: int, at_once: int, patience: float = 5.0
    ) -> None:
        self._hasher = PasswordHasher(
            time_cost, memory_kib, parallelism, hash_len=_HASH_BYTES, salt_len=_SALT_BYTES, type=Type.ID
        )
        self._working = BoundedSemaphore(at_once)
        self._present = BoundedSemaphore(at_once * (1 + _WAITING))
        self._patience = patience
        # The hash of nothing, so that the check for somebody unknown takes as long as any other.
        salt, digest = (b64encode(secrets.token_bytes(n)).decode().rstrip("=") for n in (_SALT_BYTES, _HASH_BYTES))
        self._nobody = f"$argon2id$v=19$m={memory_kib},t={time_cost},p={parallelism}${salt}${digest}"

    def hash(self, password: str) -> str:
        """Raises TooManyAtOnce."""
        with self.turn():
            return self._hasher.hash(_bytes(password))

    def check(self, password: str, hashed: str | None) -> bool:
        """Whether it is the password; None, for somebody who has none, takes as long. Raises TooManyAtOnce."""
        with self.turn():
            try:
                return self._hasher.verify(hashed or self._nobody, _bytes(password)) and hashed is not None
            except (VerificationError, InvalidHashError):
                return False

    def is_outdated(self, hashed: str) -> bool:
        """Whether it was made with other parameters than are set now."""
        return self._hasher.check_needs_rehash(hashed)

    @contextmanager
    def turn(self) -> Iterator[None]:
        """The right to hash something. Raises TooManyAtOnce."""
        if not self._present.acquire(blocking=False):
            raise TooManyAtOnce
        try:
            if not self._working.acquire(timeout=self._patience):
                raise TooManyAtOnce
            try:
                yield
            finally:
                self._working.release()
        finally:
            self._present.release()


def _bytes(password: str) -> bytes:
    """The same for all ways in which keyboards compose a character."""
    return unicodedata.normalize("NFC", password).encode("utf-8", "surrogatepass")
