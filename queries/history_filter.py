"""Which entries of a history are asked for, and the statement that finds them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from events import REGISTRY
from events._event import stream, stream_ids
from events.source_document_metadata_events import value_ids

LINKS: Mapping[str, tuple[str, str]] = {
    "tag_link": ("sdoc", "tag"),
    "sdocmeta": ("sdoc", "projmeta"),
    "span_group_link": ("span_group", "span_annotation"),
}
"""Streams with two ids, and the areas of these: what happens to a link happens to both ends."""

AREAS: Sequence[str] = sorted({kind.partition(".")[0] for kind in REGISTRY})
KINDS: Sequence[str] = sorted({*AREAS, *REGISTRY})

_ENTRY = "revision - command_index + 1, command_count, actor_id, command_id, recorded_at"
_COLUMNS = "revision, command_index, command_count, actor_id, command_id, recorded_at"


@dataclass(frozen=True, slots=True)
class HistoryFilter:
    """Commands with an event that is all of this, between two revisions, both included.

    `entity` is an area with an id, such as `code-17`, or with both ids of a link; `kinds` are event types or areas.
    """

    low: int
    high: int
    newest_first: bool = True
    actor_id: int | None = None
    entity: str | None = None
    kinds: Sequence[str] = ()

    def statement(self, project_id: int, skip: int, limit: int) -> tuple[str, list[Any]]:
        """Rows of first revision, number of events, actor, id and time of each command, and the arguments."""
        arguments: list[Any] = [project_id, self.low, self.high, skip, limit]
        conditions = " AND ".join(["project_id = $1", *self._conditions(arguments)])
        found = self._gathered(conditions) if self.entity else self._step_by_step(conditions)
        page = f"SELECT * FROM ({found}) AS page OFFSET $4 LIMIT $5"
        return f"SELECT {_ENTRY} FROM ({page}) AS entry ORDER BY revision {self._order}", arguments

    @property
    def _order(self) -> str:
        return "DESC" if self.newest_first else "ASC"

    def _conditions(self, arguments: list[Any]) -> Iterator[str]:
        def given(value: Any, kind: str) -> str:
            arguments.append(value)
            return f"${len(arguments)}::{kind}"

        if self.actor_id is not None:
            yield f"actor_id = {given(self.actor_id, 'bigint')}"
        if self.kinds:
            types = [kind for kind in REGISTRY if kind in self.kinds or kind.partition(".")[0] in self.kinds]
            yield f"type = ANY({given(types, 'text[]')})"
        if self.entity is not None:
            any_of = [f"stream_id = {given(_stream(self.entity), 'text')}"]
            for begin, end in _links(self.entity):
                area = begin.partition("-")[0]
                any_of.append(
                    f"stream_id >= {given(begin, 'text')} AND stream_id < {given(f'{begin[:-1]}.', 'text')} "
                    f"AND stream_id LIKE {given(f'{area}-%{end}', 'text')}"
                )
            yield f"({' OR '.join(any_of)})"

    def _gathered(self, conditions: str) -> str:
        """The events of one thing are few, and an index knows them."""
        return (
            f"SELECT DISTINCT ON (revision - command_index) {_COLUMNS} FROM log.events "
            f"WHERE {conditions} AND revision BETWEEN $2 AND $3 ORDER BY revision - command_index {self._order}"
        )

    def _step_by_step(self, conditions: str) -> str:
        """From one event to the next of another command, without reading what lies between."""
        begin = "entry.revision - entry.command_index"
        following = ("$2", begin) if self.newest_first else (f"{begin} + entry.command_count + 1", "$3")
        return (
            f"WITH RECURSIVE entry AS ({self._next(conditions, '$2', '$3')} UNION ALL "
            f"SELECT following.* FROM entry CROSS JOIN LATERAL {self._next(conditions, *following)} AS following) "
            "SELECT * FROM entry"
        )

    def _next(self, conditions: str, low: str, high: str) -> str:
        return (
            f"(SELECT {_COLUMNS} FROM log.events WHERE {conditions} "
            f"AND revision BETWEEN {low} AND {high} ORDER BY revision {self._order} LIMIT 1)"
        )


def _stream(entity: str) -> str:
    area, ids = entity.partition("-")[0], stream_ids(entity)
    return stream(area, *value_ids(ids[0])) if area == "sdocmeta" and len(ids) == 1 else entity


def _links(entity: str) -> Iterator[tuple[str, str]]:
    """How the streams of its links begin and end."""
    area, ids = entity.partition("-")[0], stream_ids(entity)
    if len(ids) == 1:
        for link, ends in LINKS.items():
            if area == ends[0]:
                yield f"{link}-{ids[0]}-", ""
            if area == ends[1]:
                yield f"{link}-", f"-{ids[0]}"
