"""What the rules of tags ask of the read tables."""

from collections.abc import Iterable, Sequence

from events._event import Fact
from projections import _tree
from projections._dependents import removals
from repos.postgres_repo import Connection


class TagLookupTables:
    def __init__(self, connection: Connection, project_id: int, _: object = ()) -> None:
        self._connection = connection
        self._project_id = project_id

    def holder(self, name_key: str) -> int | None:
        row = self._connection.execute(
            "SELECT id FROM inline.tag WHERE project_id = $1 AND name_key = $2", (self._project_id, name_key)
        ).fetchone()
        return row[0] if row else None

    def lineage(self, tag_id: int) -> Sequence[int]:
        return _tree.lineage(self._connection, "tag", self._project_id, tag_id)

    def below(self, tag_id: int) -> Sequence[tuple[int, str]]:
        return [(id, name) for id, name in _tree.below(self._connection, "tag", tag_id, "name")]

    def removals(self, tag_ids: Sequence[int]) -> Iterable[Fact]:
        return removals(self._connection, self._project_id, "tag", tag_ids)
