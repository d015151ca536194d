"""What the rules of codes ask of the read tables."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property

from commands.code_dto import CodeCreate
from commands.dto_base import name_key
from events._event import Fact, stream
from events.bbox_annotation_events import BBoxAnnotationRecoded
from events.sentence_annotation_events import SentenceAnnotationRecoded
from events.span_annotation_events import SpanAnnotationRecoded
from projections import _tree
from projections._dependents import removals
from projections.memo_lookup import merged
from repos.postgres_repo import Connection

_RECODED: Mapping[str, type[SpanAnnotationRecoded] | type[SentenceAnnotationRecoded] | type[BBoxAnnotationRecoded]] = {
    "span_annotation": SpanAnnotationRecoded,
    "sentence_annotation": SentenceAnnotationRecoded,
    "bbox_annotation": BBoxAnnotationRecoded,
}


class CodeLookupTables:
    """What new codes must know, however many they are, comes by one query each."""

    def __init__(self, connection: Connection, project_id: int, commands: Sequence[object] = ()) -> None:
        self._connection = connection
        self.project_id = project_id
        self._new = [command for command in commands if isinstance(command, CodeCreate)]

    def holder(self, name_key: str) -> int | None:
        if name_key in self._wanted:
            return self._holders.get(name_key)
        return self._holders_of([name_key]).get(name_key)

    def is_asked_once(self, name_key: str) -> bool:
        return self._wanted[name_key] == 1

    def exists(self, code_id: int) -> bool:
        return code_id in self._parents

    def lineage(self, code_id: int) -> Sequence[int]:
        return _tree.lineage(self._connection, "code", self.project_id, code_id)

    def children(self, code_id: int) -> Sequence[int]:
        rows = self._connection.execute("SELECT id FROM inline.code WHERE parent_id = $1 ORDER BY id", (code_id,))
        return [row[0] for row in rows]

    def below(self, code_id: int) -> Sequence[tuple[int, str, bool]]:
        rows = _tree.below(self._connection, "code", code_id, "name", "enabled")
        return [(id, name, enabled) for id, name, enabled in rows]

    def removals(self, code_ids: Sequence[int]) -> Iterable[Fact]:
        return removals(self._connection, self.project_id, "code", code_ids)

    def recodings(self, code_id: int, into_id: int) -> Iterable[Fact]:
        for area, recoded in _RECODED.items():
            rows = self._connection.execute(
                f"SELECT id, sdoc_id FROM inline.{area} WHERE project_id = $1 AND code_id = $2 ORDER BY id",
                (self.project_id, code_id),
            )
            for id, sdoc_id in rows:
                yield Fact(stream(area, id), recoded(sdoc_id=sdoc_id, code_id=into_id, was=code_id))
        yield from merged(self._connection, "code", code_id, into_id)

    def is_system(self, code_id: int) -> bool:
        return self._is("is_system", code_id)

    def is_enabled(self, code_id: int) -> bool:
        return self._is("enabled", code_id)

    def _is(self, column: str, code_id: int) -> bool:
        row = self._connection.execute(f"SELECT {column} FROM inline.code WHERE id = $1", (code_id,)).fetchone()
        return bool(row and row[0])

    @cached_property
    def _wanted(self) -> Counter[str]:
        return Counter(name_key(command.name) for command in self._new)

    @cached_property
    def _holders(self) -> dict[str, int]:
        return self._holders_of(list(self._wanted))

    @cached_property
    def _parents(self) -> set[int]:
        wanted = {command.parent_id for command in self._new if command.parent_id is not None}
        rows = self._connection.execute(
            "SELECT id FROM inline.code WHERE project_id = $1 AND id = ANY($2::bigint[])",
            (self.project_id, list(wanted)),
        )
        return {row[0] for row in rows}

    def _holders_of(self, name_keys: list[str]) -> dict[str, int]:
        rows = self._connection.execute(
            "SELECT name_key, id FROM inline.code WHERE project_id = $1 AND name_key = ANY($2::text[])",
            (self.project_id, name_keys),
        )
        return dict(rows.fetchall())
