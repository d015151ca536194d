"""Addresses that open one thing for a while: signed, so that nobody can make or change one."""

import hmac
from hashlib import sha256
from time import time

_LENGTH = 32


class Signatures:
    """`key` is the installation's; `purpose` keeps its other signatures apart from these."""

    def __init__(self, key: bytes, purpose: str) -> None:
        self._key = hmac.digest(key, purpose.encode(), "sha256")

    def sign(self, what: str, seconds: int) -> tuple[int, str]:
        """When it ends (seconds since 1970), and the signature."""
        # Addresses made within a minute are the same, so that what they open can be cached.
        expires = int(time()) // 60 * 60 + 60 + seconds
        return expires, self._signature(what, expires)

    def holds(self, what: str, expires: int, signature: str) -> bool:
        expected = self._signature(what, expires)
        return hmac.compare_digest(expected.encode(), signature.encode("utf-8", "replace")) and expires > time()

    def _signature(self, what: str, expires: int) -> str:
        return hmac.new(self._key, f"{expires} {what}".encode(), sha256).hexdigest()[:_LENGTH]
