"""What some documents are about, compared with all, over HTTP."""

from typing import Annotated

from fastapi import Depends, Query, Response

from api._address import Id, Whole
from api._answers import answer_all
from api._reading import Reads
from api._routes import AreaRouter
from api.authz_user import Authz, Crud
from queries import statistics_service
from queries.statistics_dto import KeywordStat, SdocIds, SpanEntityStat, TagStat
from queries.statistics_service import Rank

router = AreaRouter(prefix="/statistics", tags=["statistics"])


async def _rank(
    sort_by_global: Annotated[bool, Query(description="Rank by what is counted in the project")] = False,
    top_k: Annotated[Whole, Query(ge=1, le=10_000, description="How many at the most")] = 20,
) -> Rank:
    return Rank(top_k, by_global=sort_by_global)


Ranked = Annotated[Rank, Depends(_rank)]


@router.post("/code", response_model=list[SpanEntityStat], summary="The words that have a code, and how often")
def code(code_id: Id, sdoc_ids: SdocIds, rank: Ranked, authz_user: Authz, read: Reads) -> Response:
    head = authz_user.assert_in_same_project_as(Crud.CODE, code_id)
    with read(head.project_id) as db:
        return answer_all(statistics_service.span_texts(db, head.project_id, code_id, sdoc_ids, rank))


@router.post(
    "/keyword", response_model=list[KeywordStat], summary="The keywords of documents, and how many have each of them"
)
def keyword(project_id: Id, sdoc_ids: SdocIds, rank: Ranked, authz_user: Authz, read: Reads) -> Response:
    """Keywords are the values of metadata of type LIST with the key `keywords`."""
    authz_user.assert_in_project(project_id)
    with read(project_id) as db:
        return answer_all(statistics_service.keywords(db, project_id, sdoc_ids, rank))


@router.post("/tag", response_model=list[TagStat], summary="The tags of documents, and how many carry each of them")
def tag(sdoc_ids: SdocIds, rank: Ranked, authz_user: Authz, read: Reads) -> Response:
    """Of the project that the documents are in."""
    if not sdoc_ids:
        authz_user.assert_known()
        return answer_all([])
    head = authz_user.assert_in_same_project_as_any(Crud.SOURCE_DOCUMENT, sdoc_ids)
    with read(head.project_id) as db:
        return answer_all(statistics_service.tags(db, head.project_id, sdoc_ids, rank))
