"""How often codes are used, and where, over HTTP; and samples of documents."""

from random import Random
from typing import Annotated

from fastapi import Query, Request, Response

from api._address import Id, Whole
from api._answers import answer_all, answer_hits, answer_plain
from api._paging import Cursor
from api._reading import Reads
from api._routes import AreaRouter
from api.authz_user import Authz
from commands.dto_base import MAX_ID
from queries import analysis_service
from queries._table import Page
from queries.analysis_dto import CodeFrequency, CodeFrequencyQuery, CodeOccurrence, Ids, SampledSdocsResults, TagGroups
from queries.sample_service import sample_by_tags

router = AreaRouter(prefix="/analysis", tags=["analysis"])


@router.post("/code_frequencies", response_model=list[CodeFrequency], summary="How often codes are used")
def code_frequencies(project_id: Id, query: CodeFrequencyQuery, authz_user: Authz, read: Reads) -> Response:
    authz_user.assert_in_project(project_id)
    with read(project_id) as db:
        return answer_all(analysis_service.code_frequencies(db, project_id, query))


@router.post("/code_occurrences", response_model=list[CodeOccurrence], summary="Which words have a code, and where")
def code_occurrences(
    project_id: Id,
    code_id: Id,
    user_ids: Ids,
    request: Request,
    authz_user: Authz,
    read: Reads,
    return_children: Annotated[bool, Query(description="Those of the codes below it as well")] = False,
    skip: Annotated[Whole, Query(ge=0, le=MAX_ID, description="How many to pass over")] = 0,
    limit: Annotated[Whole, Query(ge=1, le=100_000, description="How many at the most")] = 10_000,
    cursor: Cursor = None,
) -> Response:
    """As these users have used it."""
    authz_user.assert_in_project(project_id)
    with read(project_id) as db:
        page = Page(limit, skip if cursor is None else 0, cursor)
        found, following = analysis_service.code_occurrences(
            db, project_id, code_id, user_ids, page, with_children=return_children
        )
    return answer_hits(found, following, request)


@router.get(
    "/count_sdocs_with_date_metadata/{project_id}/metadata/{date_metadata_id}",
    response_model=tuple[int, int],
    summary="How many documents have a date, and how many there are",
)
def count_sdocs_with_date_metadata(project_id: Id, date_metadata_id: Id, authz_user: Authz, read: Reads) -> Response:
    authz_user.assert_in_project(project_id)
    with read(project_id) as db:
        return answer_plain(analysis_service.count_dated(db, project_id, date_metadata_id))


@router.post(
    "/sample_sdocs_by_tags",
    response_model=list[SampledSdocsResults],
    summary="Documents by the tags that they carry, and samples of them",
)
def sample_sdocs_by_tags(
    project_id: Id,
    n: Annotated[Whole, Query(ge=0, le=MAX_ID, description="How many, or as many as there are for the rarest tags")],
    frac: Annotated[float, Query(ge=0, le=1, description="Which share")],
    tag_groups: TagGroups,
    authz_user: Authz,
    read: Reads,
    seed: Annotated[Whole | None, Query(ge=0, le=MAX_ID, description="The same seed gives the same samples")] = None,
) -> Response:
    authz_user.assert_in_project(project_id)
    with read(project_id) as db:
        return answer_all(sample_by_tags(db, project_id, tag_groups, n, frac, Random(seed)))
