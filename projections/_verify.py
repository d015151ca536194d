"""Whether the inline tables and the blobs are what the log says, at one moment however much is written meanwhile."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import NamedTuple

import psycopg

from events._event import SCOPES, Recorded
from events._integrity import Difference, Places, misplaced_versions, unreadable
from events._store import READ_BYTES, assert_log, load, rows_of
from events._tables import EVENT_COLUMNS
from projections._behind import Place
from projections._blob_check import BlobCheck
from projections._expected import ExpectedTables
from projections._write import DeleteProject, Projectors, Table
from repos.blob_repo import BlobRepo
from repos.orm_base import INLINE_SCHEMA, InlineORM
from repos.postgres_repo import Connection

BATCH = 5_000
PORTION = 1_000_000
"""Events after which tables are compared, so that not all projects lie on disk a second time at once."""
_FIRST, _LAST = -(2**63), 2**63 - 1
_REVISION, _DATA = EVENT_COLUMNS.index("revision"), EVENT_COLUMNS.index("data")
_SCOPES = tuple(f"{scope}_revision" for scope in SCOPES)


@dataclass(slots=True)
class Counts:
    """What was looked at. `entries` are held by read models behind the log; `waiting` are rows of deleted projects that
    have still to be forgotten; `lasting` are differences in read models behind the log that could not be mended."""

    projects: int = 0
    events: int = 0
    rows: int = 0
    blobs: int = 0
    entries: int = 0
    waiting: int = 0
    differences: int = 0
    lasting: int = 0


class Head(NamedTuple):
    """The head of a log; small, because there may be very many."""

    project_id: int
    revision: int
    ended: bool
    scopes: tuple[int, ...]

    def columns(self) -> dict[str, object]:
        return {"revision": self.revision, "ended": self.ended, **dict(zip(_SCOPES, self.scopes, strict=True))}


@contextmanager
def snapshot(url: str) -> Iterator[Connection]:
    """A connection that sees one moment, and may have temporary tables until it is closed."""
    with Connection.connect(url, cursor_factory=psycopg.RawCursor, prepare_threshold=2) as connection:
        connection.server_cursor_factory = psycopg.RawServerCursor
        connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        connection.execute("SET temp_buffers = '32MB'")
        connection.execute("SET work_mem = '64MB'")
        connection.commit()
        with connection.transaction(force_rollback=True):
            yield connection


class Verification:
    """`deep` also reads every blob. `progress` is told how many of how many events have been looked at.

    `place` is a set of inline tables that is being made: it is compared as far as it has come, and nothing else is.
    """

    def __init__(
        self,
        connection: Connection,
        projectors: Projectors,
        blobs: BlobRepo,
        *,
        deep: bool = False,
        progress: Callable[[int, int], None] = lambda done, total: None,
        place: Place | None = None,
        batch: int = BATCH,
        portion: int = PORTION,
    ) -> None:
        self.counts = Counts()
        self._place = place
        self._connection = connection
        self._projectors = projectors
        self._blobs = BlobCheck(blobs, deep=deep)
        self._progress = progress
        self._batch = batch
        self._portion_size = portion
        self._tables: Sequence[Table] = InlineORM.__subclasses__()
        schema = place.name if place else INLINE_SCHEMA
        self._expected = ExpectedTables(connection, schema, self._tables, projectors, self._blobs.quote)
        self._pending: list[Recorded] = []
        self._pending_bytes = 0

    def differences(self, project_id: int | None = None) -> Iterator[Difference]:
        """All that is otherwise than the log says, in one project or in all. Raises NoSuchLog."""
        if project_id is not None:
            assert_log(self._connection, project_id)
        heads = self._heads(project_id)
        total = sum(head.revision for head in heads)
        first = _FIRST if project_id is None else project_id
        for portion in _portions(heads, self._portion_size):
            last = portion[-1].project_id if portion[-1] is not heads[-1] or project_id is not None else _LAST
            for difference in self._portion(portion, first, last, total):
                self.counts.differences += 1
                yield difference
            first = last + 1

    def _heads(self, project_id: int | None) -> list[Head]:
        where = "WHERE h.project_id = $1 OR $1::bigint IS NULL ORDER BY h.project_id"
        scopes = ", ".join(f"h.{scope}" for scope in _SCOPES)
        if self._place is None:
            rows = self._connection.execute(
                f"SELECT h.project_id, h.revision, h.ended, {scopes} FROM log.project_heads h {where}", (project_id,)
            )
        else:
            rows = self._connection.execute(
                f"SELECT h.project_id, c.revision, h.ended AND c.revision >= h.revision, {scopes} "
                "FROM log.project_heads h JOIN behind.checkpoint c "
                f"ON c.project_id = h.project_id AND c.model = $2 AND c.version = $3 {where}",
                (project_id, self._place.model, self._place.version),
            )
        return [Head(row[0], row[1], row[2], row[3:]) for row in rows]

    def _portion(self, portion: Sequence[Head], first: int, last: int, total: int) -> Iterator[Difference]:
        forgotten: dict[Table, list[int]] = defaultdict(list)
        self._plan_for_batches(True)
        for head in portion:
            self.counts.projects += 1
            yield from self._log(head, forgotten, total)
        yield from self._retell()
        self._plan_for_batches(False)
        if self._place is None:
            yield from misplaced_versions(self._connection, first, last)
        if self._blobs.unknown:
            self._expected.believe()
        self.counts.rows += self._expected.count()
        self.counts.waiting += self._expected.waiting(forgotten)
        self.counts.blobs = self._blobs.count
        yield from self._expected.differences(first, last, forgotten)
        self._expected.clear()

    def _log(self, head: Head, forgotten: dict[Table, list[int]], total: int) -> Iterator[Difference]:
        places = Places(head.project_id)
        recorded: Recorded | None = None
        until = head.revision if self._place else None
        for rows in rows_of(self._connection, head.project_id, until=until, batch=self._batch):
            told: list[Recorded] = []
            for row in rows:
                yield from places.take(row)
                if head.project_id < 0:
                    continue
                try:
                    recorded = load(row)
                except Exception as error:
                    yield unreadable(head.project_id, row[_REVISION], error)
                    continue
                places.marks(recorded.event, row)
                told.append(recorded)
            self.counts.events += len(rows)
            self._progress(self.counts.events, total)
            if head.ended:
                continue
            if self._place is None:
                yield from self._blobs_of(told)
            self._pending += told
            self._pending_bytes += sum(len(row[_DATA]) for row in rows)
            if len(self._pending) >= self._batch or self._pending_bytes >= READ_BYTES:
                yield from self._retell()
        if self._place is None:
            yield from places.head(head.columns())
        if head.ended and recorded is not None:
            for table in self._slowly_forgotten(recorded):
                forgotten[table].append(head.project_id)

    def _blobs_of(self, told: Sequence[Recorded]) -> Iterator[Difference]:
        """What is wrong with the files of a batch, which are not of the moment that everything else is of."""
        found = [difference for recorded in told for difference in self._blobs.of(recorded)]
        if any(one.kind == "blob_missing" for one in found) and self._ended_since(found[0].project_id):
            found = [one for one in found if one.kind != "blob_missing"]
        yield from found

    def _ended_since(self, project_id: int) -> bool:
        info = self._connection.info
        with psycopg.connect(info.dsn, password=info.password) as now:
            query = "SELECT FROM log.project_heads WHERE project_id = %s AND ended"
            return now.execute(query, (project_id,)).fetchone() is not None

    def _retell(self) -> Iterator[Difference]:
        pending, self._pending, self._pending_bytes = self._pending, [], 0
        if pending:
            yield from self._expected.write(pending)

    def _slowly_forgotten(self, last: Recorded) -> list[Table]:
        """The tables from which the end of a log does not delete rows itself."""
        writes = (write for project in self._projectors.values() for write in project(last))
        at_once = {write.table for write in writes if isinstance(write, DeleteProject)}
        return [table for table in self._tables if table not in at_once]

    def _plan_for_batches(self, on: bool) -> None:
        """The rows of a batch are found by their keys; the planner, who cannot count them, would read whole tables."""
        for kind in ("hashjoin", "mergejoin"):
            self._connection.execute(f"SET LOCAL enable_{kind} = {'off' if on else 'on'}")


def _portions(heads: Sequence[Head], size: int) -> Iterator[Sequence[Head]]:
    portion: list[Head] = []
    events = 0
    for head in heads:
        portion.append(head)
        events += head.revision
        if events >= size:
            yield portion
            portion, events = [], 0
    if portion:
        yield portion
