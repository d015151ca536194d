"""Memos over HTTP."""

from fastapi import Response
from uuid_utils.compat import uuid7

from api._address import Id
from api._answers import answer, answer_all
from api._routes import AreaRouter, creates
from api._services import Serves
from api._writing import Writes
from api.authz_user import Authz, Crud
from commands.membership_dto import Role
from commands.memo_decider import decider
from commands.memo_dto import AttachedObjectType, MemoAttach, MemoCreate, MemoDelete, MemoUpdate
from projections.memo_crud import crud_memo
from queries.memo_dto import MemoRead

router = AreaRouter(prefix="/memo", tags=["memo"])


@creates(router, response_model=MemoRead, summary="Write a memo on something")
def create(
    attached_object_id: Id,
    attached_object_type: AttachedObjectType,
    create_dto: MemoCreate,
    authz_user: Authz,
    write: Writes,
) -> Response:
    head = authz_user.assert_in_same_project_as(_crud(attached_object_type), attached_object_id, Role.annotator)
    memo = MemoAttach(
        **create_dto.model_dump(),
        uuid=uuid7(),
        attached_object_type=attached_object_type.value,
        attached_object_id=attached_object_id,
    )
    written = write(decider, head, memo, status=201)
    return answer(write.made(crud_memo, written)[0], 201, location=f"/memo/{written.id}")


@router.get(
    "/attached_obj/{attached_obj_type}/to/{attached_obj_id}",
    response_model=list[MemoRead],
    summary="All memos on something",
)
def read_by_attached_object(
    attached_obj_type: AttachedObjectType, attached_obj_id: Id, authz_user: Authz, services: Serves
) -> Response:
    authz_user.assert_in_same_project_as(_crud(attached_obj_type), attached_obj_id)
    with services.postgres.session() as db:
        return answer_all(crud_memo.read_by_object(db, attached_obj_type.value, attached_obj_id))


@router.get(
    "/attached_obj/{attached_obj_type}/to/{attached_obj_id}/user",
    response_model=MemoRead,
    summary="My memo on something",
)
def read_mine_by_attached_object(
    attached_obj_type: AttachedObjectType, attached_obj_id: Id, authz_user: Authz, services: Serves
) -> Response:
    authz_user.assert_in_same_project_as(_crud(attached_obj_type), attached_obj_id)
    with services.postgres.session() as db:
        mine = crud_memo.read_by_object(db, attached_obj_type.value, attached_obj_id, authz_user.id)
    return answer(mine[0] if mine else None)


@router.get("/{memo_id}", response_model=MemoRead, summary="A memo")
def read(memo_id: Id, authz_user: Authz, services: Serves) -> Response:
    authz_user.assert_in_same_project_as(Crud.MEMO, memo_id)
    with services.postgres.session() as db:
        return answer(crud_memo.read(db, memo_id))


@router.patch("/{memo_id}", response_model=MemoRead, summary="Change a memo")
def update(memo_id: Id, update_dto: MemoUpdate, authz_user: Authz, write: Writes) -> Response:
    head = authz_user.assert_in_same_project_as(Crud.MEMO, memo_id, Role.annotator)
    written = write(decider, head, update_dto, memo_id)
    return answer(write.now(crud_memo, written)[0])


@router.delete("/{memo_id}", response_model=MemoRead, summary="Delete a memo")
def delete(memo_id: Id, authz_user: Authz, write: Writes) -> Response:
    head = authz_user.assert_in_same_project_as(Crud.MEMO, memo_id, Role.annotator)
    write(decider, head, MemoDelete(), memo_id)
    return answer(write.last_of(crud_memo, head, decider.stream(memo_id))[0])


def _crud(object_type: AttachedObjectType) -> Crud:
    """Its rows are in the inline table of the same name."""
    return Crud(object_type.value)
