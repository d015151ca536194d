"""What the rules of codes ask of the read tables."""

from collections.abc import Iterable, Sequence

from events._event import Fact
from repos.postgres_repo import Connection


class CodeLookupTables:
    def __init__(self, connection: Connection, project_id: int, _: object = ()) -> None:
        self._connection = connection
        self._project_id = project_id

    def holder(self, name_key: str) -> int | None:
        row = self._connection.execute(
            "SELECT id FROM inline.code WHERE project_id = $1 AND name_key = $2", (self._project_id, name_key)
        ).fetchone()
        return row[0] if row else None

    def lineage(self, code_id: int) -> Sequence[int]:
        rows = self._connection.execute(
            "WITH RECURSIVE up AS ("
            " SELECT id, parent_id FROM inline.code WHERE project_id = $1 AND id = $2"
            " UNION SELECT c.id, c.parent_id FROM inline.code c JOIN up ON c.id = up.parent_id"
            ") SELECT id FROM up",
            (self._project_id, code_id),
        )
        return [row[0] for row in rows]

    def children(self, code_id: int) -> Sequence[int]:
        rows = self._connection.execute("SELECT id FROM inline.code WHERE parent_id = $1 ORDER BY id", (code_id,))
        return [row[0] for row in rows]

    def below(self, code_id: int) -> Sequence[tuple[int, str, bool]]:
        rows = self._connection.execute(
            "WITH RECURSIVE down AS ("
            " SELECT id, name, enabled, 1 AS depth FROM inline.code WHERE parent_id = $1"
            " UNION ALL SELECT c.id, c.name, c.enabled, depth + 1 FROM inline.code c JOIN down ON c.parent_id = down.id"
            ") SELECT id, name, enabled FROM down ORDER BY depth DESC, id",
            (code_id,),
        )
        return [(row[0], row[1], row[2]) for row in rows]

    def removals(self, code_ids: Sequence[int]) -> Iterable[Fact]:
        return []

    def recodings(self, code_id: int, into_id: int) -> Iterable[Fact]:
        return []

    def is_system(self, code_id: int) -> bool:
        row = self._connection.execute("SELECT is_system FROM inline.code WHERE id = $1", (code_id,)).fetchone()
        return bool(row and row[0])
