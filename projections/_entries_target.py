"""Read models of whole entries: each is the sum of one stream, and written anew when the stream goes on."""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from events._event import Recorded, stream
from projections._behind import Entry, Gone, Index
from projections._checkpoint import histories
from projections._coalesce import coalesce, empty
from projections._model import Model, Poison
from projections._write import Quote
from repos.postgres_repo import Connection

Stream = tuple[int, str]


class NoQuotes(Exception):
    """An index reads the texts of its entries itself."""


class EntriesTarget:
    """An index of entries, each of which is all that a stream of the model's area says."""

    def __init__(self, model: Model, index: Index, *, slow: bool = False, batch: int | None = None) -> None:
        self.place = index.place
        self.batch = batch or model.batch
        self.slow = slow
        self.index = index
        self._model = model
        (self.area,) = model.projectors

    def create(self) -> None:
        self.index.create()

    def drop(self) -> None:
        self.index.drop()

    def complete(self) -> None:
        """An index has nothing that is better made at the end."""

    def prepare(self, connection: Connection, recorded: Sequence[Recorded]) -> int:
        entries, _ = self.fold(self._whole(connection, recorded))
        return self.index.prepare(entries)

    def write(self, connection: Connection, recorded: Sequence[Recorded]) -> Sequence[Poison]:
        return self._put(connection, self._whole(connection, recorded))

    def replay(self, connection: Connection, stream: Sequence[Recorded]) -> Sequence[Poison]:
        return self._put(connection, stream)

    def forget(self, connection: Connection, project_id: int) -> None:
        self.index.forget(connection, project_id)

    def fold(self, recorded: Iterable[Recorded]) -> tuple[list[Entry], list[Gone]]:
        """The entries that whole streams make, and those that they made and ended."""
        last: dict[int, Recorded] = {}

        def noted(events: Iterable[Recorded]) -> Iterable[Recorded]:
            for one in events:
                last[one.entity_id] = one
                yield one

        changes = coalesce(noted(recorded), self._model.projectors, _no_quote)
        rows = {
            key[0]: {**empty(table), **row.values}
            for table, written in changes.rows.items()
            for key, row in written.items()
            if row.values is not None
        }
        entries, gone = [], []
        for id, one in last.items():
            values = rows.get(id)
            if values is None:
                gone.append(Gone(one.project_id, id, one.revision))
            else:
                entries.append(Entry(one.project_id, id, one.revision, values))
        return entries, gone

    def _put(self, connection: Connection, recorded: Sequence[Recorded]) -> Sequence[Poison]:
        entries, gone = self.fold(recorded)
        return [
            Poison(one.entry.project_id, stream(self.area, one.entry.id), one.reason)
            for one in self.index.write(connection, entries, gone)
        ]

    def _whole(self, connection: Connection, recorded: Sequence[Recorded]) -> list[Recorded]:
        """The same streams from their beginnings: what the batch only goes on with is read again."""
        streams: dict[Stream, list[Recorded]] = defaultdict(list)
        for one in recorded:
            streams[one.project_id, one.stream_id].append(one)
        begun = {key: events[-1].revision for key, events in streams.items() if events[0].version > 1}
        streams |= {key: [] for key in begun}
        for one in histories(connection, begun):
            streams[one.project_id, one.stream_id].append(one)
        return [one for events in streams.values() for one in events]


def _no_quote(_: int, __: Quote) -> str:
    raise NoQuotes
