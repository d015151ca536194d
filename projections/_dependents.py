"""What ends with what: the facts that a removal takes along, said one by one."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from events._event import Event, Fact, stream
from events.bbox_annotation_events import BBoxAnnotationDeleted
from events.folder_events import FolderDeleted
from events.memo_events import MemoDeleted
from events.sentence_annotation_events import SentenceAnnotationDeleted
from events.source_document_events import SourceDocumentDeleted
from events.source_document_metadata_events import VALUE_FIELDS
from events.span_annotation_events import SpanAnnotationDeleted
from events.span_group_events import SpanGroupDeleted, SpanUngrouped
from events.tag_link_events import TagUnlinked
from projections.source_document_metadata_lookup import cleared
from repos.orm_base import INLINE_SCHEMA
from repos.postgres_repo import Connection


@dataclass(frozen=True, slots=True)
class Dependent:
    """Rows of an inline table that end with the entity that their column `by` names.

    `fact` ends one of them, on the stream of `area` and the `key` columns; `says` are the columns
    that the fact repeats.
    """

    area: str
    table: str
    by: str
    fact: Callable[..., Event]
    says: tuple[str, ...] = ()
    key: tuple[str, ...] = ("id",)

    def sql(self) -> str:
        columns = ", ".join(f'"{name}"' for name in (self.by, *self.key, *self.says))
        return (
            f"SELECT {columns} FROM {INLINE_SCHEMA}.{self.table} WHERE project_id = $1 "
            f'AND "{self.by}" = ANY($2::bigint[]) ORDER BY {", ".join(self.key)}'
        )


def _spans(by: str) -> Dependent:
    says = ("sdoc_id", "code_id", "user_id", "begin", "end", "text_version")
    return Dependent("span_annotation", "span_annotation", by, SpanAnnotationDeleted, says)


def _sentences(by: str) -> Dependent:
    says = ("sdoc_id", "code_id", "user_id", "sentence_id_start", "sentence_id_end", "begin", "end", "text_version")
    return Dependent("sentence_annotation", "sentence_annotation", by, SentenceAnnotationDeleted, says)


def _bboxes(by: str) -> Dependent:
    says = ("sdoc_id", "code_id", "user_id", "x_min", "x_max", "y_min", "y_max")
    return Dependent("bbox_annotation", "bbox_annotation", by, BBoxAnnotationDeleted, says)


def _group_links(by: str) -> Dependent:
    return Dependent("span_group_link", "span_group_link", by, SpanUngrouped, ("sdoc_id",), ("group_id", "span_id"))


def _memos(by: str) -> Dependent:
    return Dependent(
        "memo", "memo", by, MemoDeleted, ("title", "user_id", "attached_object_type", "attached_object_id")
    )


def _tag_links(by: str) -> Dependent:
    return Dependent("tag_link", "tag_link", by, TagUnlinked, ("sdoc_id", "tag_id"), ("sdoc_id", "tag_id"))


def _metadata_values(by: str) -> Dependent:
    key = ("source_document_id", "project_metadata_id")
    says = (*key, "metatype", *VALUE_FIELDS.values())
    return Dependent("sdocmeta", "source_document_metadata", by, cleared, says, key)


DEPENDENTS: Mapping[str, Sequence[Dependent]] = {
    "code": (
        _spans("code_id"),
        _sentences("code_id"),
        _bboxes("code_id"),
        _memos("code_id"),
    ),
    "sdoc": (
        _spans("sdoc_id"),
        _sentences("sdoc_id"),
        _bboxes("sdoc_id"),
        Dependent("span_group", "span_group", "sdoc_id", SpanGroupDeleted, ("sdoc_id", "name")),
        _tag_links("sdoc_id"),
        _metadata_values("source_document_id"),
        _memos("source_document_id"),
    ),
    "folder": (
        Dependent("sdoc", "source_document", "folder_id", SourceDocumentDeleted, ("filename", "name")),
        Dependent("folder", "folder", "parent_id", FolderDeleted, ("name",)),
    ),
    "span_annotation": (_group_links("span_id"), _memos("span_annotation_id")),
    "sentence_annotation": (_memos("sentence_annotation_id"),),
    "bbox_annotation": (_memos("bbox_annotation_id"),),
    "span_group": (_group_links("group_id"), _memos("span_group_id")),
    "tag": (_tag_links("tag_id"), _memos("tag_id")),
    "projmeta": (_metadata_values("project_metadata_id"),),
}
"""By the area of what is removed."""


def removals(connection: Connection, project_id: int, area: str, ids: Sequence[int]) -> list[Fact]:
    """The end of everything that hangs on these entities, not of themselves: leaves first, each once."""
    return [fact for _, fact in _Ending(connection, project_id).of(area, {id: id for id in ids})]


def removals_of_each(connection: Connection, project_id: int, area: str, ids: Sequence[int]) -> dict[int, list[Fact]]:
    """The same by entity; what hangs on two of them ends with one."""
    found: dict[int, list[Fact]] = {}
    for root, fact in _Ending(connection, project_id).of(area, {id: id for id in ids}):
        found.setdefault(root, []).append(fact)
    return found


class _Ending:
    def __init__(self, connection: Connection, project_id: int) -> None:
        self._connection = connection
        self._project_id = project_id
        self._ended: dict[str, set[tuple[Any, ...]]] = {}

    def of(self, area: str, roots: Mapping[int, int]) -> Iterator[tuple[int, Fact]]:
        """With each fact the entity that brings it about; `roots` names that of each id."""
        if not roots:
            return
        for dependent in DEPENDENTS.get(area, ()):
            rows = self._rows(dependent, list(roots))
            if dependent.area in DEPENDENTS:
                yield from self.of(dependent.area, {row[1]: roots[row[0]] for row in rows})
            width = len(dependent.key) + 1
            for row in rows:
                says = dict(zip(dependent.says, row[width:], strict=True))
                yield roots[row[0]], Fact(stream(dependent.area, *row[1:width]), dependent.fact(**says))

    def _rows(self, dependent: Dependent, ids: list[int]) -> list[tuple[Any, ...]]:
        """What they hang on, their key, and what their fact says; without those that have ended already."""
        ended = self._ended.setdefault(dependent.area, set())
        width = len(dependent.key) + 1
        found = self._connection.execute(dependent.sql(), (self._project_id, ids)).fetchall()
        rows = [row for row in found if row[1:width] not in ended]
        ended.update(row[1:width] for row in rows)
        return rows
