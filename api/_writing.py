"""How a request becomes a command: with its envelope, its conditions and its lookups."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Annotated, Any, TypeVar

from fastapi import Depends, Header, Request

from api._services import Services, services_of
from api.authz_user import Authz, AuthzUser
from commands._decider import Command, Decider, Item, Lookup, Receipt, found, handle
from commands._decider import Request as Asking
from commands._refusal import InFlight, Invalid, NotFound, Refused, VersionMismatch
from commands.membership_dto import Role
from events._event import Envelope, Event, Fact, Recorded, stream
from events._event import stream_ids as stream_ids_of
from events._store import Head
from projections import INLINE
from projections._crud import CRUDBase, Record
from projections._retell import retell
from projections.code_lookup import CodeLookupTables
from projections.folder_lookup import FolderLookupTables
from projections.membership_lookup import MemberLookupTables
from projections.memo_lookup import MemoLookupTables
from projections.project_lookup import FurnitureMaker
from projections.project_metadata_lookup import ProjectMetadataLookupTables
from projections.source_document_lookup import SourceDocumentLookupTables
from projections.source_document_metadata_lookup import DefinitionLookupTables
from projections.span_group_lookup import SpanGroupLookupTables
from projections.tag_link_lookup import TagLinkLookupTables
from projections.tag_lookup import TagLookupTables
from projections.user_lookup import UserLookupTables
from repos.postgres_repo import Connection

C = TypeVar("C", bound=Command)
S = TypeVar("S")
E = TypeVar("E", bound=Event)
L = TypeVar("L")

LOOKUPS: Mapping[str, Lookup[Any, Any]] = {
    "code": CodeLookupTables,
    "codebook_version": lambda *_: None,
    "folder": FolderLookupTables,
    "member": MemberLookupTables,
    "memo": MemoLookupTables,
    "project": FurnitureMaker,
    "projmeta": ProjectMetadataLookupTables,
    "sdoc": SourceDocumentLookupTables,
    "sdocmeta": DefinitionLookupTables,
    "span_group": SpanGroupLookupTables,
    "tag": TagLookupTables,
    "tag_link": TagLinkLookupTables,
    "user": UserLookupTables,
}


class BadETag(Invalid):
    """If-Match takes the ETag that a read answered with, such as "4", or several of them."""


@dataclass(frozen=True, slots=True)
class Written:
    """What an answer is built from: the ids that the command was about, in which project and area, and the revision.

    `version` is that of the entity's stream, unless a repeated request is answered again.
    """

    ids: Sequence[int]
    project_id: int
    area: str
    revision: int
    version: int | None
    receipt: Receipt | None

    @property
    def id(self) -> int:
        return self.ids[0]


class Writer:
    """`handle`, already knowing who asks and on what conditions."""

    def __init__(
        self, request: Request, services: Services, authz_user: AuthzUser, expected: frozenset[int] | None
    ) -> None:
        self._services = services
        self._authz = authz_user
        self._expected = expected
        self._state = request.state

    @property
    def envelope(self) -> Envelope:
        return Envelope(self._authz.id, self._state.request_id)

    def __call__(
        self,
        decider: Decider[C, S, E, L],
        head: Head,
        command: C,
        *ids: int,
        status: int = 200,
        lookup: Lookup[C, L] | None = None,
    ) -> Written:
        """One command on the entity with these ids; without ids, on a new one. Raises Refused."""
        item = (ids or self._fresh(decider, 1)[0], command)
        return self.many(decider, head, [item], status=status, bulk=False, lookup=lookup)

    def create_many(
        self, decider: Decider[C, S, E, L], head: Head, commands: Sequence[C], *, lookup: Lookup[C, L] | None = None
    ) -> Written:
        ids = self._fresh(decider, len(commands))
        return self.many(decider, head, list(zip(ids, commands, strict=True)), status=201, lookup=lookup)

    def many(
        self,
        decider: Decider[C, S, E, L],
        head: Head,
        items: Sequence[Item[C]],
        *,
        status: int = 200,
        bulk: bool = True,
        lookup: Lookup[C, L] | None = None,
        counted: bool = False,
        made: Callable[[Sequence[Fact]], Sequence[int]] | None = None,
        alongside: Callable[[Connection, Sequence[Fact]], None] | None = None,
    ) -> Written:
        """All commands or none; `counted`, the answer is how many events they were; `made` finds its ids in the facts.

        `alongside` is done in the same transaction. Raises RefusedItems with the index of each bad one.
        """
        if (repeat := self._authz.repeat) is not None:
            return Written(repeat.ids, head.project_id, decider.area, head.revision, None, None)
        if not items:
            return Written((0,) if counted else (), head.project_id, decider.area, head.revision, None, None)

        def answer_ids(facts: Sequence[Fact]) -> Sequence[int]:
            if made is not None:
                return made(facts)
            return [len(facts)] if counted else [ids[-1] for ids, _ in items]

        asking = replace(self._asking(status, answer_ids), alongside=alongside)
        lookup = lookup or LOOKUPS[decider.area]
        try:
            with self._services.turns.at(head.project_id):
                receipt = handle(self._services.store, decider, head, items, asking, lookup=lookup, bulk=bulk)
        except Refused:
            if self._authz.is_repeated_by_now():
                raise InFlight from None
            raise
        self._state.revision = receipt.revision
        ids = answer_ids(receipt.facts)
        if receipt.appended is None and self._authz.repeatable is not None:
            with self._services.postgres.connection() as connection:
                self._authz.repeatable.keep(connection, self._authz.id, head.project_id, status, ids)
        return Written(ids, head.project_id, decider.area, receipt.revision, receipt.version, receipt)

    def is_about(self, crud: CRUDBase[Any], id: int) -> None:
        """`If-Match` names the version of this, and not of the stream that is written. Raises VersionMismatch."""
        if self._expected is None or self._authz.repeat is not None:
            return
        with self._services.postgres.session() as db:
            record = crud.read(db, id)
        if record is None or record["version"] not in self._expected:
            raise InFlight if self._authz.is_repeated_by_now() else VersionMismatch
        self._expected = None

    def found(self, decider: Decider[C, S, E, L], command: C) -> Written:
        """A new project. Raises Refused."""
        if (repeat := self._authz.repeat) is not None:
            return Written(repeat.ids, repeat.project_id, decider.area, 0, None, None)
        project_id = self._services.postgres.next_id("project")
        asking = self._asking(201, lambda _: [project_id])
        store, lookup = self._services.store, LOOKUPS[decider.area]
        receipt = found(store, decider, project_id, command, asking, lookup=lookup, provided=self._authz.assert_staying)
        self._state.project_id, self._state.revision = project_id, receipt.revision
        return Written([project_id], project_id, decider.area, receipt.revision, receipt.version, receipt)

    def request(self, status: int, *ids: int) -> Asking:
        """Who asks and on what conditions, for what is more than one append; `ids` are those of the answer."""
        return self._asking(status, lambda _: ids)

    def made(self, crud: CRUDBase[Any], written: Written) -> list[Record]:
        """What was created, as its facts tell it; for a repeated request as `now`."""
        if written.receipt is not None and written.receipt.appended is not None:
            rows = self._retold(crud, written.receipt.appended.recorded())
            return [rows[(id,)] for id in written.ids]
        return self.now(crud, written)

    def now(self, crud: CRUDBase[Any], written: Written) -> list[Record]:
        """What was written to, as it is now, or was before it was removed. Raises NotFound if its project has ended."""
        return self.there(crud, written.project_id, written.area, written.ids)

    def there(self, crud: CRUDBase[Any], project_id: int, area: str, ids: Sequence[int]) -> list[Record]:
        """Things that were there a moment ago, as they are now or last were. Raises NotFound if their project ended."""
        with self._services.postgres.session() as db:
            there = {row["id"]: row for row in crud.read_by_ids(db, ids)}
        gone = [stream(area, id) for id in ids if id not in there]
        there |= {row["id"]: row for row in self._last(crud, project_id, gone)}
        if not there.keys() >= set(ids):
            raise NotFound
        return [there[id] for id in ids]

    def last_of(self, crud: CRUDBase[Any], head: Head, *stream_ids: str) -> list[Record]:
        """What was removed, in the order of the streams, as it was just before: retold from the log."""
        return self._last(crud, head.project_id, stream_ids)

    def _last(self, crud: CRUDBase[Any], project_id: int, stream_ids: Sequence[str]) -> list[Record]:
        if not stream_ids:
            return []
        with self._services.postgres.connection() as connection:
            histories = self._services.store.streams(connection, project_id, stream_ids)
        rows = self._retold(crud, [recorded for history in histories.values() for recorded in history[:-1]])
        ids = [stream_ids_of(stream_id) for stream_id in stream_ids]
        return [rows[key] for key in ids if key in rows]

    def _retold(self, crud: CRUDBase[Any], log: Iterable[Recorded]) -> dict[tuple[int, ...], Record]:
        rows = retell(log, INLINE, self._services.quote, crud.model)
        return {key: {**crud.derived, **crud.seen(row)} for key, row in rows.items()}

    def _asking(self, status: int, ids: Callable[[Sequence[Fact]], Sequence[int]]) -> Asking:
        key = self._authz.repeatable
        return Asking(
            envelope=self.envelope,
            may_edit=self._authz.role is not None and self._authz.role.allows(Role.editor),
            expected=self._expected,
            answered=(lambda facts: key.answered(status, ids(facts))) if key else None,
        )

    def _fresh(self, decider: Decider[Any, Any, Any, Any], n: int) -> list[tuple[int]]:
        if self._authz.repeat is not None:
            return [(0,)] * n
        return [(id,) for id in self._services.postgres.next_ids(decider.area, n)]


async def _writer(
    request: Request,
    authz_user: Authz,
    if_match: Annotated[
        str | None, Header(alias="If-Match", description="The ETag of what you read, to change nothing newer")
    ] = None,
) -> Writer:
    expected: frozenset[int] | None = None
    if if_match is not None and if_match.strip() != "*":
        matches = [re.fullmatch(r'\s*(?:W/)?"?(\d{1,9})"?\s*', one) for one in if_match.split(",")]
        if None in matches:
            raise BadETag(loc=("header", "If-Match"))
        expected = frozenset(int(match[1]) for match in matches if match)
    return Writer(request, services_of(request), authz_user, expected)


Writes = Annotated[Writer, Depends(_writer)]
