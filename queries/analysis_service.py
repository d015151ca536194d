"""How often codes are used, and where."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, FromClause, Select, func, literal, select, union_all
from sqlalchemy.orm import Session

from commands._refusal import NotFound
from projections._crud import Record, among
from projections.bbox_annotation_orm import BBoxAnnotationORM
from projections.code_crud import crud_code
from projections.code_orm import CodeORM
from projections.folder_orm import FolderORM
from projections.project_metadata_orm import ProjectMetadataORM
from projections.sentence_annotation_orm import SentenceAnnotationORM
from projections.source_document_crud import crud_source_document
from projections.source_document_metadata_orm import SourceDocumentMetadataORM
from projections.source_document_orm import SourceDocumentORM
from projections.span_annotation_orm import SpanAnnotationORM
from queries._table import Page, paged
from queries.analysis_dto import CodeFrequencyQuery
from systems.sorting_system import Order, Sort, SortDirection, Sorting, digest, prefix

_ANNOTATIONS: Sequence[FromClause] = (
    SpanAnnotationORM.__table__,
    SentenceAnnotationORM.__table__,
    BBoxAnnotationORM.__table__,
)


def code_frequencies(db: Session, project_id: int, query: CodeFrequencyQuery) -> list[Record]:
    """In the order asked for; what is no code of the project is used by nobody."""
    tree = _Tree(db, project_id)
    own: Counter[int] = Counter()
    for table in _ANNOTATIONS:
        rows = select(table.c.code_id, func.count()).where(
            table.c.project_id == project_id,
            among(table.c.code_id, tree.below(query.code_ids)),
            among(table.c.user_id, query.user_ids),
            table.c.sdoc_id.in_(_documents(project_id, query)),
        )
        own.update(dict(db.execute(rows.group_by(table.c.code_id)).all()))
    totals = tree.totals(own)
    return [
        {
            "code_id": code_id,
            "count": own[code_id],
            "child_count": totals[code_id] - own[code_id],
            "total_count": totals[code_id],
        }
        for code_id in query.code_ids
    ]


def code_occurrences(
    db: Session, project_id: int, code_id: int, user_ids: Sequence[int], page: Page, *, with_children: bool
) -> tuple[list[Record], str | None]:
    """The words that have a code, or one below it, by document, the most frequent ones first; boxes of an image have
    none. And the cursor that leads on if there are more. Raises NotFound, BadCursor."""
    code = crud_code.read(db, code_id)
    if code is None or code["project_id"] != project_id:
        raise NotFound
    code_ids = _Tree(db, project_id).below([code_id]) if with_children else [code_id]
    parts = (
        select(table.c.sdoc_id, table.c.code_id, _words(table)).where(
            table.c.project_id == project_id, among(table.c.code_id, code_ids), among(table.c.user_id, user_ids)
        )
        for table in _ANNOTATIONS
    )
    used = union_all(*parts).subquery().c
    place = (used.sdoc_id, used.code_id, used.text)
    counted = select(*place, func.count().label("count")).group_by(*place).subquery()
    sorted_by = _most_frequent_first(counted)
    rows, cursor = paged(db, sorted_by.keyed(select(*counted.c)).subquery(), sorted_by, page)
    codes = {one["id"]: one for one in crud_code.read_by_ids(db, list({row["code_id"] for row in rows}))}
    sdocs = {one["id"]: one for one in crud_source_document.read_by_ids(db, list({row["sdoc_id"] for row in rows}))}
    occurrences = [
        {
            "sdoc": sdocs[row["sdoc_id"]],
            "code": codes[row["code_id"]],
            "text": row["text"],
            "count": row["count"],
        }
        for row in rows
    ]
    return occurrences, cursor


def _words(table: FromClause) -> ColumnElement[str]:
    return table.c.text if "text" in table.c else literal("").label("text")


def _most_frequent_first(counted: FromClause) -> Order:
    used = counted.c
    return Order(
        [
            (Sort("count", SortDirection.desc), Sorting(used["count"], "number")),
            (Sort("sdoc_id"), Sorting(used.sdoc_id, "id")),
            (Sort("code_id"), Sorting(used.code_id, "id")),
            (Sort("text"), Sorting(prefix(used.text.collate("C")))),
        ],
        Sorting(digest(used.text)),
    )


def count_dated(db: Session, project_id: int, definition_id: int) -> tuple[int, int]:
    """How many documents of a project have a date, and how many there are. Raises NotFound."""
    definition, value = ProjectMetadataORM.__table__.c, SourceDocumentMetadataORM.__table__.c
    mine = select(definition.id).where(
        definition.id == definition_id, definition.project_id == project_id, definition.metatype == "DATE"
    )
    if db.scalar(mine) is None:
        raise NotFound
    dated = select(func.count()).where(value.project_metadata_id == definition_id)
    total = select(func.count()).where(SourceDocumentORM.project_id == project_id)
    return db.scalar(dated) or 0, db.scalar(total) or 0


def _documents(project_id: int, query: CodeFrequencyQuery) -> Select[Any]:
    document = SourceDocumentORM.__table__.c
    doctypes = [doctype.value for doctype in query.doctypes]
    found = select(document.id).where(document.project_id == project_id, document.doctype.in_(doctypes))
    if query.folder_ids is None:
        return found
    folder = FolderORM.__table__.c
    inside = select(folder.id).where(among(folder.id, query.folder_ids)).cte("inside", recursive=True)
    inside = inside.union(select(folder.id).join(inside, folder.parent_id == inside.c.id))
    return found.where(document.folder_id.in_(select(inside.c.id)))


class _Tree:
    """The codes of a project, as they stand below one another."""

    def __init__(self, db: Session, project_id: int) -> None:
        self._children: dict[int | None, list[int]] = {}
        code = CodeORM.__table__.c
        for id, parent_id in db.execute(select(code.id, code.parent_id).where(code.project_id == project_id)):
            self._children.setdefault(parent_id, []).append(id)

    def below(self, ids: Sequence[int | None]) -> list[int]:
        """These codes and all below them, each once; of all codes, the lower ones come later."""
        found = dict.fromkeys(ids)
        todo = list(found)
        for id in todo:
            fresh = [child for child in self._children.get(id, ()) if child not in found]
            found.update(dict.fromkeys(fresh))
            todo += fresh
        return [id for id in todo if id is not None]

    def totals(self, counts: Counter[int]) -> Counter[int]:
        """The counts of codes with those of all below them."""
        totals = Counter(counts)
        for id in reversed(self.below([None])):
            totals[id] += sum(totals[child] for child in self._children.get(id, ()))
        return totals
