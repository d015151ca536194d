"""What the rules of memos ask of the read tables, and what becomes of memos when two things become one."""

from collections.abc import Iterator

from events._event import Fact, stream
from events.memo_events import AttachedObjectTypeName, MemoDeleted, MemoMoved
from repos.postgres_repo import Connection


class MemoLookupTables:
    def __init__(self, connection: Connection, project_id: int, _: object = ()) -> None:
        self._connection = connection
        self._project_id = project_id

    def exists(self, object_type: AttachedObjectTypeName, object_id: int) -> bool:
        row = self._connection.execute(
            f"SELECT 1 FROM inline.{object_type} WHERE project_id = $1 AND id = $2", (self._project_id, object_id)
        ).fetchone()
        return row is not None

    def memo_of(self, object_type: AttachedObjectTypeName, object_id: int, user_id: int) -> int | None:
        row = self._connection.execute(
            "SELECT id FROM inline.memo WHERE attached_object_type = $1 AND attached_object_id = $2 AND user_id = $3",
            (object_type, object_id, user_id),
        ).fetchone()
        return row[0] if row else None


def merged(connection: Connection, object_type: AttachedObjectTypeName, object_id: int, into_id: int) -> Iterator[Fact]:
    """The memos of one object move to another; that of somebody who has one there as well ends."""
    rows = connection.execute(
        "SELECT m.id, m.title, m.user_id, EXISTS (SELECT 1 FROM inline.memo o WHERE o.attached_object_type = $1"
        " AND o.attached_object_id = $3 AND o.user_id = m.user_id) FROM inline.memo m"
        " WHERE m.attached_object_type = $1 AND m.attached_object_id = $2 ORDER BY m.id",
        (object_type, object_id, into_id),
    )
    for id, title, user_id, has_one_there in rows:
        yield Fact(
            stream("memo", id),
            MemoDeleted(title=title, user_id=user_id, attached_object_type=object_type, attached_object_id=object_id)
            if has_one_there
            else MemoMoved(attached_object_type=object_type, attached_object_id=into_id, was=object_id),
        )
