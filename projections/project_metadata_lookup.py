"""What the rules of metadata definitions ask of the read tables."""

from collections.abc import Iterable

from events._event import Fact
from events._words import DocTypeName
from projections._dependents import removals
from repos.postgres_repo import Connection


class ProjectMetadataLookupTables:
    def __init__(self, connection: Connection, project_id: int, _: object = ()) -> None:
        self._connection = connection
        self._project_id = project_id

    def holder(self, doctype: DocTypeName, name_key: str) -> int | None:
        row = self._connection.execute(
            "SELECT id FROM inline.project_metadata WHERE project_id = $1 AND doctype = $2 AND name_key = $3",
            (self._project_id, doctype, name_key),
        ).fetchone()
        return row[0] if row else None

    def has_values(self, projmeta_id: int) -> bool:
        row = self._connection.execute(
            "SELECT 1 FROM inline.source_document_metadata WHERE project_metadata_id = $1 LIMIT 1", (projmeta_id,)
        ).fetchone()
        return row is not None

    def removals(self, projmeta_id: int) -> Iterable[Fact]:
        return removals(self._connection, self._project_id, "projmeta", [projmeta_id])
