"""What the rules of source documents ask of the read tables."""

from collections.abc import Collection, Iterable, Mapping, Set

from commands.source_document_decider import Defined
from events._event import Fact
from projections._dependents import removals
from repos.postgres_repo import Connection


class SourceDocumentLookupTables:
    def __init__(self, connection: Connection, project_id: int, _: object = ()) -> None:
        self._connection = connection
        self._project_id = project_id

    def filenames_taken(self, name_keys: Collection[str]) -> Set[str]:
        rows = self._connection.execute(
            "SELECT name_key FROM inline.source_document WHERE project_id = $1 AND name_key = ANY($2::text[])",
            (self._project_id, list(name_keys)),
        )
        return {row[0] for row in rows}

    def folder_names_taken(self, parent_id: int | None, name_keys: Collection[str]) -> Set[str]:
        rows = self._connection.execute(
            "SELECT name_key FROM inline.folder WHERE project_id = $1 "
            "AND parent_id IS NOT DISTINCT FROM $2::bigint AND name_key = ANY($3::text[])",
            (self._project_id, parent_id, list(name_keys)),
        )
        return {row[0] for row in rows}

    def folder_type(self, folder_id: int) -> str | None:
        row = self._connection.execute(
            "SELECT folder_type FROM inline.folder WHERE project_id = $1 AND id = $2", (self._project_id, folder_id)
        ).fetchone()
        return row[0] if row else None

    def definitions(self, name_keys: Collection[str]) -> Mapping[str, Defined]:
        rows = self._connection.execute(
            "SELECT name_key, id, metatype, read_only FROM inline.project_metadata "
            "WHERE project_id = $1 AND doctype = 'text' AND name_key = ANY($2::text[])",
            (self._project_id, list(name_keys)),
        )
        return {name_key: Defined(*defined) for name_key, *defined in rows}

    def left_empty(self, folder_id: int) -> str | None:
        row = self._connection.execute(
            "SELECT name FROM inline.folder f WHERE id = $1 AND folder_type = 'sdoc_folder' AND "
            "(SELECT count(*) FROM (SELECT 1 FROM inline.source_document WHERE folder_id = f.id LIMIT 2) d) = 1",
            (folder_id,),
        ).fetchone()
        return row[0] if row else None

    def removals(self, sdoc_id: int) -> Iterable[Fact]:
        return removals(self._connection, self._project_id, "sdoc", [sdoc_id])
