"""What the rules of span groups ask of the read tables."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from commands.span_group_link_decider import Owned
from events._event import Fact
from projections._dependents import removals
from repos.postgres_repo import Connection


class SpanGroupLookupTables:
    def __init__(self, connection: Connection, project_id: int, _: object = ()) -> None:
        self._connection = connection
        self._project_id = project_id

    def is_document(self, sdoc_id: int) -> bool:
        found = self._connection.execute(
            "SELECT 1 FROM inline.source_document WHERE project_id = $1 AND id = $2", (self._project_id, sdoc_id)
        )
        return found.fetchone() is not None

    def removals(self, group_id: int) -> Sequence[Fact]:
        return removals(self._connection, self._project_id, "span_group", [group_id])


@dataclass(frozen=True, slots=True)
class SpanGroupLinks:
    """The lookup for links between these groups and spans."""

    links: Sequence[tuple[int, int]]

    def __call__(self, connection: Connection, project_id: int, _: object = ()) -> "SpanGroupLinkLookupTables":
        return SpanGroupLinkLookupTables(self.links, connection, project_id)


class SpanGroupLinkLookupTables:
    def __init__(self, links: Sequence[tuple[int, int]], connection: Connection, project_id: int) -> None:
        self._connection = connection
        self._project_id = project_id
        self._groups = self._owned("span_group", {group_id for group_id, _ in links})
        self._spans = self._owned("span_annotation", {span_id for _, span_id in links})

    def group(self, group_id: int) -> Owned | None:
        return self._groups.get(group_id)

    def span(self, span_id: int) -> Owned | None:
        return self._spans.get(span_id)

    def _owned(self, table: str, ids: Iterable[int]) -> dict[int, Owned]:
        rows = self._connection.execute(
            f"SELECT id, sdoc_id, user_id FROM inline.{table} WHERE project_id = $1 AND id = ANY($2::bigint[])",
            (self._project_id, list(ids)),
        )
        return {id: Owned(sdoc_id, user_id) for id, sdoc_id, user_id in rows}
