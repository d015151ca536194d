"""Ten thousand projects: one follower keeps up with all in bounded memory, and a busy one delays no other."""

import re
import time
from collections.abc import Callable
from multiprocessing import get_context
from multiprocessing.connection import Connection as Pipe
from pathlib import Path

from events import _tables
from projections._behind_verify import differences
from projections._follow import Follower
from projections._model import Backend
from projections.memo_text import MEMO_TEXT
from repos.postgres_repo import Connection
from tests.reliability._diaries import Diaries, Reading, Setting

_CONTEXT = get_context("forkserver")

FEW, MANY = 1_000, 10_000
MEGABYTES = 60
SOME = (1, 2, FEW, FEW + 1, MANY)
SELDOM = 0.02  # seconds
PATIENCE = 300.0


def multiplied(connection: Connection, first: int, last: int) -> None:
    """The second project again under these numbers, with memos of its own, as if each had been written by itself."""
    memos = "'memo-' || (1000000 * n::bigint + split_part(stream_id, '-', 2)::bigint)"
    for table, other in (
        (_tables.project_heads, {"project_id": "n"}),
        (_tables.events, {"project_id": "n", "event_id": "gen_random_uuid()", "stream_id": memos}),
    ):
        name, columns = f"{table.schema}.{table.name}", [column.name for column in table.columns]
        connection.execute(
            f"INSERT INTO {name} ({', '.join(columns)}) SELECT {', '.join(other.get(one, one) for one in columns)} "
            f"FROM {name}, generate_series({first}, {last}) AS n WHERE project_id = 2"
        )


def follow(setting: Setting, told: Pipe) -> None:
    """Until somebody says something; then tell the megabytes that it took beyond those of the beginning."""
    reading = Reading(setting)
    follower = Follower(reading.postgres, MEMO_TEXT, reading.read_models.target(reading.version))
    follower.step()
    before = peak()
    while not told.poll():
        if not follower.step().projects:
            told.poll(SELDOM)
    told.send(peak() - before)
    reading.close()


def peak() -> int:
    """The most memory that this process ever had, in megabytes."""
    found = re.search(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text())
    assert found
    return int(found[1]) // 1024


def keep_up(written: Diaries, first: int, last: int) -> None:
    """Until these are known too, while somebody writes to the first project without a pause."""
    with written.postgres.transaction() as connection:
        multiplied(connection, first, last)
    with written.postgres.connection() as connection:
        deadline = time.monotonic() + PATIENCE
        waiting = True
        while waiting:
            assert time.monotonic() < deadline, "waited in vain"
            written.write(1, project_id=1)
            waiting = connection.execute(
                "SELECT EXISTS (SELECT FROM log.project_heads h LEFT JOIN behind.checkpoint c USING (project_id) "
                "WHERE h.project_id > 1 AND h.revision > coalesce(c.revision, 0))",
                prepare=False,
            ).fetchone() == (True,)


def test_one_follows_ten_thousand(diaries: Callable[..., Diaries]) -> None:
    written = diaries(Backend.POSTGRES, projects=2)
    written.write(4, project_id=2)
    ours, others = _CONTEXT.Pipe()
    process = _CONTEXT.Process(target=follow, args=(written.setting, others))
    process.start()
    try:
        keep_up(written, 3, FEW)
        keep_up(written, FEW + 1, MANY)
        ours.send("That is all.")
        megabytes = ours.recv()
    finally:
        process.kill()
        process.join()
    assert megabytes < MEGABYTES
    written.catch_up()
    for project_id in SOME:
        assert list(differences(written.postgres, written.trailed(), Backend.POSTGRES, project_id)) == []
