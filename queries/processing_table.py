"""How far each step of processing is, for each document of a project: a table that can be sorted by them."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, ColumnClause, ColumnElement, FromClause, String, and_, case, column, select
from sqlalchemy import text as sql
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import Session

from commands._refusal import Invalid
from commands.source_document_dto import DocType
from events._event import stream
from events._tables import events
from projections._crud import Record, among, records
from queries._table import Found, Page, SearchTable
from queries.docprocessing_dto import ProcessingStatus, SdocHealthSort, SDocStatus
from queries.processing_service import STATUS, STEPS
from systems.filter_sql_system import Words, numbers, strings
from systems.filter_system import EVERYTHING, Column, FilterOperator, columns
from systems.sorting_system import Sort, Sorting

_COLUMNS: Sequence[ColumnClause[Any]] = (
    *(column(name, BigInteger) for name in ("id", "project_id")),
    *(column(name, String) for name in ("name", "name_fold", "status", "failed_step", "error")),
)
_DONE, _FAILED = ProcessingStatus.done.value, ProcessingStatus.failed.value


def documents_by_step(
    db: Session, project_id: int, doctype: DocType, sorts: Sequence[SdocHealthSort], page: Page
) -> tuple[Found, list[Record]]:
    """A page of the documents of a kind. Raises Invalid for a column that is none, and BadCursor."""
    table = _table(project_id, doctype)
    for number, sort in enumerate(sorts):
        if sort.column not in table.columns:
            known = ", ".join(map(str, table.columns))
            raise Invalid(f"There is no column of this name, but {known}.", loc=("body", number, "column"))
    found = table.search(db, EVERYTHING, [Sort(sort.column, sort.direction) for sort in sorts], page)
    rows = {row["id"]: row for row in records(db, select(table.rows).where(among(table.rows.c.id, found.ids)))}
    failures = _failures(db, project_id, [id for id, row in rows.items() if row["status"] == _FAILED])
    return found, [_seen(rows[id], STEPS[doctype], failures.get(id)) for id in found.ids]


def _table(project_id: int, doctype: DocType) -> SearchTable:
    statement = sql(f"{STATUS} SELECT * FROM documents WHERE doctype = :doctype")
    bound = statement.bindparams(project_id=project_id, doctype=doctype.value)
    rows = bound.columns(*_COLUMNS).subquery("documents")
    steps = STEPS[doctype]
    return SearchTable(rows, project_id, columns(_name(rows), *(_step(rows, steps, step) for step in steps)))


def _name(rows: FromClause) -> Column:
    comparison = strings(lambda test: test(Words(rows.c.name, rows.c.name_fold)))
    return Column("name", "Name", FilterOperator.STRING, comparison, lambda: Sorting(rows.c.name_fold))


def _step(rows: FromClause, steps: Sequence[str], step: str) -> Column:
    failed, later = rows.c.status == _FAILED, steps[steps.index(step) + 1 :]
    rank: ColumnElement[int] = case(
        (rows.c.status == _DONE, SDocStatus.finished.value),
        (and_(failed, rows.c.failed_step == step), SDocStatus.erroneous.value),
        (and_(failed, rows.c.failed_step.in_(later)), SDocStatus.finished.value),
        else_=SDocStatus.unfinished_or_unknown.value,
    )
    return Column(step, step, FilterOperator.NUMBER, numbers(lambda test: test(rank)), lambda: Sorting(rank, "number"))


def _seen(row: Record, steps: Sequence[str], failure: UUID | None) -> Record:
    failed_step: str = row["failed_step"] if row["status"] == _FAILED else ""
    status = SDocStatus.finished if failed_step or row["status"] == _DONE else SDocStatus.unfinished_or_unknown
    ranks: dict[str, int] = dict.fromkeys(steps, status.value)
    if failed_step in steps:
        behind = steps[steps.index(failed_step) + 1 :]
        ranks |= {
            **dict.fromkeys(behind, SDocStatus.unfinished_or_unknown.value),
            failed_step: SDocStatus.erroneous.value,
        }
    return {
        "sdoc_id": row["id"],
        "name": row["name"],
        "status": ranks,
        "failed_job_uuids": {failed_step: failure} if failed_step else {},
        "failed_job_status_msgs": {failed_step: row["error"]} if failed_step else {},
    }


def _failures(db: Session, project_id: int, sdoc_ids: Sequence[int]) -> dict[int, UUID]:
    """The event that says so, for each document whose processing has failed: the name of the failure."""
    streams = {stream("sdoc", id): id for id in sdoc_ids}
    event = events.c
    rows = (
        select(event.stream_id, event.event_id)
        .ext(distinct_on(event.stream_id))
        .where(event.project_id == project_id, event.stream_id.in_(streams), event.type == "sdoc.processing_failed")
        .order_by(event.stream_id, event.stream_version.desc())
    )
    return {streams[stream_id]: event_id for stream_id, event_id in db.execute(rows)} if streams else {}
