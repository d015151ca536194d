"""The log itself: what is appended is there whole, once, in its place, and can be read in every direction."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from threading import Barrier
from typing import Any, ClassVar

import psycopg
import pytest

from events._append import BATCH, FEW
from events._event import SCOPES, Envelope, Fact
from events._store import (
    LOST_RACES,
    READ_BYTES,
    Answered,
    Append,
    Appended,
    EventStore,
    KeyTaken,
    LostRace,
    load,
    rows_of,
)
from events.code_events import CodeCreated, CodeDescribed, CodeRenamed
from events.project_events import ProjectCreated, ProjectDeleted, ProjectRetitled
from projections._sink import RelationalSink
from projections._write import Quote
from projections.code_projector import project as code
from repos.postgres_repo import Connection, Postgres

ADA = 10_000
PROJECT = 12
WRITERS = 16
envelope = Envelope(ADA, "r-1")


def no_quote(project_id: int, passage: Quote) -> str:
    raise AssertionError("no code quotes a text")


@pytest.fixture
def store(postgres: Postgres) -> EventStore:
    """A log that has begun and writes the table of codes inline."""
    store = EventStore(postgres, RelationalSink({"code": code}, no_quote))
    begin(store, PROJECT)
    return store


def begin(store: EventStore, project_id: int) -> None:
    with store.postgres.connection() as connection:
        store.begin(connection, project_id)


def append(store: EventStore, facts: Iterable[Fact], *, project_id: int = PROJECT, **more: Any) -> Appended:
    with store.postgres.connection() as connection:
        return store.append(connection, Append(project_id, list(facts), envelope, **more))


def created(id: int, *, parent_id: int | None = None) -> Fact:
    name = f"code {id}"
    made = CodeCreated(
        name=name,
        name_key=name,
        color="#59a14f",
        description="",
        parent_id=parent_id,
        enabled=True,
        is_system=False,
    )
    return Fact(f"code-{id}", made)


def retitled(title: str = "Letters") -> Fact:
    return Fact(f"project-{PROJECT}", ProjectRetitled(title=title, was=""))


def everything(store: EventStore, project_id: int = PROJECT, **how: Any) -> list[Any]:
    with store.postgres.connection() as connection:
        return list(store.read(connection, project_id, **how))


def count(store: EventStore, table: str) -> int:
    with store.postgres.connection() as connection:
        row = connection.execute(f"SELECT count(*) FROM {table}").fetchone()
    assert row is not None
    return int(row[0])


def at_once(n: int, work: Callable[[int], object]) -> list[object]:
    """What n threads made of it that all began at the same moment: a result or an exception each."""
    barrier = Barrier(n)

    def one(i: int) -> object:
        barrier.wait()
        try:
            return work(i)
        except Exception as error:
            return error

    with ThreadPoolExecutor(n) as threads:
        return list(threads.map(one, range(n)))


@pytest.mark.parametrize("n", [1, 2, FEW, FEW + 1, 2 * BATCH + 1])
def test_what_is_appended_is_read_back(store: EventStore, n: int) -> None:
    append(store, [retitled()])
    facts = [created(id) for id in range(1, n + 1)]
    appended = append(store, facts, versions={f"project-{PROJECT}": 1})
    assert appended.revision == n + 1
    found = everything(store, after=1)
    assert [Fact(one.stream_id, one.event) for one in found] == facts
    assert [one.revision for one in found] == list(range(2, n + 2))
    assert {one.version for one in found} == {1}
    assert [one.command_index for one in found] == list(range(1, n + 1))
    assert {(one.command_count, one.command_id, one.recorded_at) for one in found} == {
        (n, appended.command_id, appended.recorded_at)
    }
    assert {(one.actor_id, one.correlation_id, one.causation_id) for one in found} == {(ADA, "r-1", None)}
    assert {(one.first_revision, one.last_revision) for one in found} == {(2, n + 1)}
    assert len({one.event_id for one in found}) == n
    assert count(store, "inline.code") == n


@pytest.mark.parametrize("n", [3, FEW + 1])
def test_events_of_one_stream_follow_each_other_within_a_command(store: EventStore, n: int) -> None:
    append(store, [retitled()])
    append(store, [retitled(str(i)) for i in range(n)], versions={f"project-{PROJECT}": 1})
    assert [one.version for one in everything(store)] == list(range(1, n + 2))


def test_a_hundred_thousand_events_are_one_command(store: EventStore) -> None:
    appended = append(store, map(created, range(1, 100_001)))
    assert appended.revision == 100_000
    assert count(store, "inline.code") == count(store, "log.events") == 100_000
    with store.postgres.connection() as connection:
        row = connection.execute("SELECT min(meaning_revision), max(meaning_revision) FROM inline.code").fetchone()
    assert row == (1, 100_000)


@pytest.mark.parametrize("projects", [1, WRITERS])
def test_revisions_have_no_gaps_whoever_writes(store: EventStore, projects: int) -> None:
    ids = [PROJECT + i for i in range(projects)]
    for project_id in ids[1:]:
        begin(store, project_id)

    def write(i: int) -> None:
        for n in range(10):
            first = 1_000 * i + 10 * n + 1
            append(store, [created(first), created(first + 1)], project_id=ids[i % projects])
            # Who fails must not take a place in the log.
            with suppress(*LOST_RACES):
                append(store, [created(first)], project_id=ids[i % projects])

    assert at_once(WRITERS, write) == [None] * WRITERS
    for project_id in ids:
        found = everything(store, project_id)
        assert [one.revision for one in found] == list(range(1, 20 * WRITERS // projects + 1))
        assert all(one.command_index == 2 - one.revision % 2 for one in found)
        times = [one.recorded_at for one in found]
        assert times == sorted(times)


@pytest.mark.parametrize("n", [1, FEW + 1])
def test_of_those_who_race_on_a_stream_one_wins(store: EventStore, n: int) -> None:
    append(store, [retitled()])

    def write(i: int) -> Appended:
        return append(store, [retitled(str(i))] * n, versions={f"project-{PROJECT}": 1})

    outcomes = at_once(WRITERS, write)
    assert sum(isinstance(outcome, Appended) for outcome in outcomes) == 1
    assert sum(isinstance(outcome, LOST_RACES) for outcome in outcomes) == WRITERS - 1
    assert len(everything(store)) == n + 1


@pytest.mark.parametrize("n", [1, FEW + 1])
def test_a_condition_on_a_scope_sees_what_was_appended_there(store: EventStore, n: int) -> None:
    append(store, [created(1)])
    append(store, [retitled()])
    append(store, [created(id) for id in range(2, n + 2)], unchanged={"codebook": 1})
    with pytest.raises(LostRace):
        append(store, [created(id) for id in range(n + 2, 2 * n + 2)], unchanged={"codebook": 1})
    append(store, [created(10_000)], unchanged={"codebook": n + 2, "folders": 0})
    assert len(everything(store)) == count(store, "inline.code") + 1 == n + 3


def test_a_condition_on_a_scope_waits_for_an_append_under_way(store: EventStore) -> None:
    with ThreadPoolExecutor(1) as threads:
        with store.postgres.transaction() as first:
            store.append(first, Append(PROJECT, [created(1)], envelope))
            second = threads.submit(append, store, [created(2)], unchanged={"codebook": 0})
            while not first.execute("SELECT 1 FROM pg_locks WHERE NOT granted").fetchone():
                assert not second.done()
        assert isinstance(second.exception(), LostRace)
    assert [one.stream_id for one in everything(store)] == ["code-1"]


def test_the_head_remembers_the_last_revision_of_each_scope(store: EventStore) -> None:
    append(store, [created(1), retitled()])
    append(store, [retitled()], versions={f"project-{PROJECT}": 1})
    with store.postgres.connection() as connection:
        head = store.head(connection, PROJECT)
    assert head is not None
    assert (head.revision, head.scopes) == (3, {**dict.fromkeys(SCOPES, 0), "codebook": 2})


@pytest.mark.parametrize("n", [1, FEW + 1])
def test_time_does_not_go_back_when_the_clock_does(store: EventStore, n: int) -> None:
    append(store, [retitled()])
    with store.postgres.connection() as connection:
        connection.execute("UPDATE log.project_heads SET recorded_at = '2199-01-01+00'")
    later = append(store, map(created, range(n)))
    assert later.recorded_at == datetime.fromisoformat("2199-01-01T00:00+00:00")
    assert everything(store)[-1].recorded_at == later.recorded_at


@pytest.mark.parametrize("n", [1, 2, FEW + 1])
def test_a_key_is_recorded_with_the_events_or_not_at_all(store: EventStore, n: int) -> None:
    key = Answered("POST /code", "k-1", b"hash", 201, [1, 2])
    appended = append(store, map(created, range(n)), answered=key)
    with store.postgres.connection() as connection:
        row = connection.execute(
            "SELECT actor_id, route, key, body_hash, project_id, command_id, status, ids FROM log.idempotency_key"
        ).fetchone()
    assert row == (ADA, "POST /code", "k-1", b"hash", PROJECT, appended.command_id, 201, [1, 2])
    with pytest.raises(KeyTaken):
        append(store, map(created, range(5_000, 5_000 + n)), answered=key)
    other = Answered("POST /code", "k-2", b"hash", 201, [])
    with pytest.raises(psycopg.errors.UniqueViolation):
        append(store, map(created, range(n)), answered=other)
    assert count(store, "log.idempotency_key") == 1
    assert len(everything(store)) == count(store, "inline.code") == n


@pytest.mark.parametrize("n", [1, FEW + 1])
def test_a_rollback_leaves_nothing(store: EventStore, n: int) -> None:
    class Changed(Exception):
        """Somebody changed their mind."""

    def change_your_mind() -> None:
        with store.postgres.transaction() as connection:
            store.append(connection, Append(PROJECT, [created(id) for id in range(n)], envelope))
            raise Changed

    with pytest.raises(Changed):
        change_your_mind()
    assert everything(store) == []
    assert count(store, "inline.code") == 0
    assert append(store, [created(1)]).revision == 1


@pytest.mark.parametrize("n", [0, FEW + 1])
def test_where_an_inline_table_refuses_there_is_no_event(store: EventStore, n: int) -> None:
    append(store, [created(1)])
    orphan = created(99_999, parent_id=88_888)
    with pytest.raises(psycopg.errors.ForeignKeyViolation):
        append(store, [*map(created, range(2, n + 2)), orphan])
    assert [one.stream_id for one in everything(store)] == ["code-1"]
    assert count(store, "inline.code") == 1
    assert append(store, [created(2)]).revision == 2


@pytest.mark.parametrize("n", [1, FEW + 1])
def test_nothing_follows_the_end_of_a_log(store: EventStore, n: int) -> None:
    append(store, [*map(created, range(n)), Fact(f"project-{PROJECT}", ProjectDeleted(title="Letters"))])
    with pytest.raises(LostRace):
        append(store, [created(10_000)])
    with pytest.raises(LostRace):
        append(store, map(created, range(10_000, 10_000 + FEW + 1)))
    with store.postgres.connection() as connection:
        assert store.head(connection, PROJECT) is None
        assert store.last_revision(connection, PROJECT) == n + 1
    assert len(everything(store)) == n + 1


def test_a_log_that_never_began_takes_nothing(store: EventStore) -> None:
    with pytest.raises(LostRace):
        append(store, [created(1)], project_id=13)
    with store.postgres.connection() as connection:
        assert store.head(connection, 13) is None
        assert store.last_revision(connection, 13) == 0
    assert everything(store, 13) == []


def test_a_stream_is_read_whole_and_by_itself(store: EventStore) -> None:
    renamed = CodeRenamed(name="joy", name_key="joy", was="code 1")
    append(store, [created(1), created(2)])
    append(store, [Fact("code-1", renamed)], versions={"code-1": 1})
    with store.postgres.connection() as connection:
        found = store.streams(connection, PROJECT, ["code-1", "code-3"])
        assert store.versions(connection, PROJECT, ["code-1", "code-2", "code-3"]) == {"code-1": 2, "code-2": 1}
    assert [(one.version, one.event) for one in found["code-1"]] == [(1, created(1).event), (2, renamed)]
    assert found["code-3"] == []


@pytest.mark.parametrize("batch", [1, 3, 10, 100])
def test_a_log_is_read_in_every_direction(store: EventStore, batch: int) -> None:
    append(store, map(created, range(1, 11)))
    begin(store, 13)
    append(store, [created(99)], project_id=13)

    def revisions(**how: Any) -> Sequence[int]:
        return [one.revision for one in everything(store, batch=batch, **how)]

    assert revisions() == list(range(1, 11))
    assert revisions(after=7) == [8, 9, 10]
    assert revisions(after=7, until=9) == [8, 9]
    assert revisions(backwards=True) == list(range(10, 0, -1))
    assert revisions(after=7, until=9, backwards=True) == [9, 8]
    assert revisions(after=10) == revisions(until=0) == []


class Counting(psycopg.RawCursor[tuple[Any, ...]]):
    """Remembers how many rows came at a time."""

    sizes: ClassVar[list[int]] = []

    def fetchall(self) -> list[tuple[Any, ...]]:
        rows = super().fetchall()
        self.sizes.append(len(rows))
        return rows


@contextmanager
def counting(store: EventStore) -> Iterator[Connection]:
    """A connection with such cursors."""
    Counting.sizes.clear()
    with store.postgres.connection() as connection:
        connection.cursor_factory = Counting
        yield connection
        connection.cursor_factory = psycopg.RawCursor


def test_reading_never_holds_more_than_a_batch(store: EventStore) -> None:
    append(store, map(created, range(1, 5_001)))
    with counting(store) as connection:
        events = store.read(connection, PROJECT, batch=500)
        next(events)
        assert Counting.sizes == [500]
        assert sum(1 for _ in events) == 4_999
    assert Counting.sizes == [500] * 10 + [0]


@pytest.mark.parametrize("how", [{}, {"backwards": True}, {"stream_id": "code-1"}])
def test_nor_too_many_large_events(store: EventStore, how: dict[str, Any]) -> None:
    large = CodeDescribed(description="x" * (READ_BYTES // 4), was="")
    append(store, [Fact("code-1", large)] * 11)
    append(store, [created(2)])
    with counting(store) as connection:
        rows = [row for rows in rows_of(connection, PROJECT, **how) for row in rows]
    found = [load(row).revision for row in rows]
    assert found == sorted(found, reverse="backwards" in how)
    assert len(found) == (11 if "stream_id" in how else 12)
    assert Counting.sizes == ([5, 4, 3] if "backwards" in how else [4, 4, len(found) - 8])


def test_a_time_leads_to_the_last_revision_recorded_by_then(store: EventStore) -> None:
    moments = [append(store, [created(2 * i), created(2 * i + 1)]).recorded_at for i in range(5)]
    instant = timedelta(microseconds=1)
    with store.postgres.connection() as connection:
        for i, moment in enumerate(moments):
            assert store.revision_at(connection, PROJECT, moment) == 2 * i + 2
            assert store.revision_at(connection, PROJECT, moment - instant) == 2 * i
        assert store.revision_at(connection, PROJECT, moments[-1] + timedelta(days=1)) == 10
        assert store.revision_at(connection, 13, moments[0]) == 0


def test_people_with_psql_see_events_as_json(store: EventStore) -> None:
    append(store, [Fact("code-1", CodeDescribed(description="Glück", was=""))])
    with store.postgres.connection() as connection:
        row = connection.execute("SELECT type, data->>'description' FROM log.events_as_json").fetchone()
    assert row == ("code.described", "Glück")


def test_logs_do_not_share_streams(store: EventStore) -> None:
    begin(store, 13)
    letters = Fact("project-1", ProjectCreated(title="Letters", description=""))
    for project_id in (PROJECT, 13):
        assert append(store, [letters], project_id=project_id).revision == 1
    with store.postgres.connection() as connection:
        assert [one.project_id for one in store.streams(connection, 13, ["project-1"])["project-1"]] == [13]
