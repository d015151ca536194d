"""Elasticsearch is not there for a while, and two follow the log all the time."""

from typing import Literal

from services._server import Server
from tests.cli._server import wait_for
from tests.reliability._diaries import Diaries, followed

How = Literal["kill", "stop", "pause"]
PATIENCE = 180.0  # seconds


def play(diaries: Diaries, server: Server, how: How) -> None:
    """It goes in the middle of a batch, and comes back once that has been noticed; then all is retold."""
    with followed(diaries.postgres, diaries.follower(), diaries.follower()):
        goal = diaries.retold() + 10
        diaries.write(100)
        wait_for(lambda: diaries.retold() > goal, PATIENCE)
        getattr(server, how)()
        diaries.write(20)
        wait_for(lambda: diaries.version.error, PATIENCE)
        if how == "pause":
            server.resume()
        else:
            server.start()
        wait_for(lambda: diaries.caught_up() and diaries.version.error is None, PATIENCE)
