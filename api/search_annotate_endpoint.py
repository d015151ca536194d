"""Finding what could be annotated, over HTTP."""

from typing import Annotated

from fastapi import Query, Request, Response

from api._address import Id, Whole
from api._answers import answer_hits
from api._asking import QueryText
from api._lateness import Waits
from api._paging import Cursor, numbered
from api._reading import Reads
from api._routes import AreaRouter
from api._services import Serves
from api.authz_user import Authz, Crud
from commands._refusal import NotFound
from projections.document_text import DOCUMENT_TEXT
from queries.search_annotate_dto import PaginatedSpanAnnotationHits
from queries.search_annotate_service import MOST, PhraseSearch

router = AreaRouter(prefix="/search_annotate", tags=["searchAnnotate"])


@router.post(
    "/auto_annotate",
    response_model=PaginatedSpanAnnotationHits,
    summary="All occurrences of a phrase, as spans that could be created in bulk",
)
def auto_annotate(
    project_id: Id,
    query: Annotated[QueryText, Query(description="Words next to each other", examples=["lazy afternoon"])],
    request: Request,
    authz_user: Authz,
    read: Reads,
    waits: Waits,
    services: Serves,
    code_id: Annotated[Id | None, Query(description="The code that the spans are to get")] = None,
    page_number: Annotated[Whole, Query(ge=0, le=MOST, description="The number of the page; the first is 0")] = 0,
    page_size: Annotated[Whole, Query(ge=1, le=MOST, description="How many at the most")] = MOST,
    cursor: Cursor = None,
) -> Response:
    authz_user.assert_in_project(project_id)
    if code_id is not None and authz_user.assert_in_same_project_as(Crud.CODE, code_id).project_id != project_id:
        raise NotFound
    standing = waits.of(DOCUMENT_TEXT.name, project_id)
    with read(project_id) as db:
        search = PhraseSearch(services.read_models.texts(standing.version, db), services.blobs, project_id, query)
        answer, following = search.candidates(db, code_id, numbered(page_number, page_size, cursor))
    waits.say(standing)
    return answer_hits(answer, following, request)
