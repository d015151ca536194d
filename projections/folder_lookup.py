"""What the rules of folders ask of the read tables."""

from collections.abc import Iterable, Sequence, Set
from functools import cache, cached_property

from commands.folder_dto import FolderMove
from events._event import Fact
from projections._dependents import removals
from repos.postgres_repo import Connection


class FolderLookupTables:
    def __init__(self, connection: Connection, project_id: int, commands: Sequence[object] = ()) -> None:
        self._connection = connection
        self._project_id = project_id
        self._moves = [command for command in commands if isinstance(command, FolderMove)]
        # Many folders move to one place: what is asked of the place is asked once.
        self.folder_type = cache(self._folder_type)
        self.lineage = cache(self._lineage)

    def namesakes(self, name_key: str, parent_id: int | None) -> Set[int]:
        if self._moves:
            return self._after_moves.get(name_key, set())
        rows = self._connection.execute(
            "SELECT id FROM inline.folder "
            "WHERE project_id = $1 AND name_key = $2 AND parent_id IS NOT DISTINCT FROM $3::bigint",
            (self._project_id, name_key, parent_id),
        )
        return {row[0] for row in rows}

    def removals(self, folder_id: int) -> Iterable[Fact]:
        return removals(self._connection, self._project_id, "folder", [folder_id])

    @cached_property
    def _after_moves(self) -> dict[str, set[int]]:
        """By name, the folders that would be in the target of the moves."""
        rows = self._connection.execute(
            "SELECT name_key, id FROM inline.folder WHERE project_id = $1 "
            "AND (parent_id IS NOT DISTINCT FROM $2::bigint OR id = ANY($3::bigint[]))",
            (self._project_id, self._moves[0].parent_id, [move.folder_id for move in self._moves]),
        )
        found: dict[str, set[int]] = {}
        for name_key, id in rows:
            found.setdefault(name_key, set()).add(id)
        return found

    def _folder_type(self, folder_id: int) -> str | None:
        row = self._connection.execute(
            "SELECT folder_type FROM inline.folder WHERE project_id = $1 AND id = $2", (self._project_id, folder_id)
        ).fetchone()
        return row[0] if row else None

    def _lineage(self, folder_id: int) -> Set[int]:
        rows = self._connection.execute(
            "WITH RECURSIVE up AS ("
            " SELECT id, parent_id FROM inline.folder WHERE project_id = $1 AND id = $2"
            " UNION SELECT f.id, f.parent_id FROM inline.folder f JOIN up ON f.id = up.parent_id"
            ") SELECT id FROM up",
            (self._project_id, folder_id),
        )
        return {row[0] for row in rows}
