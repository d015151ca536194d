"""Read models of whole entries: each is the sum of one stream, and written anew when the stream goes on."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from operator import attrgetter

from events._event import Recorded, stream, stream_ids
from projections._behind import Change, Entry, Gone, Index
from projections._checkpoint import histories
from projections._coalesce import empty
from projections._model import Model, Poison
from projections._write import Create, DeleteProject, Update, Values, Write
from repos.postgres_repo import Connection

Stream = tuple[int, str]


class EntriesTarget:
    """An index of entries, each of which is all that a stream of the model's area says."""

    def __init__(self, model: Model, index: Index, *, slow: bool = False, batches: int = 1) -> None:
        self.place = index.place
        self.batch = model.batch
        self.batches = batches
        self.slow = slow
        self.index = index
        [(self.area, self._project)] = model.projectors.items()

    def create(self) -> None:
        self.index.create()

    def drop(self) -> None:
        self.index.drop()

    def complete(self) -> None:
        """An index has nothing that is better made at the end."""

    def check(self, connection: Connection) -> None:
        self.index.check(connection)

    def prepare(self, connection: Connection, recorded: Sequence[Recorded]) -> int:
        changes = self.fold(self._whole(connection, recorded))
        return self.index.prepare([one for one in changes if isinstance(one, Entry)])

    def write(self, connection: Connection, batches: Iterable[Sequence[Recorded]]) -> Sequence[Poison]:
        return self._put(connection, (one for some in batches for one in self.fold(self._whole(connection, some))))

    def replay(self, connection: Connection, stream: Sequence[Recorded]) -> Sequence[Poison]:
        return self._put(connection, self.fold(stream))

    def forget(self, connection: Connection, project_id: int) -> None:
        self.index.forget(connection, project_id)

    def fold(self, recorded: Iterable[Recorded]) -> Iterator[Change]:
        """What whole streams, one after the other, make of their entries."""
        for (project_id, stream_id), events in groupby(recorded, key=attrgetter("project_id", "stream_id")):
            (id,) = stream_ids(stream_id)
            values: Values | None = None
            for one in events:
                for write in self._project(one):
                    values = _after(values, write, id)
            if values is None:
                yield Gone(project_id, id, one.revision)
            else:
                yield Entry(project_id, id, one.revision, values)

    def _put(self, connection: Connection, changes: Iterable[Change]) -> Sequence[Poison]:
        last: dict[int, int] = {}

        def noted() -> Iterator[Change]:
            for one in changes:
                last[one.id] = one.revision
                yield one

        return [
            Poison(one.entry.project_id, stream(self.area, one.entry.id), one.reason)
            for one in self.index.write(connection, noted())
            # What has taken its place was not rejected.
            if one.entry.revision == last[one.entry.id]
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


def _after(values: Values | None, write: Write, id: int) -> Values | None:
    """What there is of an entry after a write, which may be one to something else; None while there is none."""
    if isinstance(write, Create):
        return {**empty(write.table), **write.values} if write.values["id"] == id else values
    if isinstance(write, DeleteProject) or write.key != (id,):
        return values
    if isinstance(write, Update) and values is not None:
        values.update(write.values)
        return values
    return None
