"""How far a version of a read model has come in the log of each project."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from events._event import Recorded, Scope
from events._store import load
from events._tables import EVENT_COLUMNS
from projections._behind import Place
from repos.postgres_repo import Connection

_COLUMNS = ", ".join(EVENT_COLUMNS)
_DATA = EVENT_COLUMNS.index("data")
_REVISION = EVENT_COLUMNS.index("revision")


class Stretch(NamedTuple):
    """The part of a log that a version has not retold: revisions in (after, until]."""

    project_id: int
    after: int
    until: int
    ended: bool


def last(scope: Scope | None) -> str:
    """SQL: the last revision of a part of the log of head `h`, or of all of it."""
    return "h.revision" if scope is None else f"h.{scope}_revision"


def waits(scope: Scope | None) -> str:
    """SQL: whether that log has something that the checkpoint `c` (or null) has not come to."""
    return f"({last(scope)} > coalesce(c.revision, 0) OR h.ended AND h.revision > coalesce(c.revision, 0))"


def behind(
    connection: Connection, place: Place, scope: Scope | None, limit: int, only: Sequence[int] | None
) -> list[int]:
    """Projects that this version is behind in, those first that it has neglected longest."""
    rows = connection.execute(
        "SELECT h.project_id FROM log.project_heads h LEFT JOIN behind.checkpoint c "
        "ON c.model = $1 AND c.version = $2 AND c.project_id = h.project_id "
        f"WHERE h.project_id > 0 AND {waits(scope)} AND ($4::bigint[] IS NULL OR h.project_id = ANY($4)) "
        "ORDER BY c.moved NULLS FIRST, h.project_id LIMIT $3",
        (place.model, place.version, limit, only),
        # A plan that was made when there were few checkpoints is none for many.
        prepare=False,
    )
    return [row[0] for row in rows]


def begin(connection: Connection, place: Place, project_ids: Sequence[int]) -> None:
    """Checkpoints at revision 0 where there are none; outside of the transactions that claim them."""
    connection.execute(
        "INSERT INTO behind.checkpoint (model, version, project_id) "
        "SELECT $1, $2, unnest($3::bigint[]) ON CONFLICT DO NOTHING",
        (place.model, place.version, list(project_ids)),
    )


def peek(connection: Connection, place: Place, project_id: int) -> Stretch | None:
    """What is left to retell of a log; None if nobody has begun."""
    return _stretch(connection, place, project_id, "")


def claim(connection: Connection, place: Place, project_id: int, *, wait: bool = False) -> Stretch | None:
    """The same, for us alone until the transaction ends; None if somebody else is at it, unless we wait for him."""
    return _stretch(connection, place, project_id, "FOR UPDATE OF c" if wait else "FOR UPDATE OF c SKIP LOCKED")


def _stretch(connection: Connection, place: Place, project_id: int, lock: str) -> Stretch | None:
    row = connection.execute(
        "SELECT c.project_id, c.revision, h.revision, h.ended FROM behind.checkpoint c "
        "JOIN log.project_heads h ON h.project_id = c.project_id "
        f"WHERE c.model = $1 AND c.version = $2 AND c.project_id = $3 {lock}",
        (place.model, place.version, project_id),
    ).fetchone()
    return Stretch(*row) if row else None


def move(connection: Connection, place: Place, moved: Sequence[tuple[int, int]]) -> None:
    """Checkpoints of (project, revision); the claims are given up with the transaction."""
    project_ids, revisions = [list(column) for column in zip(*moved, strict=True)]
    connection.execute(
        "UPDATE behind.checkpoint c SET revision = m.revision, moved = clock_timestamp() "
        "FROM unnest($3::bigint[], $4::bigint[]) AS m(project_id, revision) "
        "WHERE c.model = $1 AND c.version = $2 AND c.project_id = m.project_id",
        (place.model, place.version, project_ids, revisions),
    )


def rows_in(
    connection: Connection, stretch: Stretch, types: Sequence[str], limit: int, size: int
) -> tuple[list[tuple[Any, ...]], int]:
    """Rows of `EVENT_COLUMNS` of these types, `limit` of them or about `size` bytes at most; and how far they reach."""
    rows = connection.execute(
        f"SELECT {_COLUMNS} FROM ("
        f" SELECT {_COLUMNS}, sum(octet_length(data)) OVER (ORDER BY revision) - octet_length(data) AS size_before"
        " FROM log.events WHERE project_id = $1 AND revision > $2 AND revision <= $3 AND type = ANY($4)"
        " ORDER BY revision LIMIT $5"
        ") e WHERE size_before < $6 ORDER BY revision",
        (stretch.project_id, stretch.after, stretch.until, list(types), limit, size),
        binary=True,
    ).fetchall()
    whole = len(rows) < limit and sum(len(row[_DATA]) for row in rows) < size
    return rows, stretch.until if whole else rows[-1][_REVISION]


def histories(connection: Connection, until: Mapping[tuple[int, str], int]) -> Iterator[Recorded]:
    """The events of these streams up to a revision each, in order."""
    if not until:
        return
    rows = connection.execute(
        f"SELECT {', '.join(f'e.{name}' for name in EVENT_COLUMNS)} "
        "FROM unnest($1::bigint[], $2::text[], $3::bigint[]) AS u(project_id, stream_id, revision) "
        "JOIN log.events e ON e.project_id = u.project_id AND e.stream_id = u.stream_id AND e.revision <= u.revision "
        "ORDER BY e.project_id, e.stream_id, e.stream_version",
        ([project_id for project_id, _ in until], [stream_id for _, stream_id in until], list(until.values())),
    )
    yield from map(load, rows)
