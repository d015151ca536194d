"""Span groups over HTTP."""

from fastapi import Request, Response

from api._address import Id
from api._answers import answer, answer_all, answer_page
from api._paging import Page
from api._routes import AreaRouter, creates
from api._services import Serves
from api._writing import Writes
from api.authz_user import Authz, Crud
from commands.membership_dto import Role
from commands.span_group_decider import decider
from commands.span_group_dto import SpanGroupCreate, SpanGroupDelete, SpanGroupUpdate
from projections.span_annotation_crud import crud_span_annotation
from projections.span_group_crud import crud_span_group
from queries.span_annotation_dto import SpanAnnotationRead
from queries.span_group_dto import SpanGroupRead, SpanGroupWithAnnotationsRead
from queries.span_group_service import groups_with_annotations

router = AreaRouter(prefix="/spangroup", tags=["spanGroup"])


@creates(router, response_model=SpanGroupRead, summary="Make a group of spans")
def create(create_dto: SpanGroupCreate, authz_user: Authz, write: Writes) -> Response:
    head = authz_user.assert_in_same_project_as(Crud.SOURCE_DOCUMENT, create_dto.sdoc_id, Role.annotator)
    written = write(decider, head, create_dto, status=201)
    return answer(write.made(crud_span_group, written)[0], 201, location=f"/spangroup/{written.id}")


@router.get(
    "/sdoc/{sdoc_id}/user/{user_id}",
    response_model=list[SpanGroupWithAnnotationsRead],
    summary="The groups of a user in a document, with their spans",
)
def read_by_sdoc_and_user(
    sdoc_id: Id, user_id: Id, page: Page, request: Request, authz_user: Authz, services: Serves
) -> Response:
    authz_user.assert_in_same_project_as(Crud.SOURCE_DOCUMENT, sdoc_id)
    with services.postgres.session() as db:
        groups = crud_span_group.read_by_sdoc(db, sdoc_id, user_id, after=page.cursor, skip=page.skip, limit=page.limit)
        return answer_page(groups_with_annotations(db, groups), request, page.limit)


@router.get("/sdoc/{sdoc_id}", response_model=list[SpanGroupRead], summary="The groups of a document")
def read_by_sdoc(sdoc_id: Id, page: Page, request: Request, authz_user: Authz, services: Serves) -> Response:
    authz_user.assert_in_same_project_as(Crud.SOURCE_DOCUMENT, sdoc_id)
    with services.postgres.session() as db:
        groups = crud_span_group.read_by_sdoc(db, sdoc_id, after=page.cursor, skip=page.skip, limit=page.limit)
    return answer_page(groups, request, page.limit)


@router.get(
    "/{span_group_id}/span_annotations", response_model=list[SpanAnnotationRead], summary="The spans of a group"
)
def read_span_annotations(span_group_id: Id, authz_user: Authz, services: Serves) -> Response:
    authz_user.assert_in_same_project_as(Crud.SPAN_GROUP, span_group_id)
    with services.postgres.session() as db:
        return answer_all(crud_span_annotation.read_by_group(db, span_group_id))


@router.get("/{span_group_id}", response_model=SpanGroupRead, summary="A group of spans")
def read(span_group_id: Id, authz_user: Authz, services: Serves) -> Response:
    authz_user.assert_in_same_project_as(Crud.SPAN_GROUP, span_group_id)
    with services.postgres.session() as db:
        return answer(crud_span_group.read(db, span_group_id))


@router.patch("/{span_group_id}", response_model=SpanGroupRead, summary="Rename a group of spans")
def update(span_group_id: Id, update_dto: SpanGroupUpdate, authz_user: Authz, write: Writes) -> Response:
    head = authz_user.assert_in_same_project_as(Crud.SPAN_GROUP, span_group_id, Role.annotator)
    written = write(decider, head, update_dto, span_group_id)
    return answer(write.now(crud_span_group, written)[0])


@router.delete("/{span_group_id}", response_model=SpanGroupRead, summary="Dissolve a group; its spans stay")
def delete(span_group_id: Id, authz_user: Authz, write: Writes) -> Response:
    head = authz_user.assert_in_same_project_as(Crud.SPAN_GROUP, span_group_id, Role.annotator)
    write(decider, head, SpanGroupDelete(), span_group_id)
    return answer(write.last_of(crud_span_group, head, decider.stream(span_group_id))[0])
