"""Attempts that are let through only so often: each fills a vessel that leaks, kept in the database."""

import math
from dataclasses import dataclass
from hashlib import sha256

from repos.postgres_repo import Postgres

_LEVEL = "greatest(0, a.level - greatest(0, extract(epoch FROM clock_timestamp() - a.last)) / $2)"


@dataclass(frozen=True, slots=True)
class Limit:
    """So many attempts within so many seconds; what is refused counts too, up to a wait of as long."""

    attempts: int
    seconds: float

    @property
    def leak(self) -> float:
        """Seconds until one attempt is forgotten."""
        return self.seconds / self.attempts

    @property
    def most(self) -> int:
        """The level above which nothing is counted."""
        return max(2 * self.attempts - 1, self.attempts + 1)

    def wait(self, level: float, attempts: int | None = None) -> int:
        """Seconds until an attempt is let through again, when this one, counted in `level`, was not; else 0."""
        allowed = self.attempts if attempts is None else attempts
        return 0 if level <= allowed else math.ceil((level + 1 - allowed) * self.leak)


class Throttle:
    """The vessels, by names of which only a hash is kept."""

    def __init__(self, postgres: Postgres) -> None:
        self._postgres = postgres

    def count(self, name: str, limit: Limit) -> float:
        """One more attempt; how full the vessel is with it."""
        with self._postgres.connection() as connection:
            row = connection.execute(
                "INSERT INTO account.attempt AS a (key, level, last) VALUES ($1, 1, clock_timestamp()) "
                f"ON CONFLICT (key) DO UPDATE SET level = least($3, {_LEVEL} + 1), "
                "last = clock_timestamp() RETURNING level",
                (_key(name), limit.leak, limit.most),
            ).fetchone()
        assert row is not None
        return float(row[0])

    def level(self, name: str, limit: Limit) -> float:
        """How full the vessel is at the moment."""
        with self._postgres.connection() as connection:
            row = connection.execute(
                f"SELECT {_LEVEL} FROM account.attempt a WHERE key = $1",
                (_key(name), limit.leak),
            ).fetchone()
        return float(row[0]) if row else 0.0

    def take_back(self, *names: str) -> None:
        """An attempt was none after all."""
        with self._postgres.connection() as connection:
            connection.execute(
                "UPDATE account.attempt SET level = greatest(0, level - 1) WHERE key = ANY($1::text[])",
                ([_key(name) for name in names],),
            )

    def forget(self, name: str) -> None:
        with self._postgres.connection() as connection:
            connection.execute("DELETE FROM account.attempt WHERE key = $1", (_key(name),))


def _key(name: str) -> str:
    return sha256(name.encode("utf-8", "surrogatepass")).hexdigest()
