"""Whoever makes a new version of a read model is killed at any moment: it is resumed or given up, and harms nobody."""

from collections.abc import Callable
from random import Random

import pytest

from events._event import Fact
from events.project_events import ProjectCreated, ProjectDeleted
from projections import _rebuild as rebuild
from projections import _registry as registry
from projections._model import Backend
from repos.postgres_repo import Postgres
from tests.projections.library import Library, renamed
from tests.projections.test_code import created
from tests.reliability._diaries import MODEL, Diaries, Reading, Setting
from tests.reliability._rebuilding import rebuilding

Opened = Callable[..., Diaries]

KILLS = 6
SOON = 0.4  # seconds, in which much of a rebuild is done
MOVES = [(Backend.POSTGRES, Backend.POSTGRES), (Backend.POSTGRES, Backend.ELASTICSEARCH)]


def states(written: Diaries) -> list[str]:
    with written.postgres.connection() as connection:
        return [one.state for one in registry.versions(connection, MODEL.name)]


@pytest.mark.parametrize(("at", "to"), MOVES, ids=lambda one: one.value)
def test_a_killed_rebuild_is_resumed_while_projects_come_and_go(
    diaries: Opened, request: pytest.FixtureRequest, at: Backend, to: Backend
) -> None:
    settings = request.getfixturevalue("elasticsearch_settings") if to is Backend.ELASTICSEARCH else ()
    written = diaries(at, *settings)
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


def test_new_inline_tables_are_resumed_after_each_kill(postgres: Postgres) -> None:
    setting = Setting(postgres.url, Backend.POSTGRES)
    reading, library = Reading(setting), Library(postgres)
    reading.read_models.ensure()
    library.begin(1, 2)
    for project_id in (1, 2):
        library.record(project_id, Fact(f"project-{project_id}", ProjectCreated(title="Letters", description="")))
    library.record(1, *(Fact(f"code-{id}", created(f"Code {id}")) for id in range(1, 301)))
    dice = Random(6)
    for number in range(KILLS):
        process = rebuilding(setting, "inline", Backend.POSTGRES)
        while process.is_alive() and dice.random() < 0.97:
            library.record(1, Fact(f"code-{dice.randint(1, 300)}", renamed(f"Joy {number} {dice.random()}")))
        process.kill()
        process.join()
        assert inline_differences(reading) == []
    library.record(2, Fact("project-2", ProjectDeleted(title="Letters")))
    process = rebuilding(setting, "inline", Backend.POSTGRES)
    process.join()
    assert process.exitcode == 0
    assert inline_differences(reading) == []
    library.record(1, Fact("code-1", renamed("Delight")))
    rebuild.retire(postgres, reading.read_models, "inline")
    assert inline_differences(reading) == []
    reading.close()


def inline_differences(reading: Reading) -> list[str]:
    with reading.postgres.connection() as connection:
        serving = registry.serving(connection, "inline")
    return [str(one) for one in reading.read_models.differences(serving)]
