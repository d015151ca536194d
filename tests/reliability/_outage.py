"""A server that read models lie in is not there for a while, and two follow the log all the time."""

from typing import Literal, Protocol

from projections._follow import Follower
from projections._registry import Version
from repos.postgres_repo import Postgres
from services._server import Server
from tests.cli._server import wait_for
from tests.reliability._diaries import followed

How = Literal["kill", "stop", "pause"]
PATIENCE = 180.0  # seconds


class Written(Protocol):
    """What is written, and retold to the server."""

    postgres: Postgres

    @property
    def version(self) -> Version: ...
    def follower(self) -> Follower: ...
    def write(self, number: int, /) -> None: ...
    def retold(self) -> int: ...
    def caught_up(self) -> bool: ...
    def faults(self) -> list[str]: ...


def play(written: Written, server: Server, how: How, *, after: int = 10) -> None:
    """It goes in the middle of a batch, once so much is retold, and comes back when that has been noticed."""
    with followed(written.postgres, written.follower(), written.follower()):
        goal = written.retold() + after
        written.write(100)
        wait_for(lambda: written.retold() > goal, PATIENCE)
        getattr(server, how)()
        assert not written.caught_up(), "it went too late"
        wait_for(lambda: written.version.error, PATIENCE)
        written.write(20)
        if how == "pause":
            server.resume()
        else:
            server.start()
        wait_for(lambda: written.caught_up() and written.version.error is None, PATIENCE)
