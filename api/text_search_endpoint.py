"""Searching in the texts of documents and memos, over HTTP."""

from typing import Annotated

from fastapi import Query, Request, Response

from api._address import Id
from api._answers import answer_hits
from api._asking import QueryText
from api._lateness import Waits
from api._paging import TextPage
from api._reading import Reads
from api._routes import AreaRouter
from api._services import Serves
from api.authz_user import Authz, Crud
from commands._refusal import NotFound
from projections import document_text, memo_text
from queries import document_search_service, memo_filter, memo_search_service, sdoc_filter
from queries.text_search_dto import (
    MemoFilter,
    MemoSorts,
    PaginatedElasticSearchHits,
    PaginatedSDocHits,
    SdocFilter,
    SdocSorts,
)
from queries.text_search_service import TextSearch
from systems.text_query_expert_system import parse_expert
from systems.text_query_simple_system import parse_simple
from systems.text_query_system import restricted

router = AreaRouter(prefix="/search", tags=["search"])

Asked = Annotated[
    QueryText,
    Query(
        description='Words that must all be there, "phrases", + | - ( ), w*rds, word~1, "phrase"~3; nothing finds all',
        examples=['"lazy afternoon" | siesta -morning'],
    ),
]


@router.post("/sdoc", response_model=PaginatedSDocHits, summary="Search documents by their texts")
def search_sdocs(
    project_id: Id,
    search_query: Asked,
    filter: SdocFilter,
    sorts: SdocSorts,
    page: TextPage,
    request: Request,
    authz_user: Authz,
    read: Reads,
    waits: Waits,
    services: Serves,
    expert_mode: Annotated[
        bool, Query(description="Fields name: and content:, AND OR NOT, wildcards * and ?; what is malformed is 422")
    ] = False,
    highlight: Annotated[bool, Query(description="Show the passages that were found")] = True,
    folder_id: Annotated[Id | None, Query(description="Only in this folder and those inside it")] = None,
) -> Response:
    authz_user.assert_in_project(project_id)
    if folder_id is not None and authz_user.assert_in_same_project_as(Crud.FOLDER, folder_id).project_id != project_id:
        raise NotFound
    query = parse_expert(search_query, document_text.FIELDS) if expert_mode else parse_simple(search_query)
    standing = waits.of(document_text.DOCUMENT_TEXT.name, project_id)
    with read(project_id) as db:
        also = [] if folder_id is None else [document_search_service.inside(folder_id)]
        reader = services.read_models.texts(standing.version, db)
        search = TextSearch(
            reader, sdoc_filter.sdocs(db, project_id), query, filter.tree(), also, waits.is_behind(standing)
        )
        found = search.sorted(db, [sort.by() for sort in sorts], page) if sorts else search.ranked(db, page)
        answer = document_search_service.shown(db, services.blobs, found, query, highlight=highlight, ranked=not sorts)
    if search.asks_engine:
        waits.say(standing)
    return answer_hits(answer, found.cursor, request)


@router.post("/memo", response_model=PaginatedElasticSearchHits, summary="Search memos by title or content")
def search_memos(
    project_id: Id,
    search_query: Asked,
    filter: MemoFilter,
    sorts: MemoSorts,
    page: TextPage,
    request: Request,
    authz_user: Authz,
    read: Reads,
    waits: Waits,
    services: Serves,
    search_content: Annotated[bool, Query(description="In titles and contents; otherwise in titles only")] = True,
) -> Response:
    authz_user.assert_in_project(project_id)
    query = parse_simple(search_query)
    if not search_content:
        query = restricted(query, "title")
    standing = waits.of(memo_text.MEMO_TEXT.name, project_id)
    with read(project_id) as db:
        reader = services.read_models.texts(standing.version, db)
        search = TextSearch(
            reader, memo_filter.memos(project_id), query, filter.tree(), behind=waits.is_behind(standing)
        )
        found = search.sorted(db, [sort.by() for sort in sorts], page) if sorts else search.ranked(db, page)
        answer = memo_search_service.shown(db, found, query, ranked=not sorts)
    if search.asks_engine:
        waits.say(standing)
    return answer_hits(answer, found.cursor, request)
