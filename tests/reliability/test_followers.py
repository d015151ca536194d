"""Whatever happens between the log and those who follow it: each event is retold once, and in its turn."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest

from projections._model import Backend
from tests.cli._server import wait_for
from tests.reliability._cutting import FOLLOWERS_AT_WORK, cutting
from tests.reliability._diaries import Diaries, Reading, Setting, followed

Opened = Callable[..., Diaries]
Another = Callable[[Setting, str], Reading]

BACKENDS = [Backend.POSTGRES, Backend.ELASTICSEARCH]
CUTS = 5


@pytest.fixture
def another() -> Iterator[Another]:
    """Another worker, whom the database knows by this name."""
    with ExitStack() as opened:

        def another(setting: Setting, who: str) -> Reading:
            made = Reading(setting, who=who)
            opened.callback(made.close)
            return made

        yield another


@pytest.mark.parametrize("backend", BACKENDS)
def test_connections_to_the_database_are_cut_while_two_follow(
    diaries: Opened, another: Another, backend: Backend
) -> None:
    written = diaries(backend)
    written.write(400)
    others, url = another(written.setting, "follower"), written.setting.url
    with (
        followed(others.postgres, others.follower(), others.follower()),
        cutting(url, seconds=0.05, whose=FOLLOWERS_AT_WORK) as cut,
    ):
        wait_for(lambda: sum(cut) >= CUTS or written.caught_up())
    assert sum(cut) > 1
    with followed(others.postgres, others.follower(), others.follower()):
        wait_for(lambda: written.caught_up() and written.version.error is None)
    assert written.faults() == []


@pytest.mark.parametrize("backend", BACKENDS)
def test_two_follow_the_same_projects_while_others_write(diaries: Opened, another: Another, backend: Backend) -> None:
    written = diaries(backend)
    others = another(written.setting, "other")
    with followed(written.postgres, written.follower()), followed(others.postgres, others.follower()):

        def both_have_worked() -> bool:
            written.write(20)
            written.end(written.begin())
            return written.workers() == {"", "other"}

        for _ in range(5):
            wait_for(both_have_worked)
        wait_for(written.caught_up)
    assert written.faults() == []


def test_a_lost_signal_costs_a_moment(diaries: Opened) -> None:
    written = diaries(Backend.POSTGRES)
    with followed(written.postgres, written.follower()):
        wait_for(written.caught_up)
        for _ in range(3):
            # Nobody tells it.
            written.write(1)
            wait_for(written.caught_up, 5)
    assert written.faults() == []
