"""The log of a project as it is: every fact with its envelope, as a line of JSON."""

from collections.abc import Iterator

import orjson

from events._store import READ_BATCH, batch_query
from repos.postgres_repo import Postgres


def json_lines(postgres: Postgres, project_id: int, after: int, until: int) -> Iterator[bytes]:
    """The events with a revision in (after, until], a batch in memory at a time.

    A connection is taken for each batch alone: a reader may be slow.
    """
    while after < until:
        with postgres.connection() as connection, connection.cursor(binary=True) as cursor:
            rows = cursor.execute(_BATCH, (project_id, after, until, READ_BATCH)).fetchall()
        if not rows:
            return
        after = rows[-1][0]
        yield b"".join(
            [
                orjson.dumps(
                    {
                        "revision": revision,
                        "type": kind,
                        "stream_id": stream_id,
                        "stream_version": version,
                        "actor_id": actor_id,
                        "command_id": command_id,
                        "correlation_id": correlation_id,
                        "recorded_at": recorded_at,
                        "schema_version": schema_version,
                        "data": orjson.Fragment(data),
                    },
                    option=orjson.OPT_UTC_Z | orjson.OPT_APPEND_NEWLINE,
                )
                for (
                    revision,
                    kind,
                    stream_id,
                    version,
                    actor_id,
                    command_id,
                    correlation_id,
                    recorded_at,
                    schema_version,
                    data,
                ) in rows
            ]
        )


_COLUMNS = (
    *("revision", "type", "stream_id", "stream_version", "actor_id", "command_id", "correlation_id", "recorded_at"),
    *("schema_version", "data"),
)
_BATCH = batch_query(_COLUMNS)
