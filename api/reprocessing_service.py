"""Documents that are processed once more because somebody asked for it."""

from collections.abc import Sequence

from api._services import Services
from api.authz_user import AuthzUser
from api.processing_service import TASK, work_on
from commands._refusal import NotFound
from commands.source_document_dto import DocType
from projections.source_document_crud import crud_source_document
from queries.processing_service import on_the_list
from systems.jobs_system import defer


def again(
    services: Services,
    authz_user: AuthzUser,
    project_id: int,
    sdoc_ids: Sequence[int],
    doctype: DocType,
    *,
    only_failed: bool = False,
) -> int:
    """Put those of these documents that are of this type on the to-do list, and how many they are; those that are on it
    already are left out. Raises NotFound.
    """
    if authz_user.repeat is not None:
        return authz_user.repeat.ids[0]
    with services.postgres.session() as db:
        found = crud_source_document.read_sources(db, project_id, sdoc_ids)
        if len(found) < len(set(sdoc_ids)):
            raise NotFound
        busy = on_the_list(db, project_id)
    fitting = [one for one in found if one["doctype"] == doctype.value and one["id"] not in busy]
    chosen = [(one["id"], one["source_length"]) for one in fitting if one["status"] == "failed" or not only_failed]
    with services.postgres.transaction() as connection:
        defer(connection, TASK, work_on(project_id, chosen, again=True))
        if authz_user.repeatable is not None:
            authz_user.repeatable.keep(connection, authz_user.id, project_id, 200, [len(chosen)])
    return len(chosen)
