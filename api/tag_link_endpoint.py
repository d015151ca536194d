"""The tags of documents over HTTP."""

from collections.abc import Iterable, Sequence

from fastapi import Response

from api._address import Id
from api._answers import answer_plain
from api._routes import AreaRouter
from api._services import Serves
from api._writing import Writer, Writes
from api.authz_user import Authz, AuthzUser, Crud
from commands._decider import Item
from commands._refusal import RefusedItems
from commands.dto_base import Ids
from commands.membership_dto import Role
from commands.tag_link_decider import decider
from commands.tag_link_dto import (
    SourceDocumentTagMultiLink,
    SourceDocumentTagUpdate,
    TagCountQuery,
    TagLink,
    TagLinkCommand,
    TagSets,
    TagUnlink,
)
from projections.tag_link_crud import crud_tag_link

router = AreaRouter(prefix="/tag", tags=["tag"])


@router.patch("/bulk/link", response_model=int, summary="Put tags on documents; the number of changes")
def link(multi: SourceDocumentTagMultiLink, authz_user: Authz, write: Writes) -> Response:
    return _write(authz_user, write, _links(multi.pairs()), placed=False)


@router.delete("/bulk/unlink", response_model=int, summary="Take tags off documents; the number of changes")
def unlink(multi: SourceDocumentTagMultiLink, authz_user: Authz, write: Writes) -> Response:
    return _write(authz_user, write, _unlinks(multi.pairs()), placed=False)


@router.patch("/bulk/set", response_model=int, summary="Set the tags that documents have; the number of changes")
def set_tags(links: TagSets, authz_user: Authz, write: Writes) -> Response:
    return _write(authz_user, write, [((one.source_document_id,), one) for one in links], placed=True)


@router.patch(
    "/bulk/update", response_model=int, summary="Take tags off documents and put others on; the number of changes"
)
def update_tags_batch(update: SourceDocumentTagUpdate, authz_user: Authz, write: Writes) -> Response:
    return _write(authz_user, write, [*_unlinks(update.unlinks()), *_links(update.links())], placed=False)


@router.get("/sdoc/{sdoc_id}", response_model=list[int], summary="The tags of a document")
def read_by_sdoc(sdoc_id: Id, authz_user: Authz, services: Serves) -> Response:
    authz_user.assert_in_same_project_as(Crud.SOURCE_DOCUMENT, sdoc_id)
    with services.postgres.session() as db:
        return answer_plain(crud_tag_link.read_tag_ids(db, sdoc_id))


@router.get("/{tag_id}/sdocs", response_model=list[int], summary="The documents that carry a tag")
def read_sdocs(tag_id: Id, authz_user: Authz, services: Serves) -> Response:
    authz_user.assert_in_same_project_as(Crud.TAG, tag_id)
    with services.postgres.session() as db:
        return answer_plain(crud_tag_link.read_sdoc_ids(db, tag_id))


@router.post(
    "/sdoc_counts/{project_id}",
    response_model=dict[str, int],
    summary="How many of these documents carry each tag of the project",
)
def count_sdocs(project_id: Id, sdoc_ids: Ids, authz_user: Authz, services: Serves) -> Response:
    authz_user.assert_in_project(project_id)
    with services.postgres.session() as db:
        return answer_plain(crud_tag_link.count_by_tag(db, project_id, sdoc_ids))


@router.post(
    "/count_tags/{user_id}",
    response_model=dict[str, int],
    summary="On how many of these documents a user has put each of these tags",
)
def count_tags(user_id: Id, query: TagCountQuery, authz_user: Authz, services: Serves) -> Response:
    if not query.sdoc_ids:
        authz_user.assert_known()
        return answer_plain(dict.fromkeys(query.class_ids, 0))
    head = authz_user.assert_in_same_project_as_any(Crud.SOURCE_DOCUMENT, query.sdoc_ids)
    with services.postgres.session() as db:
        counts = crud_tag_link.count_by_user(db, head.project_id, user_id, query.sdoc_ids, query.class_ids)
    return answer_plain(counts)


def _links(pairs: Iterable[tuple[int, int]]) -> list[Item[TagLinkCommand]]:
    return [((sdoc_id, tag_id), TagLink(source_document_id=sdoc_id, tag_id=tag_id)) for sdoc_id, tag_id in pairs]


def _unlinks(pairs: Iterable[tuple[int, int]]) -> list[Item[TagLinkCommand]]:
    return [((sdoc_id, tag_id), TagUnlink(source_document_id=sdoc_id, tag_id=tag_id)) for sdoc_id, tag_id in pairs]


def _write(authz_user: AuthzUser, write: Writer, items: Sequence[Item[TagLinkCommand]], *, placed: bool) -> Response:
    """The documents are all of one project, or the decider refuses those that are not.

    `placed`: the items stand in the body one by one.
    """
    if not items:
        authz_user.assert_known()
        return answer_plain(0)
    sdoc_ids = list({ids[0] for ids, _ in items})
    head = authz_user.assert_in_same_project_as_any(Crud.SOURCE_DOCUMENT, sdoc_ids, Role.annotator)
    try:
        return answer_plain(write.many(decider, head, items, counted=True).id)
    except RefusedItems as refusal:
        raise refusal if placed else refusal.unplaced() from None
