"""Rows that stand below one another: those above one of them, and those below."""

from collections.abc import Sequence
from typing import Any

from repos.orm_base import INLINE_SCHEMA
from repos.postgres_repo import Connection


def lineage(connection: Connection, table: str, project_id: int, id: int) -> Sequence[int]:
    """The row and those above it, up to the root; empty if there is none in the project."""
    rows = connection.execute(
        "WITH RECURSIVE up AS ("
        f" SELECT id, parent_id FROM {INLINE_SCHEMA}.{table} WHERE project_id = $1 AND id = $2"
        f" UNION SELECT t.id, t.parent_id FROM {INLINE_SCHEMA}.{table} t JOIN up ON t.id = up.parent_id"
        ") SELECT id FROM up",
        (project_id, id),
    )
    return [row[0] for row in rows]


def below(connection: Connection, table: str, id: int, *columns: str) -> list[tuple[Any, ...]]:
    """Id and these columns of all rows below it, the deepest first."""
    named = ", ".join(f"t.{column}" for column in ("id", *columns))
    return connection.execute(
        "WITH RECURSIVE down AS ("
        f" SELECT {named}, 1 AS depth FROM {INLINE_SCHEMA}.{table} t WHERE parent_id = $1"
        f" UNION ALL SELECT {named}, depth + 1 FROM {INLINE_SCHEMA}.{table} t JOIN down ON t.parent_id = down.id"
        f") SELECT {named} FROM down t ORDER BY depth DESC, id",
        (id,),
    ).fetchall()
