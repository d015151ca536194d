"""Documents found by their texts, with all that is shown of them."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from projections._crud import Record
from projections.folder_crud import crud_folder
from projections.folder_orm import FolderORM
from projections.source_document_crud import crud_source_document
from projections.source_document_orm import SourceDocumentORM
from projections.tag_link_crud import crud_tag_link
from queries.text_search_service import FoundTexts
from repos.blob_repo import BlobMissing, BlobRepo
from systems.text_highlight_system import snippets
from systems.text_query_system import Query
from systems.text_stems_system import languages_of

SNIPPETS = 5


def inside(folder_id: int) -> ColumnElement[bool]:
    """A document lies in the folder, or in one below it."""
    below = select(FolderORM.id).where(FolderORM.id == folder_id).cte("below", recursive=True)
    below = below.union(select(FolderORM.id).join(below, FolderORM.parent_id == below.c.id))
    return SourceDocumentORM.folder_id.in_(select(below.c.id))


def shown(
    db: Session, blobs: BlobRepo, found: FoundTexts, query: Query, *, highlight: bool, ranked: bool
) -> dict[str, Any]:
    """A PaginatedSDocHits."""
    ids = [hit.id for hit in found.hits]
    sdocs = {sdoc["id"]: sdoc for sdoc in crud_source_document.read_by_ids(db, ids)}
    marked = highlights(db, blobs, ids, query) if highlight else {}
    rows = [
        _row(hit.id, hit.score if ranked else None, marked.get(hit.id, [])) for hit in found.hits if hit.id in sdocs
    ]
    folder_ids = list({sdoc["folder_id"] for sdoc in sdocs.values()})
    folders = {folder["id"]: folder for folder in crud_folder.read_by_ids(db, folder_ids)}
    return {
        "hits": _grouped(rows, sdocs, folders),
        "sdocs": sdocs,
        "sdoc_folders": folders,
        "annotators": crud_source_document.read_annotators_by_ids(db, ids),
        "tags": crud_tag_link.read_tag_ids_by_sdocs(db, ids),
        "total_results": found.total,
    }


def highlights(db: Session, blobs: BlobRepo, ids: Sequence[int], query: Query) -> dict[int, list[str]]:
    """For each document the passages that show why it was found, that of its name first."""
    found = {}
    for document in crud_source_document.read_contents_by_ids(db, ids):
        languages = languages_of(document["language"])
        texts = {"name": document["name"], "content": _text(blobs, document)}
        found[document["id"]] = [
            snippet.html(text)
            for field, text in texts.items()
            for snippet in snippets(query, text, languages, field, SNIPPETS)
        ]
    return found


def _text(blobs: BlobRepo, document: Record) -> str:
    if document["text_sha256"] is None:
        return ""
    try:
        return blobs.read_text(document["project_id"], document["text_sha256"])
    except BlobMissing:
        return ""


def _row(id: int, score: float | None, highlights: Sequence[str]) -> Record:
    return {"id": id, "score": score, "highlights": highlights, "is_folder": False, "sub_rows": []}


def _grouped(rows: Sequence[Record], sdocs: dict[int, Record], folders: dict[int, Record]) -> list[Record]:
    """Documents that were made from one file stand together, where the first of them stands."""
    groups: dict[int, list[Record]] = {}
    for row in rows:
        groups.setdefault(sdocs[row["id"]]["folder_id"], []).append(row)
    hits: list[Record] = []
    for folder_id, group in groups.items():
        folder = folders.get(folder_id)
        if len(group) > 1 and folder is not None and folder["folder_type"] == "sdoc_folder":
            hits.append({**_row(folder_id, group[0]["score"], []), "is_folder": True, "sub_rows": group})
        else:
            hits += group
    return hits
