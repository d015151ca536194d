"""Documents found by their texts, with all that is shown of them."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from projections._crud import Record
from projections.folder_orm import FolderORM
from projections.source_document_orm import SourceDocumentORM
from queries.document_card_service import Card, cards
from queries.text_search_service import FoundTexts
from repos.blob_repo import BlobError, BlobRepo
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
    known = cards(db, [hit.id for hit in found.hits])
    there = [(hit, known[hit.id]) for hit in found.hits if hit.id in known]
    shown = {hit.id: card for hit, card in there}
    rows = [
        _row(hit.id, hit.score if ranked else None, highlights(blobs, card, query) if highlight else [])
        for hit, card in there
    ]
    return {
        "hits": _grouped(rows, shown),
        "sdocs": {id: card.sdoc for id, card in shown.items()},
        "sdoc_folders": {card.folder["id"]: card.folder for card in shown.values()},
        "annotators": {id: card.annotators for id, card in shown.items()},
        "tags": {id: card.tag_ids for id, card in shown.items()},
        "total_results": found.total,
    }


def highlights(blobs: BlobRepo, card: Card, query: Query) -> list[str]:
    """The passages that show why a document was found, that of its name first."""
    languages = languages_of(card.sdoc["language"])
    texts = {"name": card.sdoc["name"], "content": _text(blobs, card)}
    return [
        snippet.html(text)
        for field, text in texts.items()
        for snippet in snippets(query, text, languages, field, SNIPPETS)
    ]


def _text(blobs: BlobRepo, card: Card) -> str:
    if card.text_sha256 is None:
        return ""
    try:
        return blobs.read_text(card.sdoc["project_id"], card.text_sha256)
    except BlobError:
        return ""


def _row(id: int, score: float | None, highlights: Sequence[str]) -> Record:
    return {"id": id, "score": score, "highlights": highlights, "is_folder": False, "sub_rows": []}


def _grouped(rows: Sequence[Record], cards: Mapping[int, Card]) -> list[Record]:
    """Documents that were made from one file stand together, where the first of them stands."""
    groups: dict[int, list[Record]] = {}
    for row in rows:
        groups.setdefault(cards[row["id"]].folder["id"], []).append(row)
    hits: list[Record] = []
    for folder_id, group in groups.items():
        if len(group) > 1 and cards[group[0]["id"]].folder["folder_type"] == "sdoc_folder":
            hits.append({**_row(folder_id, group[0]["score"], []), "is_folder": True, "sub_rows": group})
        else:
            hits += group
    return hits
