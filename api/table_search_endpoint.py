"""Searching what is shown as a table, over HTTP: annotations; and what can be asked of all such tables."""

from fastapi import Request, Response

from api._address import Id
from api._answers import answer_all, answer_found
from api._paging import TablePage
from api._reading import Reads
from api._routes import AreaRouter
from api._services import Serves
from api.authz_user import Authz
from api.content_service import content_path
from queries import annotation_table, memo_filter, sdoc_filter
from queries.table_search_dto import (
    BBoxAnnotationSearchResult,
    BBoxColumnInfo,
    BBoxFilter,
    BBoxSorts,
    MemoColumnInfo,
    SdocColumnInfo,
    SentAnnoColumnInfo,
    SentAnnoFilter,
    SentAnnoSorts,
    SentenceAnnotationSearchResult,
    SpanAnnotationSearchResult,
    SpanColumnInfo,
    SpanFilter,
    SpanSorts,
)
from queries.table_search_service import bbox_rows, sentence_rows, span_rows, told

router = AreaRouter(prefix="/search", tags=["search"])


@router.post("/sdoc_info", response_model=list[SdocColumnInfo], summary="What documents can be asked by")
def search_sdocs_info(project_id: Id, authz_user: Authz, read: Reads) -> Response:
    authz_user.assert_in_project(project_id)
    with read(project_id) as db:
        return answer_all(told(sdoc_filter.sdocs(db, project_id)))


@router.post("/memo_info", response_model=list[MemoColumnInfo], summary="What memos can be asked by")
def search_memos_info(project_id: Id, authz_user: Authz) -> Response:
    authz_user.assert_in_project(project_id)
    return answer_all(told(memo_filter.memos(project_id)))


@router.post(
    "/span_annotation_info",
    response_model=list[SpanColumnInfo],
    summary="What span annotations can be asked by",
)
def search_span_annotations_info(project_id: Id, authz_user: Authz, read: Reads) -> Response:
    authz_user.assert_in_project(project_id)
    with read(project_id) as db:
        return answer_all(told(annotation_table.spans(db, project_id, authz_user.id)))


@router.post(
    "/sentence_annotation_info",
    response_model=list[SentAnnoColumnInfo],
    summary="What sentence annotations can be asked by",
)
def search_sentence_annotations_info(project_id: Id, authz_user: Authz, read: Reads) -> Response:
    authz_user.assert_in_project(project_id)
    with read(project_id) as db:
        return answer_all(told(annotation_table.sentences(db, project_id, authz_user.id)))


@router.post(
    "/bbox_annotation_info",
    response_model=list[BBoxColumnInfo],
    summary="What bbox annotations can be asked by",
)
def search_bbox_annotations_info(project_id: Id, authz_user: Authz, read: Reads) -> Response:
    authz_user.assert_in_project(project_id)
    with read(project_id) as db:
        return answer_all(told(annotation_table.bboxes(db, project_id, authz_user.id)))


@router.post("/span_annotation", response_model=SpanAnnotationSearchResult, summary="Search the span annotations")
def search_span_annotations(
    project_id: Id,
    filter: SpanFilter,
    sorts: SpanSorts,
    page: TablePage,
    request: Request,
    authz_user: Authz,
    read: Reads,
) -> Response:
    authz_user.assert_in_project(project_id)
    with read(project_id) as db:
        table = annotation_table.spans(db, project_id, authz_user.id)
        found = table.search(db, filter.tree(), [sort.by() for sort in sorts], page)
        return answer_found(found, span_rows(db, found.ids, authz_user.id), request)


@router.post(
    "/sentence_annotation", response_model=SentenceAnnotationSearchResult, summary="Search the sentence annotations"
)
def search_sentence_annotations(
    project_id: Id,
    filter: SentAnnoFilter,
    sorts: SentAnnoSorts,
    page: TablePage,
    request: Request,
    authz_user: Authz,
    read: Reads,
) -> Response:
    authz_user.assert_in_project(project_id)
    with read(project_id) as db:
        table = annotation_table.sentences(db, project_id, authz_user.id)
        found = table.search(db, filter.tree(), [sort.by() for sort in sorts], page)
        return answer_found(found, sentence_rows(db, found.ids, authz_user.id), request)


@router.post("/bbox_annotation", response_model=BBoxAnnotationSearchResult, summary="Search the bbox annotations")
def search_bbox_annotations(
    project_id: Id,
    filter: BBoxFilter,
    sorts: BBoxSorts,
    page: TablePage,
    request: Request,
    authz_user: Authz,
    read: Reads,
    services: Serves,
) -> Response:
    authz_user.assert_in_project(project_id)
    with read(project_id) as db:
        table = annotation_table.bboxes(db, project_id, authz_user.id)
        found = table.search(db, filter.tree(), [sort.by() for sort in sorts], page)
        rows = bbox_rows(db, found.ids, authz_user.id)
        for row in rows:
            row["url"] = content_path(services, row["sdoc"]["id"])
        return answer_found(found, rows, request)
