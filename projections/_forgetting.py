"""The read tables forget a project that was ended, a batch at a time."""

from collections.abc import Callable

from sqlalchemy import Table

from repos.orm_base import INLINE_SCHEMA, metadata
from repos.postgres_repo import Connection

BATCH = 5_000


def forget(connection: Connection, project_id: int, stopped: Callable[[], bool], *, batch: int = BATCH) -> bool:
    """Delete all rows of the project, those first that point to others; False if it was stopped before the end."""
    for table in reversed(metadata.sorted_tables):
        if table.schema == INLINE_SCHEMA and "project_id" in table.columns:
            while _delete(connection, table, project_id, batch):
                if stopped():
                    return False
    return True


def _delete(connection: Connection, table: Table, project_id: int, batch: int) -> bool:
    """Whether there may be more."""
    name = f"{INLINE_SCHEMA}.{table.name}"
    # Rows that point to each other can only go together.
    if any(key.column.table is table for key in table.foreign_keys):
        connection.execute(f"DELETE FROM {name} WHERE project_id = $1", (project_id,))
        return False
    deleted = connection.execute(
        f"DELETE FROM {name} WHERE ctid = ANY(ARRAY(SELECT ctid FROM {name} WHERE project_id = $1 LIMIT $2))",
        (project_id, batch),
    )
    return deleted.rowcount == batch
