"""Bbox annotations over HTTP."""

from typing import Annotated

from fastapi import Body, Request, Response

from api._address import Id
from api._answers import answer, answer_all, answer_page
from api._paging import Page
from api._routes import AreaRouter, creates
from api._services import Serves, Services
from api._writing import Writes
from api.authz_user import Authz, Crud
from commands.bbox_annotation_decider import decider
from commands.bbox_annotation_dto import (
    BBoxAnnotationCreate,
    BBoxAnnotationDelete,
    BBoxAnnotationUpdate,
    BBoxAnnotationUpdateBulk,
)
from commands.dto_base import MAX_ITEMS, Ids
from commands.membership_dto import Role
from projections.annotation_lookup import Annotations
from projections.bbox_annotation_crud import crud_bbox_annotation
from queries.bbox_annotation_dto import BBoxAnnotationRead

router = AreaRouter(prefix="/bbox", tags=["bboxAnnotation"])

BBoxes = list[BBoxAnnotationRead]


def _lookup(services: Services, *ids: int) -> Annotations:
    return Annotations(services.blobs, decider.area, ids)


@creates(router, response_model=BBoxAnnotationRead, summary="Put a code on a box of an image")
def create(create_dto: BBoxAnnotationCreate, authz_user: Authz, write: Writes, services: Serves) -> Response:
    head = authz_user.assert_in_same_project_as(Crud.SOURCE_DOCUMENT, create_dto.sdoc_id, Role.annotator)
    written = write(decider, head, create_dto, status=201, lookup=_lookup(services))
    return answer(write.made(crud_bbox_annotation, written)[0], 201, location=f"/bbox/{written.id}")


@creates(router, "/bulk/create", response_model=BBoxes, summary="Put codes on many boxes, or on none")
def create_bulk(
    create_dtos: Annotated[list[BBoxAnnotationCreate], Body(max_length=MAX_ITEMS)],
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
    return answer_all(write.made(crud_bbox_annotation, written), 201)


@router.patch("/bulk/update", response_model=BBoxes, summary="Change many boxes, or none")
def update_bulk(
    update_dtos: Annotated[list[BBoxAnnotationUpdateBulk], Body(max_length=MAX_ITEMS)],
    authz_user: Authz,
    write: Writes,
    services: Serves,
) -> Response:
    if not update_dtos:
        authz_user.assert_known()
        return answer_all([])
    ids = [update_dto.bbox_annotation_id for update_dto in update_dtos]
    head = authz_user.assert_in_same_project_as_any(Crud.BBOX_ANNOTATION, ids, Role.annotator)
    items = [((id,), update_dto) for id, update_dto in zip(ids, update_dtos, strict=True)]
    written = write.many(decider, head, items, lookup=_lookup(services, *ids))
    return answer_all(write.now(crud_bbox_annotation, written))


@router.delete("/bulk/delete", response_model=BBoxes, summary="Remove many boxes, or none")
def delete_bulk(bbox_ids: Ids, authz_user: Authz, write: Writes, services: Serves) -> Response:
    if not bbox_ids:
        authz_user.assert_known()
        return answer_all([])
    head = authz_user.assert_in_same_project_as_any(Crud.BBOX_ANNOTATION, bbox_ids, Role.annotator)
    items = [((id,), BBoxAnnotationDelete()) for id in bbox_ids]
    write.many(decider, head, items, lookup=_lookup(services, *bbox_ids))
    return answer_all(write.last_of(crud_bbox_annotation, head, *map(decider.stream, bbox_ids)))


@router.get("/sdoc/{sdoc_id}/user/{user_id}", response_model=BBoxes, summary="The boxes of a user in an image")
def read_by_sdoc_and_user(
    sdoc_id: Id, user_id: Id, page: Page, request: Request, authz_user: Authz, services: Serves
) -> Response:
    authz_user.assert_in_same_project_as(Crud.SOURCE_DOCUMENT, sdoc_id)
    with services.postgres.session() as db:
        bboxes = crud_bbox_annotation.read_by_sdoc(
            db, sdoc_id, user_id, after=page.cursor, skip=page.skip, limit=page.limit
        )
    return answer_page(bboxes, request, page.limit)


@router.get("/sdoc/{sdoc_id}", response_model=BBoxes, summary="All boxes of an image")
def read_by_sdoc(sdoc_id: Id, page: Page, request: Request, authz_user: Authz, services: Serves) -> Response:
    authz_user.assert_in_same_project_as(Crud.SOURCE_DOCUMENT, sdoc_id)
    with services.postgres.session() as db:
        bboxes = crud_bbox_annotation.read_by_sdoc(db, sdoc_id, after=page.cursor, skip=page.skip, limit=page.limit)
    return answer_page(bboxes, request, page.limit)


@router.get("/code/{code_id}/user", response_model=BBoxes, summary="My boxes with a code")
def read_by_code(code_id: Id, page: Page, request: Request, authz_user: Authz, services: Serves) -> Response:
    authz_user.assert_in_same_project_as(Crud.CODE, code_id)
    with services.postgres.session() as db:
        bboxes = crud_bbox_annotation.read_by_code(
            db, code_id, authz_user.id, after=page.cursor, skip=page.skip, limit=page.limit
        )
    return answer_page(bboxes, request, page.limit)


@router.get("/{bbox_id}", response_model=BBoxAnnotationRead, summary="A box")
def read(bbox_id: Id, authz_user: Authz, services: Serves) -> Response:
    authz_user.assert_in_same_project_as(Crud.BBOX_ANNOTATION, bbox_id)
    with services.postgres.session() as db:
        return answer(crud_bbox_annotation.read(db, bbox_id))


@router.patch("/{bbox_id}", response_model=BBoxAnnotationRead, summary="Re-code a box, or move its sides")
def update(
    bbox_id: Id, update_dto: BBoxAnnotationUpdate, authz_user: Authz, write: Writes, services: Serves
) -> Response:
    head = authz_user.assert_in_same_project_as(Crud.BBOX_ANNOTATION, bbox_id, Role.annotator)
    written = write(decider, head, update_dto, bbox_id, lookup=_lookup(services, bbox_id))
    return answer(write.now(crud_bbox_annotation, written)[0])


@router.delete("/{bbox_id}", response_model=BBoxAnnotationRead, summary="Remove a box")
def delete(bbox_id: Id, authz_user: Authz, write: Writes, services: Serves) -> Response:
    head = authz_user.assert_in_same_project_as(Crud.BBOX_ANNOTATION, bbox_id, Role.annotator)
    write(decider, head, BBoxAnnotationDelete(), bbox_id, lookup=_lookup(services, bbox_id))
    return answer(write.last_of(crud_bbox_annotation, head, decider.stream(bbox_id))[0])
