"""Memos found by their texts."""

from typing import Any

from sqlalchemy.orm import Session

from projections.memo_crud import crud_memo
from queries.text_search_service import FoundTexts
from systems.text_highlight_system import snippets
from systems.text_query_system import Query
from systems.text_stems_system import languages_of

_SNIPPETS = 5


def shown(db: Session, found: FoundTexts, query: Query, *, ranked: bool) -> dict[str, Any]:
    """A PaginatedElasticSearchHits."""
    memos = {memo["id"]: memo for memo in crud_memo.read_by_ids(db, [hit.id for hit in found.hits])}
    languages = languages_of(None)
    hits = [
        {
            "id": hit.id,
            "score": hit.score if ranked else None,
            "highlights": [
                snippet.html(memos[hit.id][field])
                for field in ("title", "content")
                for snippet in snippets(query, memos[hit.id][field], languages, field, _SNIPPETS)
            ],
        }
        for hit in found.hits
        if hit.id in memos
    ]
    return {"hits": hits, "total_results": found.total}
