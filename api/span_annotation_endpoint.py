"""Span annotations over HTTP."""

from typing import Annotated

from fastapi import Body, Request, Response

from api._address import Id
from api._answers import answer, answer_all, answer_page, answer_plain
from api._paging import Page
from api._routes import AreaRouter, creates
from api._services import Serves, Services
from api._writing import Writes
from api.authz_user import Authz, Crud
from commands.dto_base import MAX_ITEMS, Ids
from commands.membership_dto import Role
from commands.span_annotation_decider import decider
from commands.span_annotation_dto import (
    SpanAnnotationCreate,
    SpanAnnotationDelete,
    SpanAnnotationUpdate,
    SpanAnnotationUpdateBulk,
)
from commands.span_group_dto import SpanGroupAdd, SpanGroupRemove
from commands.span_group_link_decider import decider as linking
from projections.annotation_lookup import Annotations
from projections.span_annotation_crud import crud_span_annotation
from projections.span_group_crud import crud_span_group
from projections.span_group_lookup import SpanGroupLinks
from queries.span_annotation_dto import SpanAnnotationDeleted, SpanAnnotationRead
from queries.span_group_dto import SpanGroupRead

router = AreaRouter(prefix="/span", tags=["spanAnnotation"])

Spans = list[SpanAnnotationRead]


def _lookup(services: Services, *ids: int) -> Annotations:
    return Annotations(services.blobs, decider.area, ids)


@creates(router, response_model=SpanAnnotationRead, summary="Put a code on a passage")
def create(create_dto: SpanAnnotationCreate, authz_user: Authz, write: Writes, services: Serves) -> Response:
    head = authz_user.assert_in_same_project_as(Crud.SOURCE_DOCUMENT, create_dto.sdoc_id, Role.annotator)
    written = write(decider, head, create_dto, status=201, lookup=_lookup(services))
    return answer(write.made(crud_span_annotation, written)[0], 201, location=f"/span/{written.id}")


@creates(router, "/bulk/create", response_model=Spans, summary="Put codes on many passages, or on none")
def create_bulk(
    create_dtos: Annotated[list[SpanAnnotationCreate], Body(max_length=MAX_ITEMS)],
    authz_user: Authz,
    write: Writes,
    services: Serves,
) -> Response:
    if not create_dtos:
        authz_user.assert_known()
        return answer_all([], 201)
    sdoc_ids = list({create_dto.sdoc_id for create_dto in create_dtos})
    head = authz_user.assert_in_same_project_as_any(Crud.SOURCE_DOCUMENT, sdoc_ids, Role.annotator)
    written = write.create_many(decider, head, create_dtos, lookup=_lookup(services))
    return answer_all(write.made(crud_span_annotation, written), 201)


@router.patch("/bulk/update", response_model=Spans, summary="Change many spans, or none")
def update_bulk(
    update_dtos: Annotated[list[SpanAnnotationUpdateBulk], Body(max_length=MAX_ITEMS)],
    authz_user: Authz,
    write: Writes,
    services: Serves,
) -> Response:
    if not update_dtos:
        authz_user.assert_known()
        return answer_all([])
    ids = [update_dto.span_annotation_id for update_dto in update_dtos]
    head = authz_user.assert_in_same_project_as_any(Crud.SPAN_ANNOTATION, ids, Role.annotator)
    items = [((id,), update_dto) for id, update_dto in zip(ids, update_dtos, strict=True)]
    written = write.many(decider, head, items, lookup=_lookup(services, *ids))
    return answer_all(write.now(crud_span_annotation, written))


@router.delete("/bulk/delete", response_model=list[SpanAnnotationDeleted], summary="Remove many spans, or none")
def delete_bulk(span_ids: Ids, authz_user: Authz, write: Writes, services: Serves) -> Response:
    if not span_ids:
        authz_user.assert_known()
        return answer_all([])
    head = authz_user.assert_in_same_project_as_any(Crud.SPAN_ANNOTATION, span_ids, Role.annotator)
    items = [((id,), SpanAnnotationDelete()) for id in span_ids]
    write.many(decider, head, items, lookup=_lookup(services, *span_ids))
    return answer_all(write.last_of(crud_span_annotation, head, *map(decider.stream, span_ids)))


@router.get("/sdoc/{sdoc_id}/user/{user_id}", response_model=Spans, summary="The spans of a user in a document")
def read_by_sdoc_and_user(
    sdoc_id: Id, user_id: Id, page: Page, request: Request, authz_user: Authz, services: Serves
) -> Response:
    authz_user.assert_in_same_project_as(Crud.SOURCE_DOCUMENT, sdoc_id)
    with services.postgres.session() as db:
        spans = crud_span_annotation.read_by_sdoc(
            db, sdoc_id, user_id, after=page.cursor, skip=page.skip, limit=page.limit
        )
    return answer_page(spans, request, page.limit)


@router.get("/sdoc/{sdoc_id}", response_model=Spans, summary="All spans of a document")
def read_by_sdoc(sdoc_id: Id, page: Page, request: Request, authz_user: Authz, services: Serves) -> Response:
    authz_user.assert_in_same_project_as(Crud.SOURCE_DOCUMENT, sdoc_id)
    with services.postgres.session() as db:
        spans = crud_span_annotation.read_by_sdoc(db, sdoc_id, after=page.cursor, skip=page.skip, limit=page.limit)
    return answer_page(spans, request, page.limit)


@router.get("/code/{code_id}/user", response_model=Spans, summary="My spans with a code")
def read_by_code(code_id: Id, page: Page, request: Request, authz_user: Authz, services: Serves) -> Response:
    authz_user.assert_in_same_project_as(Crud.CODE, code_id)
    with services.postgres.session() as db:
        spans = crud_span_annotation.read_by_code(
            db, code_id, authz_user.id, after=page.cursor, skip=page.skip, limit=page.limit
        )
    return answer_page(spans, request, page.limit)


@router.post(
    "/count_annotations/{user_id}",
    response_model=dict[int, int],
    summary="How often a user has used some codes in some documents",
)
def count_annotations(
    user_id: Id,
    sdoc_ids: Ids,
    class_ids: Ids,
    authz_user: Authz,
    services: Serves,
) -> Response:
    if not sdoc_ids:
        authz_user.assert_known()
        return answer_plain(dict.fromkeys(class_ids, 0))
    head = authz_user.assert_in_same_project_as_any(Crud.SOURCE_DOCUMENT, sdoc_ids)
    with services.postgres.session() as db:
        counts = crud_span_annotation.count_by_code(db, head.project_id, user_id, sdoc_ids, class_ids)
    return answer_plain(counts)


@router.get("/{span_id}/groups", response_model=list[SpanGroupRead], summary="The groups that a span is in")
def read_groups(span_id: Id, authz_user: Authz, services: Serves) -> Response:
    authz_user.assert_in_same_project_as(Crud.SPAN_ANNOTATION, span_id)
    with services.postgres.session() as db:
        return answer_all(crud_span_group.read_by_span(db, span_id))


@router.delete("/{span_id}/groups", response_model=SpanAnnotationDeleted, summary="Take a span out of all its groups")
def remove_from_all_groups(span_id: Id, authz_user: Authz, write: Writes, services: Serves) -> Response:
    head = authz_user.assert_in_same_project_as(Crud.SPAN_ANNOTATION, span_id, Role.annotator)
    write.is_about(crud_span_annotation, span_id)
    with services.postgres.session() as db:
        links = [(group["id"], span_id) for group in crud_span_group.read_by_span(db, span_id)]
    write.many(linking, head, [(link, SpanGroupRemove()) for link in links], bulk=False, lookup=SpanGroupLinks(links))
    return answer(write.there(crud_span_annotation, head.project_id, decider.area, [span_id])[0])


@router.patch("/{span_id}/group/{group_id}", response_model=SpanAnnotationRead, summary="Put a span into a group")
def add_to_group(span_id: Id, group_id: Id, authz_user: Authz, write: Writes) -> Response:
    head = authz_user.assert_in_same_project_as(Crud.SPAN_ANNOTATION, span_id, Role.annotator)
    write.is_about(crud_span_annotation, span_id)
    link = (group_id, span_id)
    write(linking, head, SpanGroupAdd(), *link, lookup=SpanGroupLinks([link]))
    return answer(write.there(crud_span_annotation, head.project_id, decider.area, [span_id])[0])


@router.delete("/{span_id}/group/{group_id}", response_model=SpanAnnotationRead, summary="Take a span out of a group")
def remove_from_group(span_id: Id, group_id: Id, authz_user: Authz, write: Writes) -> Response:
    head = authz_user.assert_in_same_project_as(Crud.SPAN_ANNOTATION, span_id, Role.annotator)
    write.is_about(crud_span_annotation, span_id)
    link = (group_id, span_id)
    write(linking, head, SpanGroupRemove(), *link, lookup=SpanGroupLinks([link]))
    return answer(write.there(crud_span_annotation, head.project_id, decider.area, [span_id])[0])


@router.get("/{span_id}", response_model=SpanAnnotationRead, summary="A span")
def read(span_id: Id, authz_user: Authz, services: Serves) -> Response:
    authz_user.assert_in_same_project_as(Crud.SPAN_ANNOTATION, span_id)
    with services.postgres.session() as db:
        return answer(crud_span_annotation.read(db, span_id))


@router.patch("/{span_id}", response_model=SpanAnnotationRead, summary="Re-code a span, or move its boundaries")
def update(
    span_id: Id, update_dto: SpanAnnotationUpdate, authz_user: Authz, write: Writes, services: Serves
) -> Response:
    head = authz_user.assert_in_same_project_as(Crud.SPAN_ANNOTATION, span_id, Role.annotator)
    written = write(decider, head, update_dto, span_id, lookup=_lookup(services, span_id))
    return answer(write.now(crud_span_annotation, written)[0])


@router.delete("/{span_id}", response_model=SpanAnnotationDeleted, summary="Remove a span")
def delete(span_id: Id, authz_user: Authz, write: Writes, services: Serves) -> Response:
    head = authz_user.assert_in_same_project_as(Crud.SPAN_ANNOTATION, span_id, Role.annotator)
    write(decider, head, SpanAnnotationDelete(), span_id, lookup=_lookup(services, span_id))
    return answer(write.last_of(crud_span_annotation, head, decider.stream(span_id))[0])
