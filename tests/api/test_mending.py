"""Inline tables that somebody has changed by hand are made what the log says again, whichever rows he touched."""

import pytest

from projections import INLINE
from projections._verify import Verification, snapshot
from repos.orm_base import InlineORM
from tests.api._people import ok
from tests.api._world import World

NOWHERE = 777_777
TABLES = sorted(table.__tablename__ for table in InlineORM.__subclasses__())


@pytest.fixture(scope="module")
def world(world: World) -> World:
    """With rows in every table."""
    for who, one in ((world.owner, world.one), (world.people["neighbour"], world.elsewhere)):
        ok(who.http.patch(f"/sdocmeta/{one['value']}", json={"str_value": "calm"}))
    return world


def differences(world: World) -> list[str]:
    services = world.app.state.services
    with snapshot(services.postgres.url) as connection:
        return [str(one) for one in Verification(connection, INLINE, services.blobs).differences()]


def moved(world: World, table: str, begin: int, end: int) -> None:
    """Say of a row of one project that it belongs to another, as somebody with psql can."""
    with world.app.state.services.postgres.transaction() as connection:
        connection.execute("SET LOCAL session_replication_role = replica")
        done = connection.execute(
            f"UPDATE inline.{table} SET project_id = $2 "
            f"WHERE ctid = (SELECT max(ctid) FROM inline.{table} WHERE project_id = $1)",
            (begin, end),
        )
        assert done.rowcount == 1


@pytest.mark.parametrize("where", ["there", "here", "nowhere"])
@pytest.mark.parametrize("table", TABLES)
def test_a_row_that_says_it_belongs_to_another_project_is_mended_in_both(world: World, table: str, where: str) -> None:
    here, there = world.project, world.elsewhere["project"]
    begin, end = {"there": (here, there), "here": (there, here), "nowhere": (here, NOWHERE)}[where]
    moved(world, table, begin, end)
    assert differences(world)
    assert world.app.state.services.read_models.mend_tables({begin, end}) == {}
    assert differences(world) == []


# The key of a membership is another one in another project.
@pytest.mark.parametrize("table", [table for table in TABLES if table != "membership"])
def test_one_project_alone_takes_back_what_is_its_own(world: World, table: str) -> None:
    moved(world, table, world.project, world.elsewhere["project"])
    world.app.state.services.read_models.write_anew("inline", world.project)
    assert differences(world) == []
