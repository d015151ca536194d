"""The write side in one loop: load, fold, decide, append."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import reduce
from typing import ClassVar, Generic, Protocol, TypeVar, cast

from commands._refusal import InFlight, NotFound, Overtaken, Refused, RefusedItems, VersionMismatch
from events._event import Envelope, Event, Fact, Scope, stream
from events._store import LOST_RACES, Answered, Append, Appended, Connection, EventStore, Head, KeyTaken


class Command(Protocol):
    """What may be asked; `DTO` says what these are."""

    creates: ClassVar[bool]
    depends_on: ClassVar[tuple[Scope, ...]]
    structural: ClassVar[bool]


C = TypeVar("C", bound=Command)
S = TypeVar("S")
E = TypeVar("E", bound=Event)
L = TypeVar("L")


@dataclass(frozen=True, slots=True)
class Asked:
    """Of which entity something is asked, and by whom; `may_edit` is an editor's right over others' work."""

    ids: tuple[int, ...]
    actor_id: int
    may_edit: bool = True

    @property
    def id(self) -> int:
        return self.ids[-1]


@dataclass(frozen=True)
class Decider(Generic[C, S, E, L]):
    """An aggregate: its stream, a starting point, and two pure functions.

    `decide` answers with the events of the entity's own stream, and with whole facts for other
    streams. It asks `L`, the lookups, for what it must know of other entities.
    """

    area: str
    initial: S
    decide: Callable[[C, S, Asked, L], Sequence[Event | Fact]]
    evolve: Callable[[S, E], S]

    def state(self, history: Iterable[E]) -> S:
        return reduce(self.evolve, history, self.initial)

    def stream(self, *ids: int) -> str:
        return stream(self.area, *ids)


Lookup = Callable[[Connection, int, Sequence[C]], L]
Item = tuple[tuple[int, ...], C]


@dataclass(frozen=True, slots=True)
class Request:
    """Who asks, and on what conditions.

    `expected` are the stream versions that `If-Match` names; `answered` is what an
    `Idempotency-Key` keeps of it; `alongside` is done in the transaction of the append.
    """

    envelope: Envelope
    may_edit: bool = True
    expected: frozenset[int] | None = None
    answered: Callable[[Sequence[Fact]], Answered] | None = None
    alongside: Callable[[Connection, Sequence[Fact]], None] | None = None


@dataclass(frozen=True, slots=True)
class Receipt:
    """Where the log and the first stream stand once a command is done; `appended` is None if it said nothing."""

    revision: int
    version: int
    appended: Appended | None
    facts: Sequence[Fact] = ()


ATTEMPTS = 3


def handle(
    store: EventStore,
    decider: Decider[C, S, E, L],
    head: Head,
    items: Sequence[Item[C]],
    request: Request,
    *,
    lookup: Lookup[C, L],
    bulk: bool = False,
) -> Receipt:
    """Decide the commands, all or none, against the present state and append the outcome.

    `head` was read before anything else. `bulk`: refusals name the index of each item. A lost race
    is decided again, at last under the lock of the head. Raises Refused.
    """
    for attempt in range(1, ATTEMPTS + 1):
        locked = items[0][1].structural or attempt == ATTEMPTS
        try:
            together = locked or request.alongside is not None
            with store.postgres.transaction() if together else store.postgres.connection() as connection:
                if locked or attempt > 1:
                    head = _read_head(store, connection, head.project_id, lock=locked)
                receipt = carry_out(store, decider, head, items, request, connection, lookup=lookup, bulk=bulk)
            store.announce(receipt.appended)
            return receipt
        except KeyTaken:
            raise InFlight from None
        except LOST_RACES:
            continue
    raise Overtaken


def found(
    store: EventStore,
    decider: Decider[C, S, E, L],
    project_id: int,
    command: C,
    request: Request,
    *,
    lookup: Lookup[C, L],
    provided: Callable[[Connection], None],
) -> Receipt:
    """Begin a new log with the outcome of this command; `provided` makes sure in its transaction that it may be.

    Raises Refused.
    """
    with once_at_a_time(), store.postgres.transaction() as connection:
        store.begin(connection, project_id)
        provided(connection)
        head = Head(project_id, 0, {})
        receipt = carry_out(store, decider, head, [((project_id,), command)], request, connection, lookup=lookup)
    store.announce(receipt.appended)
    return receipt


@contextmanager
def once_at_a_time() -> Iterator[None]:
    """The same request, done by another process meanwhile, is InFlight."""
    try:
        yield
    except KeyTaken:
        raise InFlight from None


def carry_out(
    store: EventStore,
    decider: Decider[C, S, E, L],
    head: Head,
    items: Sequence[Item[C]],
    request: Request,
    connection: Connection,
    *,
    lookup: Lookup[C, L],
    bulk: bool = False,
) -> Receipt:
    """One attempt of `handle`, in a transaction of the caller. Raises Refused, one of LOST_RACES, KeyTaken."""
    versions, states = _load(store, decider, head, items, connection)
    first = decider.stream(*items[0][0])
    if request.expected is not None and versions.get(first, 0) not in request.expected:
        raise VersionMismatch
    lookups = lookup(connection, head.project_id, [command for _, command in items])
    facts = _decide(decider, items, states, request, lookups, bulk)
    if not facts:
        return Receipt(head.revision, versions.get(first, 0), None)
    unknown = {fact.stream_id for fact in facts} - versions.keys()
    unknown -= {fact.stream_id for fact in facts if fact.event.begins}
    if unknown:
        versions |= store.versions(connection, head.project_id, sorted(unknown))
    appended = store.append(
        connection,
        Append(
            project_id=head.project_id,
            facts=facts,
            envelope=request.envelope,
            versions=versions,
            unchanged={scope: head.scopes[scope] for scope in items[0][1].depends_on},
            answered=request.answered(facts) if request.answered else None,
        ),
    )
    if request.alongside is not None:
        request.alongside(connection, facts)
    own = sum(fact.stream_id == first for fact in facts)
    return Receipt(appended.revision, versions.get(first, 0) + own, appended, facts)


def _load(
    store: EventStore, decider: Decider[C, S, E, L], head: Head, items: Sequence[Item[C]], connection: Connection
) -> tuple[dict[str, int], dict[str, S]]:
    """The versions and states of the items' streams; a create opens a stream that never was."""
    existing = [decider.stream(*ids) for ids, command in items if not command.creates]
    versions = dict.fromkeys((decider.stream(*ids) for ids, _ in items), 0)
    states: dict[str, S] = {}
    if existing:
        for stream_id, version, event in store.told(connection, head.project_id, existing):
            versions[stream_id] = version
            states[stream_id] = decider.evolve(states.get(stream_id, decider.initial), cast(E, event))
    return versions, states


def _decide(
    decider: Decider[C, S, E, L],
    items: Sequence[Item[C]],
    states: dict[str, S],
    request: Request,
    lookups: L,
    bulk: bool,
) -> list[Fact]:
    facts: list[Fact] = []
    refused: list[tuple[int, Refused]] = []
    for index, (ids, command) in enumerate(items):
        own = decider.stream(*ids)
        try:
            outcome = decider.decide(
                command,
                states.get(own, decider.initial),
                Asked(ids, request.envelope.actor_id, request.may_edit),
                lookups,
            )
        except Refused as refusal:
            if not bulk:
                raise
            refused.append((index, refusal.with_traceback(None)))
            continue
        for said in outcome:
            fact = said if isinstance(said, Fact) else Fact(own, said)
            if fact.stream_id == own:
                states[own] = decider.evolve(states.get(own, decider.initial), cast(E, fact.event))
            facts.append(fact)
    if refused:
        raise RefusedItems(refused)
    return facts


def _read_head(store: EventStore, connection: Connection, project_id: int, *, lock: bool) -> Head:
    head = store.head(connection, project_id, lock=lock)
    if head is None:
        raise NotFound
    return head
