"""How far the processing of documents is: what the log knows, and what is on the to-do list."""

from collections.abc import Collection, Mapping, Sequence

from sqlalchemy import text
from sqlalchemy.orm import Session

from commands.processing_dto import ProcessingStep
from commands.source_document_dto import DocType
from projections._crud import Record
from queries.docprocessing_dto import AskedStatus, ProcessingStatus, SDocStatus

STEPS: Mapping[DocType, Sequence[str]] = {
    doctype: tuple(step.value for step in ProcessingStep if step.doctype is doctype) for doctype in DocType
}
"""The steps of processing each kind of document."""
_NUMBERS = {
    ProcessingStatus.waiting: SDocStatus.unfinished_or_unknown,
    ProcessingStatus.running: SDocStatus.unfinished_or_unknown,
    ProcessingStatus.done: SDocStatus.finished,
    ProcessingStatus.failed: SDocStatus.erroneous,
}
# A job that is still on the list counts for a document that it has not come to, or that it does again.
STATUS = (
    "WITH open AS ("
    " SELECT listed.id::bigint, bool_or(j.status = 'doing') AS running, bool_or((j.args->>'again')::boolean) AS again"
    " FROM jobs.procrastinate_jobs j, jsonb_array_elements_text(j.args->'sdoc_ids') AS listed(id)"
    " WHERE j.task_name = 'documents' AND j.status IN ('todo', 'doing')"
    " AND (j.args->>'project_id')::bigint = :project_id GROUP BY 1"
    "), documents AS ("
    " SELECT d.id, filename, name, name_fold, doctype, project_id, failed_step, error, CASE"
    " WHEN d.status <> 'uploaded' AND open.again IS NOT TRUE THEN d.status"
    " WHEN open.running THEN 'running' ELSE 'waiting' END AS status"
    " FROM inline.source_document d LEFT JOIN open ON open.id = d.id WHERE project_id = :project_id)"
)


def meant(asked: AskedStatus) -> list[ProcessingStatus]:
    return [status for status, number in _NUMBERS.items() if asked in (status.value, str(number.value))]


def documents_by_status(
    db: Session,
    project_id: int,
    wanted: Collection[ProcessingStatus],
    *,
    after: int = 0,
    skip: int = 0,
    limit: int | None = None,
) -> list[Record]:
    """The documents of a project by id, those after an id (a cursor), `limit` of them after `skip`."""
    rows = db.execute(
        text(
            f"{STATUS} SELECT id, filename, name, doctype, project_id, failed_step, error, status FROM documents "
            "WHERE status = ANY(:wanted) AND id > :after "
            "ORDER BY id OFFSET :skip LIMIT :limit"
        ),
        {"project_id": project_id, "wanted": _names(wanted), "after": after, "skip": skip, "limit": limit},
    )
    return [_seen(dict(row)) for row in rows.mappings()]


def count_by_status(db: Session, project_id: int, wanted: Collection[ProcessingStatus]) -> int:
    found = db.execute(
        text(f"{STATUS} SELECT count(*) FROM documents WHERE status = ANY(:wanted)"),
        {"project_id": project_id, "wanted": _names(wanted)},
    )
    return int(found.scalar_one())


def on_the_list(db: Session, project_id: int) -> set[int]:
    """The documents that wait or are worked on."""
    rows = db.execute(
        text(f"{STATUS} SELECT id FROM documents WHERE status IN ('waiting', 'running')"), {"project_id": project_id}
    )
    return {row[0] for row in rows}


def _names(wanted: Collection[ProcessingStatus]) -> list[str]:
    return [status.value for status in wanted]


def _seen(row: Record) -> Record:
    status = ProcessingStatus(row["status"])
    total = len(STEPS[DocType(row["doctype"])])
    failed = status is ProcessingStatus.failed
    return {
        **row,
        "failed_step": row["failed_step"] if failed else None,
        "error": row["error"] if failed else None,
        "processed_jobs": total if status is ProcessingStatus.done else 0,
        "total_jobs": total,
        "processed_status": int(_NUMBERS[status]),
    }
