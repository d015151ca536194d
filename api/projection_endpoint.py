"""Read models behind the log over HTTP, for operators."""

from functools import partial
from itertools import islice
from typing import Annotated

from fastapi import Path, Query, Response
from pydantic import AfterValidator

from api._address import Id, Whole
from api._answers import answer_all
from api._read_models import NoSuchBackend
from api._routes import AreaRouter
from api._services import Serves
from api.authz_user import Authz
from commands._refusal import Invalid, NotFound, Refused, exception_handler
from commands.dto_base import storable
from events._store import NoSuchLog, assert_log
from projections import _rebuild
from projections._dead_letter import dead_letters, drop
from projections._follow import Follower
from projections._model import Backend, Model
from projections._registry import AlreadyBuilding, NotKept, NotServed, serving
from projections._rewrite import Rewrite, ask_for
from projections._vector_postgres import NoVectors
from queries.projection_dto import DeadLetterRead, DifferenceRead, ProjectionRead, RetriedRead
from queries.projection_service import dead_letter, difference, projections

router = AreaRouter(prefix="/projections", tags=["projection"])

Name = Annotated[str, Path(max_length=100, description="As `GET /projections` names it"), AfterValidator(storable)]
Stream = Annotated[
    Annotated[str, AfterValidator(storable)] | None,
    Query(max_length=200, description="Only this stream, such as `sdoc-17`"),
]
Limit = Annotated[Whole, Query(ge=1, le=1_000, description="How many at the most")]


@exception_handler(409)
class BeingBuilt(Refused):
    """Another version of this read model is being built already."""


@exception_handler(409)
class NothingBuilt(Refused):
    """No version of this read model is being built."""


@exception_handler(409)
class NothingKept(Refused):
    """No earlier version of this read model is kept."""


@exception_handler(409)
class NoPlaceForVectors(Refused):
    """The database has no pgvector extension of version 0.7 or later; install it, or keep the vectors in Weaviate."""


class BackendRefused(Invalid):
    """This read model cannot be kept there."""


class NotOfOneProject(Invalid):
    """A read model is moved with all its projects."""


@exception_handler(409)
class NotConfigured(Refused):
    """The settings of this installation do not say how to reach the backend of that version."""


class NotBroughtForward(Invalid):
    """Nobody brings tables forward that served before; new ones are made without going back."""


@router.get("", response_model=list[ProjectionRead], summary="How far each version of each read model has come")
def read_all(authz_user: Authz, services: Serves) -> Response:
    authz_user.assert_operator()
    with services.postgres.connection() as connection:
        found = projections(connection, services.read_models.models)
    return answer_all([one.model_dump() for one in found])


@router.get("/{name}/rebuild", response_model=list[ProjectionRead], summary="The versions of a read model")
def read_versions(name: Name, authz_user: Authz, services: Serves) -> Response:
    authz_user.assert_operator()
    _known(services, name)
    with services.postgres.connection() as connection:
        found = projections(connection, services.read_models.models)
    return answer_all([one.model_dump() for one in found if one.name == name])


@router.post("/{name}/rebuild", response_model=list[ProjectionRead], status_code=202, summary="Make it anew")
def rebuild(
    name: Name,
    authz_user: Authz,
    services: Serves,
    to: Annotated[Backend | None, Query(description="Where it is kept from now on; where it is, if absent")] = None,
    project_id: Annotated[Id | None, Query(description="Only what the version that serves holds of this one")] = None,
    back: Annotated[
        bool, Query(description="Go on with the version that served before, `to` or any, instead of a new one")
    ] = False,
) -> Response:
    """Workers fill a new version beside the one that serves, compare it with the log, and let it serve.

    Or they write one project anew in the version that serves, which names it in `rewriting` until that is done.
    """
    authz_user.assert_operator()
    _known(services, name)
    if to is not None and not services.read_models.has(name, to):
        raise BackendRefused(loc=("query", "to"))
    if project_id is not None and (back or to is not None):
        raise NotOfOneProject(loc=("query", "project_id"))
    if authz_user.repeat is None:
        keep = partial(authz_user.keep, status=202)
        if project_id is not None:
            _ask_for(services, Rewrite(name, project_id), keep)
        else:
            _begin(services, name, to, keep, back=back)
    with services.postgres.connection() as connection:
        found = projections(connection, services.read_models.models)
    return answer_all([one.model_dump() for one in found if one.name == name], 202)


@router.delete("/{name}/rebuild", status_code=204, summary="Give up the version that is being built")
def abandon(name: Name, authz_user: Authz, services: Serves) -> Response:
    """One that served before is kept again, as it is."""
    authz_user.assert_operator()
    _known(services, name)
    if authz_user.repeat is None:
        keep = partial(authz_user.keep, status=204)
        try:
            _rebuild.abandon(services.postgres, services.read_models, name, keep)
        except _rebuild.NotBuilding:
            raise NothingBuilt from None
    return Response(status_code=204)


@router.post("/{name}/retire", response_model=list[ProjectionRead], summary="Remove the versions that served before")
def retire(name: Name, authz_user: Authz, services: Serves) -> Response:
    """Answers with the versions that are left."""
    authz_user.assert_operator()
    _known(services, name)
    if authz_user.repeat is None:
        try:
            _rebuild.retire(services.postgres, services.read_models, name, partial(authz_user.keep, status=200))
        except NotKept:
            raise NothingKept from None
    with services.postgres.connection() as connection:
        found = projections(connection, services.read_models.models)
    return answer_all([one.model_dump() for one in found if one.name == name])


@router.get("/{name}/verify", response_model=list[DifferenceRead], summary="Where it differs from the log")
def verify(
    name: Name,
    authz_user: Authz,
    services: Serves,
    project_id: Annotated[Id | None, Query(description="Only this project")] = None,
    limit: Limit = 100,
) -> Response:
    authz_user.assert_operator()
    _known(services, name)
    try:
        with services.postgres.connection() as connection:
            if project_id is not None:
                assert_log(connection, project_id)
            version = serving(connection, name)
    except (NoSuchLog, NotServed):
        raise NotFound from None
    found = islice(services.read_models.differences(version, project_id), limit)
    return answer_all([difference(one).model_dump() for one in found])


@router.get("/{name}/dead", response_model=list[DeadLetterRead], summary="Streams that it could not take")
def read_dead(
    name: Name,
    authz_user: Authz,
    services: Serves,
    project_id: Annotated[Id | None, Query(description="Only this project")] = None,
    stream: Stream = None,
) -> Response:
    authz_user.assert_operator()
    _known(services, name)
    with services.postgres.connection() as connection:
        found = dead_letters(connection, name, project_id, stream)
    return answer_all([dead_letter(one).model_dump() for one in found])


@router.post("/{name}/dead/retry", response_model=list[RetriedRead], summary="Retell parked streams")
def retry_dead(
    name: Name,
    authz_user: Authz,
    services: Serves,
    project_id: Annotated[Id | None, Query(description="Only this project")] = None,
    stream: Stream = None,
) -> Response:
    """Each from its beginning; `error` says why one still cannot be taken."""
    authz_user.assert_operator()
    model = _known(services, name)
    with services.postgres.connection() as connection:
        found = dead_letters(connection, name, project_id, stream)
        versions = services.read_models.versions(connection)
    retried = []
    for letter in found:
        follower = Follower(services.postgres, model, services.read_models.target(versions[letter.place]))
        retried.append(RetriedRead(stream_id=letter.stream_id, error=follower.retry(letter)))
    return answer_all([one.model_dump() for one in retried])


@router.delete("/{name}/dead", response_model=list[DeadLetterRead], summary="Park these streams no longer")
def drop_dead(
    name: Name,
    authz_user: Authz,
    services: Serves,
    project_id: Annotated[Id | None, Query(description="Only this project")] = None,
    stream: Stream = None,
) -> Response:
    """Without retelling them: what happens to them from now on is retold."""
    authz_user.assert_operator()
    _known(services, name)
    with services.postgres.transaction() as connection:
        found = dead_letters(connection, name, project_id, stream)
        drop(connection, found)
    return answer_all([dead_letter(one).model_dump() for one in found])


def _known(services: Serves, name: str) -> Model:
    if name not in services.read_models.models:
        raise NotFound
    return services.read_models.model(name)


def _begin(services: Serves, name: str, to: Backend | None, keep: _rebuild.Alongside, *, back: bool) -> None:
    begin = _rebuild.resume if back else _rebuild.request
    try:
        begin(services.postgres, services.read_models, name, to, keep)
    except NotKept:
        raise NothingKept from None
    except NoSuchBackend:
        raise NotConfigured from None
    except _rebuild.NotBroughtForward:
        raise NotBroughtForward(loc=("query", "back")) from None
    except AlreadyBuilding:
        raise BeingBuilt from None
    except NoVectors:
        raise NoPlaceForVectors from None


def _ask_for(services: Serves, rewrite: Rewrite, keep: _rebuild.Alongside) -> None:
    with services.postgres.transaction() as connection:
        if services.store.head(connection, rewrite.project_id) is None:
            raise NotFound
        try:
            serving(connection, rewrite.model)
        except NotServed:
            raise NotFound from None
        ask_for(connection, rewrite)
        keep(connection)
