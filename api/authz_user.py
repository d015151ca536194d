"""Who asks, and what they may do: the one place where roles are checked."""

from collections.abc import Sequence
from enum import Enum
from typing import Annotated, Any

from fastapi import Depends, Request
from fastapi.security import OAuth2PasswordBearer

from api._errors import Unauthenticated
from api._idempotency import Repeat, Repeatable, repeatable
from api._services import Services, services_of
from commands._refusal import Forbidden, NotFound
from commands.membership_dto import Role
from events._store import Head, head_columns, head_from
from projections.user_crud import crud_user
from repos.postgres_repo import Connection
from systems.token_system import Claims, InvalidToken

_bearer = OAuth2PasswordBearer(tokenUrl="/authentication/login", auto_error=False)


class Crud(str, Enum):
    """The entities whose project a request can be authorised by; the value is their inline table."""

    PROJECT = "project"
    CODE = "code"
    CODEBOOK_VERSION = "codebook_version"
    TAG = "tag"
    MEMO = "memo"
    PROJECT_METADATA = "project_metadata"
    FOLDER = "folder"
    SOURCE_DOCUMENT = "source_document"
    SPAN_ANNOTATION = "span_annotation"
    SENTENCE_ANNOTATION = "sentence_annotation"
    BBOX_ANNOTATION = "bbox_annotation"
    SPAN_GROUP = "span_group"


class NotOperator(Forbidden):
    """Only an operator of this installation may do this."""


class AuthzUser:
    """The user of the request, once for each request.

    Each `assert_*` is one query that also finds out whether the account still stands, whether the
    request repeats an earlier one (then its answer is given again), and where the project's log is.
    """

    def __init__(self, request: Request, services: Services, claims: Claims, repeatable: Repeatable | None) -> None:
        self.id = claims.user_id
        self.role: Role | None = None
        self.repeatable = repeatable
        self.repeat: Repeat | None = None
        self._epoch = claims.epoch
        self._state = request.state
        self._services = services

    def assert_known(self) -> None:
        """The account exists and its tokens have not been revoked. Raises Unauthenticated."""
        with self._services.postgres.connection() as connection:
            self._remember(connection)
            row = connection.execute("SELECT token_epoch FROM account.user WHERE id = $1", (self.id,)).fetchone()
        if row is None or row[0] != self._epoch:
            raise Unauthenticated

    def assert_operator(self) -> None:
        """The account sees how the installation runs. Raises Unauthenticated, NotOperator."""
        with self._services.postgres.connection() as connection:
            self._remember(connection)
            row = connection.execute(
                "SELECT token_epoch, is_operator FROM account.user WHERE id = $1", (self.id,)
            ).fetchone()
        if row is None or row[0] != self._epoch:
            raise Unauthenticated
        if not row[1]:
            raise NotOperator

    def assert_staying(self, connection: Connection) -> None:
        """The account exists and cannot be erased before the connection's transaction ends. Raises Unauthenticated."""
        if not crud_user.keep(connection, self.id):
            raise Unauthenticated

    def assert_in_project(self, project_id: int, role: Role = Role.reader) -> Head:
        """The head of the project's log. Raises Unauthenticated, NotFound, Forbidden."""
        return self._assert("SELECT $2::bigint AS project_id", project_id, role)

    def assert_in_same_project_as(self, crud: Crud, object_id: int, role: Role = Role.reader) -> Head:
        """The head of the log of the project that this object is in. Raises as `assert_in_project`."""
        return self._assert(f"SELECT project_id FROM inline.{crud.value} WHERE id = $2::bigint", object_id, role)

    def assert_in_same_project_as_any(self, crud: Crud, object_ids: Sequence[int], role: Role = Role.reader) -> Head:
        """The same for many objects: of a project of mine that one of them is in. The others may be anywhere."""
        return self._assert(
            f"SELECT o.project_id FROM inline.{crud.value} o JOIN inline.membership mine "
            "ON mine.project_id = o.project_id AND mine.user_id = $1 WHERE o.id = ANY($2::bigint[]) LIMIT 1",
            list(object_ids),
            role,
        )

    def _assert(self, place: str, id: int | list[int], role: Role) -> Head:
        with self._services.postgres.connection() as connection:
            row = self._standing(connection, place, id)
            # Asked second: whatever another process has done of the same request by now, it has also kept its answer.
            self._remember(connection)
            if self.repeat is not None:
                # What the repeated request was about may be gone; membership alone says who may hear its answer again.
                row = self._standing(connection, "SELECT $2::bigint AS project_id", self.repeat.project_id)
        if row is None or row[0] != self._epoch:
            raise Unauthenticated
        _, has, project_id, ended, *columns = row
        if has is not None:
            self.role = Role(has)
            if not self.role.allows(role):
                raise Forbidden
        elif self.repeat is None or not ended:
            # Of an ended project nobody is a member any more, not even who has ended it.
            raise NotFound
        self._state.project_id = project_id
        self._state.revision = columns[0]
        return head_from(project_id, columns)

    def _standing(self, connection: Connection, place: str, id: int | list[int]) -> tuple[Any, ...] | None:
        """The epoch of the user's tokens, their role in the project that is found there, and its head."""
        return connection.execute(
            f"SELECT u.token_epoch, m.role, h.project_id, h.ended, {head_columns('h')} FROM account.user u "
            f"LEFT JOIN ({place}) p ON true "
            "LEFT JOIN inline.membership m ON m.project_id = p.project_id AND m.user_id = u.id "
            "LEFT JOIN log.project_heads h ON h.project_id = p.project_id WHERE u.id = $1",
            (self.id, id),
        ).fetchone()

    def keep(self, connection: Connection, status: int) -> None:
        """What was done for an operator was done, in case the request is repeated; it was about no project."""
        if self.repeatable is not None:
            self.repeatable.keep(connection, self.id, 0, status, ())

    def is_repeated_by_now(self) -> bool:
        """Another process has just done the same request, which may be why this one was refused."""
        if self.repeatable is None:
            return False
        with self._services.postgres.connection() as connection:
            return self.repeatable.earlier(connection, self.id) is not None

    def _remember(self, connection: Connection) -> None:
        if self.repeatable is not None and self.repeat is None:
            self.repeat = self.repeatable.earlier(connection, self.id)


async def _authz_user(
    request: Request,
    token: Annotated[str | None, Depends(_bearer)],
    key: Annotated[Repeatable | None, Depends(repeatable)],
) -> AuthzUser:
    if not token:
        raise Unauthenticated
    services = services_of(request)
    try:
        claims = services.tokens.check(token)
    except InvalidToken:
        raise Unauthenticated from None
    request.state.actor_id = claims.user_id
    return AuthzUser(request, services, claims, key)


Authz = Annotated[AuthzUser, Depends(_authz_user)]
