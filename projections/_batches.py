"""What waits in the logs of some projects, read a batch at a time by whoever holds their checkpoints meanwhile."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from typing import Any

from events._event import Recorded
from events._store import load
from events._tables import EVENT_COLUMNS
from projections._checkpoint import Stretch, claim, rows_in
from projections._dead_letter import drop_all, parked
from projections._model import Model, Poison, Target
from repos.postgres_repo import Connection

_PROJECT, _REVISION, _STREAM, _DATA = (
    EVENT_COLUMNS.index(name) for name in ("project_id", "revision", "stream_id", "data")
)


class Batches:
    """Claims one log after another, and reads on in it as the batches are taken; those that have ended are forgotten.

    After `most` batches, or when it is not to `go_on`, that was all for now. `moved` is how far each log has been read,
    `first` the first revision read of each stream, and `unreadable` what cannot be read; of streams in `dead` there is
    nothing, but which have `ended`, and when. `events` were given; `passed` counts those of no interest too. `taken`
    says whether others were at some.
    """

    def __init__(
        self,
        connection: Connection,
        target: Target,
        model: Model,
        project_ids: Sequence[int],
        *,
        most: int,
        room: int,
        size: int,
        go_on: Callable[[], bool],
    ) -> None:
        self.moved: dict[int, int] = {}
        self.first: dict[tuple[int, str], int] = {}
        self.unreadable: list[Poison] = []
        self.dead: set[tuple[int, str]] = set()
        self.ended: list[tuple[int, str, int]] = []
        self.events = 0
        self.passed = 0
        self.taken = False
        self._connection = connection
        self._target = target
        self._model = model
        self._types = model.types
        self._project_ids = project_ids
        self._most = most
        self._room = room
        self._size = size
        self._go_on = go_on

    def __iter__(self) -> Iterator[list[Recorded]]:
        batch: list[Recorded] = []
        room, size = self._room, self._size
        for project_id in self._project_ids:
            stretch = self._claimed(project_id)
            while stretch is not None and stretch.after < stretch.until:
                rows, reached = rows_in(self._connection, stretch, self._types, room, size)
                batch += self._loaded(rows)
                self.moved[project_id] = reached
                self.passed += reached - stretch.after
                stretch = stretch._replace(after=reached)
                room -= len(rows)
                size -= sum(len(row[_DATA]) for row in rows)
                if room <= 0 or size <= 0:
                    yield from self._given(batch)
                    self._most -= 1
                    if not self._most or not self._go_on():
                        return
                    batch, room, size = [], self._room, self._size
        yield from self._given(batch)

    def _claimed(self, project_id: int) -> Stretch | None:
        """What is left of its log, if that is for us to retell."""
        stretch = claim(self._connection, self._target.place, project_id)
        if stretch is None or stretch.until <= stretch.after:
            self.taken = True
            return None
        if stretch.ended:
            self._target.forget(self._connection, project_id)
            drop_all(self._connection, self._target.place, project_id)
            self.moved[project_id] = stretch.until
            self.passed += stretch.until - stretch.after
            return None
        # Whoever held the log before may have parked some, or retold them.
        self.dead |= parked(self._connection, self._target.place, [project_id])
        return stretch

    def _loaded(self, rows: Sequence[Sequence[Any]]) -> Iterator[Recorded]:
        """The events that can be read, of streams that are not parked."""
        for row in rows:
            project_id, stream_id = stream = row[_PROJECT], row[_STREAM]
            if stream in self.dead:
                self._note_end(row)
                continue
            self.first.setdefault(stream, row[_REVISION])
            try:
                yield load(row)
            except Exception as error:
                self.unreadable.append(Poison(project_id, stream_id, said(error)))
                self.first[stream] = row[_REVISION]
                self.dead.add(stream)

    def _note_end(self, row: Sequence[Any]) -> None:
        with suppress(Exception):  # What cannot be read ends nothing.
            recorded = load(row)
            if self._model.ends(recorded):
                self.ended.append((recorded.project_id, recorded.stream_id, recorded.revision))

    def _given(self, batch: list[Recorded]) -> Iterator[list[Recorded]]:
        if batch:
            self.events += len(batch)
            yield batch


def said(error: Exception) -> str:
    """An error in one line."""
    return " ".join(f"{type(error).__name__}: {error}".split())
