"""Whoever makes a new version of a read model is killed at any moment: it is resumed or given up, and harms nobody."""

from collections.abc import Callable
from random import Random

import pytest

from projections import _rebuild as rebuild
from projections import _registry as registry
from projections._model import Backend
from tests.reliability._diaries import MODEL, Diaries
from tests.reliability._rebuilding import rebuilding

Opened = Callable[..., Diaries]

KILLS = 6
SOON = 0.4  # seconds, in which much of a rebuild is done
MOVES = [
    (Backend.POSTGRES, Backend.POSTGRES),
    (Backend.ELASTICSEARCH, Backend.ELASTICSEARCH),
    (Backend.ELASTICSEARCH, Backend.POSTGRES),
]


def states(written: Diaries) -> list[str]:
    with written.postgres.connection() as connection:
        return [one.state for one in registry.versions(connection, MODEL.name)]


@pytest.mark.parametrize(("at", "to"), MOVES, ids=lambda one: one.value)
def test_a_killed_rebuild_is_resumed_while_projects_come_and_go(diaries: Opened, at: Backend, to: Backend) -> None:
    written = diaries(at)
    written.write(150)
    written.catch_up()
    dice = Random(6)
    killed = 0
    for _ in range(KILLS):
        process = rebuilding(written.setting, MODEL.name, to)
        written.write(10)
        written.end(written.begin())
        process.join(dice.uniform(0, SOON))
        killed += process.is_alive()
        process.kill()
        process.join()
        written.catch_up()
        assert list(written.differences(written.version)) == []
    assert killed > 1
    process = rebuilding(written.setting, MODEL.name, to)
    process.join()
    assert process.exitcode == 0
    assert written.version.backend is to
    written.write(10)
    written.catch_up()
    assert list(written.differences(written.version)) == []
    rebuild.retire(written.postgres, written.read_models, MODEL.name)
    assert states(written) == ["serving"]


def test_a_killed_rebuild_is_given_up(diaries: Opened) -> None:
    written = diaries(Backend.POSTGRES)
    written.write(150)
    written.catch_up()
    process = rebuilding(written.setting, MODEL.name, Backend.POSTGRES)
    while states(written) != ["serving", "building"]:
        assert process.is_alive()
    process.kill()
    process.join()
    rebuild.abandon(written.postgres, written.read_models, MODEL.name)
    assert states(written) == ["serving"]
    with written.postgres.connection() as connection:
        assert connection.execute("SELECT to_regnamespace('memo_text_2')").fetchone() == (None,)
    assert written.faults() == []
