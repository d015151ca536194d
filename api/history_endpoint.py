"""What happened in a project, over HTTP: as sentences, and as the events themselves."""

from datetime import UTC, datetime, timedelta
from typing import Annotated, Literal

from fastapi import Query, Request, Response
from fastapi.responses import StreamingResponse
from pydantic import AfterValidator, Field, WithJsonSchema
from pydantic_core import PydanticCustomError

from api._address import Id, Whole
from api._answers import answer, answer_all
from api._routes import AreaRouter
from api._services import Serves
from api.authz_user import Authz
from commands.dto_base import MAX_ID
from queries.history_dto import EventRead, HistoryEntryRead
from queries.history_filter import AREAS, KINDS, HistoryFilter
from queries.history_service import History
from queries.log_service import json_lines

router = AreaRouter(prefix="/project", tags=["history"])

_LINES = {
    "application/x-ndjson": {
        "schema": {
            "type": "string",
            "contentMediaType": "application/json",
            "contentSchema": EventRead.model_json_schema(),
        }
    }
}
_BEFORE_EVERYTHING = datetime(1970, 1, 1, tzinfo=UTC)


class JSONLines(StreamingResponse):
    media_type = "application/x-ndjson"


def _utc(moment: datetime) -> datetime:
    try:
        return moment.replace(tzinfo=moment.tzinfo or UTC).astimezone(UTC)
    except OverflowError:
        raise PydanticCustomError("moment", "This is no moment of any calendar") from None


def _known_kind(kind: str) -> str:
    if kind not in KINDS:
        raise PydanticCustomError("kind", "Kinds are {kinds}", {"kinds": ", ".join(KINDS)})
    return kind


def _known_area(entity: str) -> str:
    if entity.partition("-")[0] not in AREAS:
        raise PydanticCustomError("entity", "An entity is one of {areas}, and its id", {"areas": ", ".join(AREAS)})
    return entity


Moment = Annotated[datetime, AfterValidator(_utc)]
Kind = Annotated[str, AfterValidator(_known_kind), WithJsonSchema({"type": "string", "enum": list(KINDS)})]
Entity = Annotated[str, Field(pattern=r"^[a-z_]{1,40}(-[1-9][0-9]{0,15}){1,2}$"), AfterValidator(_known_area)]


@router.get("/{proj_id}/history", response_model=list[HistoryEntryRead], summary="What happened, as sentences")
def read_entries(
    proj_id: Id,
    request: Request,
    authz_user: Authz,
    services: Serves,
    order: Literal["newest", "oldest"] = "newest",
    actor: Annotated[Id | None, Query(description="The id of who did it")] = None,
    entity: Annotated[Entity | None, Query(description="What it happened to", examples=["code-17"])] = None,
    kind: Annotated[
        list[Kind] | None, Query(description="Types of events, or areas of them", max_length=len(KINDS))
    ] = None,
    since: Annotated[Moment | None, Query(alias="from", description="ISO 8601; UTC unless it says otherwise")] = None,
    until: Annotated[Moment | None, Query(alias="to", description="ISO 8601, included")] = None,
    skip: Annotated[Whole, Query(ge=0, le=10_000, description="How many entries to pass over")] = 0,
    limit: Annotated[Whole, Query(ge=1, le=200, description="How many entries at the most")] = 50,
    cursor: Annotated[Whole, Query(ge=0, le=MAX_ID, description="From `Link: rel=next` of the page before")] = 0,
) -> Response:
    """One entry for each command, with the first of its changes; the entry's own address has them all."""
    head = authz_user.assert_in_project(proj_id)
    newest_first = order == "newest"
    with services.postgres.connection() as connection:
        low, high = 1, head.revision
        if since and since > _BEFORE_EVERYTHING:
            low = services.store.revision_at(connection, proj_id, since - timedelta(microseconds=1)) + 1
        if until:
            high = min(high, services.store.revision_at(connection, proj_id, until))
        if cursor:
            low, high = (low, min(high, cursor)) if newest_first else (max(low, cursor), high)
        asked = HistoryFilter(low, high, newest_first, actor, entity, kind or ())
        entries = History(connection, proj_id, services.quote).page(asked, skip=skip, limit=limit)
    response = answer_all(entries)
    if len(entries) == limit:
        last = entries[-1]
        beyond = last["revision"] - last["count"] if newest_first else last["revision"] + 1
        if low <= beyond <= high:
            following = request.url.include_query_params(cursor=beyond).remove_query_params("skip")
            response.headers["Link"] = f'<{following}>; rel="next"'
    return response


@router.get("/{proj_id}/history/{revision}", response_model=HistoryEntryRead, summary="One entry of the history")
def read_entry(
    proj_id: Id,
    revision: Id,
    request: Request,
    authz_user: Authz,
    services: Serves,
    skip: Annotated[Whole, Query(ge=0, le=MAX_ID, description="How many changes to pass over")] = 0,
    limit: Annotated[Whole, Query(ge=1, le=1_000, description="How many changes at the most")] = 100,
) -> Response:
    """The permanent address of what one command did; every revision of the command leads to it."""
    authz_user.assert_in_project(proj_id)
    with services.postgres.connection() as connection:
        entry = History(connection, proj_id, services.quote).entry(revision, skip=skip, limit=limit)
    response = answer(entry)
    if entry and skip + limit < entry["count"]:
        following = request.url.include_query_params(skip=skip + limit)
        response.headers["Link"] = f'<{following}>; rel="next"'
    return response


@router.get(
    "/{proj_id}/events",
    response_class=JSONLines,
    responses={200: {"description": "One event a line, in the order of the log", "content": _LINES}},
    summary="The events, as JSON lines",
)
def read_events(
    proj_id: Id,
    authz_user: Authz,
    services: Serves,
    after: Annotated[Whole, Query(ge=0, le=MAX_ID, description="The last revision that is known already")] = 0,
    limit: Annotated[Whole | None, Query(ge=1, le=MAX_ID, description="How many at the most; all if absent")] = None,
) -> Response:
    """Up to the revision that `X-Project-Revision` names; more may be asked for after that one."""
    head = authz_user.assert_in_project(proj_id)
    until = head.revision if limit is None else min(head.revision, after + limit)
    return JSONLines(json_lines(services.postgres, proj_id, after, until))
