"""Word frequencies over HTTP."""

from fastapi import Request, Response

from api._address import Id
from api._answers import answer_all, answer_hits, answer_written
from api._lateness import Waits
from api._paging import TablePage
from api._reading import Reads
from api._routes import AreaRouter
from api.authz_user import Authz, Crud
from projections.word_frequency import WORD_FREQUENCY
from queries.word_frequency_dto import (
    WordFrequencyColumnInfo,
    WordFrequencyFilter,
    WordFrequencyRead,
    WordFrequencyResult,
    WordFrequencySorts,
)
from queries.word_frequency_service import WordFrequencies

router = AreaRouter(prefix="/word_frequency", tags=["wordFrequency"])


@router.get("/info/{project_id}", response_model=list[WordFrequencyColumnInfo], summary="What words can be asked by")
def word_frequency_analysis_info(project_id: Id, authz_user: Authz, read: Reads, waits: Waits) -> Response:
    authz_user.assert_in_project(project_id)
    standing = waits.of(WORD_FREQUENCY.name, project_id)
    with read(project_id) as db:
        return answer_all(WordFrequencies(db, standing.version.place, project_id).told())


@router.post("/analysis", response_model=WordFrequencyResult, summary="How often words stand in documents")
def word_frequency_analysis(
    project_id: Id,
    filter: WordFrequencyFilter,
    sorts: WordFrequencySorts,
    page: TablePage,
    request: Request,
    authz_user: Authz,
    read: Reads,
    waits: Waits,
) -> Response:
    authz_user.assert_in_project(project_id)
    standing = waits.of(WORD_FREQUENCY.name, project_id)
    with read(project_id) as db:
        words = WordFrequencies(db, standing.version.place, project_id)
        answer, cursor = words.analysis(filter.tree(), [sort.by() for sort in sorts], page)
    waits.say(standing)
    return answer_hits(answer, cursor, request)


@router.post("/export", response_model=str, summary="How often words stand in documents, all of them as CSV")
def word_frequency_analysis_export(
    project_id: Id,
    filter: WordFrequencyFilter,
    sorts: WordFrequencySorts,
    authz_user: Authz,
    read: Reads,
    waits: Waits,
) -> Response:
    """A table with the columns of `WordFrequencyStat`. A word that a spreadsheet would take for a formula begins with
    an apostrophe."""
    authz_user.assert_in_project(project_id)
    standing = waits.of(WORD_FREQUENCY.name, project_id)
    with read(project_id) as db:
        words = WordFrequencies(db, standing.version.place, project_id)
        answer = answer_written(words.table(filter.tree(), [sort.by() for sort in sorts]))
    waits.say(standing)
    return answer


@router.get("/sdoc/{sdoc_id}", response_model=list[WordFrequencyRead], summary="The words of a document")
def read_by_sdoc(sdoc_id: Id, authz_user: Authz, read: Reads, waits: Waits) -> Response:
    project_id = authz_user.assert_in_same_project_as(Crud.SOURCE_DOCUMENT, sdoc_id).project_id
    standing = waits.of(WORD_FREQUENCY.name, project_id)
    with read(project_id) as db:
        found = WordFrequencies(db, standing.version.place, project_id).of_document(sdoc_id)
    waits.say(standing)
    return answer_all(found)
