"""Sentence annotations over HTTP."""

from typing import Annotated

from fastapi import Body, Request, Response

from api._address import Id
from api._answers import answer, answer_all, answer_grouped, answer_page, answer_plain
from api._paging import Page
from api._routes import AreaRouter, creates
from api._services import Serves, Services
from api._writing import Writes
from api.authz_user import Authz, Crud
from commands.dto_base import MAX_ITEMS, Ids
from commands.membership_dto import Role
from commands.sentence_annotation_decider import decider
from commands.sentence_annotation_dto import (
    SentenceAnnotationCreate,
    SentenceAnnotationDelete,
    SentenceAnnotationUpdate,
    SentenceAnnotationUpdateBulk,
)
from projections.annotation_lookup import Annotations
from projections.sentence_annotation_crud import crud_sentence_annotation
from queries.sentence_annotation_dto import SentenceAnnotationRead, SentenceAnnotatorResult
from queries.sentence_annotation_service import by_sentence

router = AreaRouter(prefix="/sentence", tags=["sentenceAnnotation"])

Sentences = list[SentenceAnnotationRead]


def _lookup(services: Services, *ids: int) -> Annotations:
    return Annotations(services.blobs, decider.area, ids)


@creates(router, response_model=SentenceAnnotationRead, summary="Put a code on sentences")
def create(create_dto: SentenceAnnotationCreate, authz_user: Authz, write: Writes, services: Serves) -> Response:
    head = authz_user.assert_in_same_project_as(Crud.SOURCE_DOCUMENT, create_dto.sdoc_id, Role.annotator)
    written = write(decider, head, create_dto, status=201, lookup=_lookup(services))
    return answer(write.made(crud_sentence_annotation, written)[0], 201, location=f"/sentence/{written.id}")


@creates(router, "/bulk/create", response_model=Sentences, summary="Put codes on many places, or on none")
def create_bulk(
    create_dtos: Annotated[list[SentenceAnnotationCreate], Body(max_length=MAX_ITEMS)],
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
    return answer_all(write.made(crud_sentence_annotation, written), 201)


@router.patch("/bulk/update", response_model=Sentences, summary="Change many annotations, or none")
def update_bulk(
    update_dtos: Annotated[list[SentenceAnnotationUpdateBulk], Body(max_length=MAX_ITEMS)],
    authz_user: Authz,
    write: Writes,
    services: Serves,
) -> Response:
    if not update_dtos:
        authz_user.assert_known()
        return answer_all([])
    ids = [update_dto.sent_annotation_id for update_dto in update_dtos]
    head = authz_user.assert_in_same_project_as_any(Crud.SENTENCE_ANNOTATION, ids, Role.annotator)
    items = [((id,), update_dto) for id, update_dto in zip(ids, update_dtos, strict=True)]
    written = write.many(decider, head, items, lookup=_lookup(services, *ids))
    return answer_all(write.now(crud_sentence_annotation, written))


@router.delete("/bulk/delete", response_model=Sentences, summary="Remove many annotations, or none")
def delete_bulk(
    annotation_ids: Ids,
    authz_user: Authz,
    write: Writes,
    services: Serves,
) -> Response:
    if not annotation_ids:
        authz_user.assert_known()
        return answer_all([])
    head = authz_user.assert_in_same_project_as_any(Crud.SENTENCE_ANNOTATION, annotation_ids, Role.annotator)
    items = [((id,), SentenceAnnotationDelete()) for id in annotation_ids]
    write.many(decider, head, items, lookup=_lookup(services, *annotation_ids))
    return answer_all(write.last_of(crud_sentence_annotation, head, *map(decider.stream, annotation_ids)))


@router.get(
    "/sdoc/{sdoc_id}/user/{user_id}",
    response_model=SentenceAnnotatorResult,
    summary="The annotations of a user in a document, by sentence",
)
def read_by_sdoc_and_user(sdoc_id: Id, user_id: Id, authz_user: Authz, services: Serves) -> Response:
    authz_user.assert_in_same_project_as(Crud.SOURCE_DOCUMENT, sdoc_id)
    with services.postgres.session() as db:
        annotations = crud_sentence_annotation.read_by_sdoc(db, sdoc_id, user_id)
    return answer_grouped("sentence_annotations", by_sentence(annotations))


@router.get("/sdoc/{sdoc_id}", response_model=Sentences, summary="All annotations of sentences in a document")
def read_by_sdoc(sdoc_id: Id, page: Page, request: Request, authz_user: Authz, services: Serves) -> Response:
    authz_user.assert_in_same_project_as(Crud.SOURCE_DOCUMENT, sdoc_id)
    with services.postgres.session() as db:
        annotations = crud_sentence_annotation.read_by_sdoc(
            db, sdoc_id, after=page.cursor, skip=page.skip, limit=page.limit
        )
    return answer_page(annotations, request, page.limit)


@router.get("/code/{code_id}/user", response_model=Sentences, summary="My annotations with a code")
def read_by_code(code_id: Id, page: Page, request: Request, authz_user: Authz, services: Serves) -> Response:
    authz_user.assert_in_same_project_as(Crud.CODE, code_id)
    with services.postgres.session() as db:
        annotations = crud_sentence_annotation.read_by_code(
            db, code_id, authz_user.id, after=page.cursor, skip=page.skip, limit=page.limit
        )
    return answer_page(annotations, request, page.limit)


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
        counts = crud_sentence_annotation.count_by_code(db, head.project_id, user_id, sdoc_ids, class_ids)
    return answer_plain(counts)


@router.get("/{sentence_anno_id}", response_model=SentenceAnnotationRead, summary="A sentence annotation")
def read(sentence_anno_id: Id, authz_user: Authz, services: Serves) -> Response:
    authz_user.assert_in_same_project_as(Crud.SENTENCE_ANNOTATION, sentence_anno_id)
    with services.postgres.session() as db:
        return answer(crud_sentence_annotation.read(db, sentence_anno_id))


@router.patch(
    "/{sentence_anno_id}", response_model=SentenceAnnotationRead, summary="Re-code sentences, or move the boundaries"
)
def update(
    sentence_anno_id: Id, update_dto: SentenceAnnotationUpdate, authz_user: Authz, write: Writes, services: Serves
) -> Response:
    head = authz_user.assert_in_same_project_as(Crud.SENTENCE_ANNOTATION, sentence_anno_id, Role.annotator)
    written = write(decider, head, update_dto, sentence_anno_id, lookup=_lookup(services, sentence_anno_id))
    return answer(write.now(crud_sentence_annotation, written)[0])


@router.delete("/{sentence_anno_id}", response_model=SentenceAnnotationRead, summary="Remove a sentence annotation")
def delete(sentence_anno_id: Id, authz_user: Authz, write: Writes, services: Serves) -> Response:
    head = authz_user.assert_in_same_project_as(Crud.SENTENCE_ANNOTATION, sentence_anno_id, Role.annotator)
    write(decider, head, SentenceAnnotationDelete(), sentence_anno_id, lookup=_lookup(services, sentence_anno_id))
    return answer(write.last_of(crud_sentence_annotation, head, decider.stream(sentence_anno_id))[0])
