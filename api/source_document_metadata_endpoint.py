"""Metadata values over HTTP."""

from typing import Annotated

from fastapi import Body, Response

from api._address import Id
from api._answers import answer, answer_all
from api._routes import AreaRouter
from api._services import Serves
from api._writing import Writes
from api.authz_user import Authz, Crud
from commands.dto_base import Name, name_key
from commands.membership_dto import Role
from commands.source_document_metadata_decider import decider
from commands.source_document_metadata_dto import (
    MAX_CHANGES,
    SourceDocumentMetadataBulkUpdate,
    SourceDocumentMetadataClear,
    SourceDocumentMetadataUpdate,
)
from events.source_document_metadata_events import value_ids
from projections.source_document_metadata_crud import crud_source_document_metadata
from queries.source_document_metadata_dto import SourceDocumentMetadataRead

router = AreaRouter(prefix="/sdocmeta", tags=["sdocMetadata"])

Updates = Annotated[list[SourceDocumentMetadataBulkUpdate], Body(max_length=MAX_CHANGES)]


@router.get("/sdoc/{sdoc_id}", response_model=list[SourceDocumentMetadataRead], summary="All metadata of a document")
def read_by_sdoc(sdoc_id: Id, authz_user: Authz, services: Serves) -> Response:
    authz_user.assert_in_same_project_as(Crud.SOURCE_DOCUMENT, sdoc_id)
    with services.postgres.session() as db:
        return answer_all(crud_source_document_metadata.read_by_sdoc(db, sdoc_id))


@router.get(
    "/sdoc/{sdoc_id}/metadata/{metadata_key:path}",
    response_model=SourceDocumentMetadataRead,
    summary="The metadata of a document with a certain key",
)
def read_by_key(sdoc_id: Id, metadata_key: Name, authz_user: Authz, services: Serves) -> Response:
    authz_user.assert_in_same_project_as(Crud.SOURCE_DOCUMENT, sdoc_id)
    with services.postgres.session() as db:
        return answer(crud_source_document_metadata.read_by_key(db, sdoc_id, name_key(metadata_key)))


@router.patch(
    "/bulk/update", response_model=list[SourceDocumentMetadataRead], summary="Set or clear many metadata values"
)
def update_bulk(updates: Updates, authz_user: Authz, write: Writes, services: Serves) -> Response:
    if not updates:
        authz_user.assert_known()
        return answer_all([])
    sdoc_ids = list({value_ids(update.id)[0] for update in updates})
    head = authz_user.assert_in_same_project_as_any(Crud.SOURCE_DOCUMENT, sdoc_ids, Role.editor)
    write.many(decider, head, [(value_ids(update.id), update) for update in updates])
    with services.postgres.session() as db:
        return answer_all(crud_source_document_metadata.read_by_ids(db, [update.id for update in updates]))


@router.get("/{metadata_id}", response_model=SourceDocumentMetadataRead, summary="A metadata value")
def read(metadata_id: Id, authz_user: Authz, services: Serves) -> Response:
    authz_user.assert_in_same_project_as(Crud.SOURCE_DOCUMENT, value_ids(metadata_id)[0])
    with services.postgres.session() as db:
        return answer(crud_source_document_metadata.read(db, metadata_id))


@router.patch("/{metadata_id}", response_model=SourceDocumentMetadataRead, summary="Set or clear a metadata value")
def update(
    metadata_id: Id, update_dto: SourceDocumentMetadataUpdate, authz_user: Authz, write: Writes, services: Serves
) -> Response:
    sdoc_id, projmeta_id = value_ids(metadata_id)
    head = authz_user.assert_in_same_project_as(Crud.SOURCE_DOCUMENT, sdoc_id, Role.editor)
    command = SourceDocumentMetadataBulkUpdate(id=metadata_id, **update_dto.model_dump(exclude_unset=True))
    write(decider, head, command, sdoc_id, projmeta_id)
    with services.postgres.session() as db:
        return answer(crud_source_document_metadata.read(db, metadata_id))


@router.delete("/{metadata_id}", response_model=SourceDocumentMetadataRead, summary="Clear a metadata value")
def delete(metadata_id: Id, authz_user: Authz, write: Writes, services: Serves) -> Response:
    sdoc_id, projmeta_id = value_ids(metadata_id)
    head = authz_user.assert_in_same_project_as(Crud.SOURCE_DOCUMENT, sdoc_id, Role.editor)
    write(decider, head, SourceDocumentMetadataClear(id=metadata_id), sdoc_id, projmeta_id)
    with services.postgres.session() as db:
        return answer(crud_source_document_metadata.read(db, metadata_id))
