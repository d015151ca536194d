"""Whether a version of a read model holds what the log says, as far as it has come."""

from collections.abc import Generator, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from itertools import islice
from operator import attrgetter

import psycopg

from events._event import stream
from events._integrity import Difference, Kind
from projections._batches import said
from projections._behind import Change, Entry, Stored
from projections._checkpoint import Stretch, begin, claim, histories, move, peek
from projections._dead_letter import park, parked
from projections._entries_target import EntriesTarget
from projections._model import Backend
from projections._registry import serving
from projections._verify import Counts
from repos.postgres_repo import Connection, Postgres

PAGE = 500
_IDS = 10_000


@dataclass
class EntriesCheck:
    """One project in one version: what the log says up to the checkpoint, beside what is held, both by id.

    On a backend in the database the connection's snapshot makes it one moment; elsewhere whoever
    calls holds the checkpoint. `ahead` says that this is beyond the end of the log, as where an older log was put in
    its place: nothing that happens is retold then, until the log has grown so far.

    `wrong` collects the ids to be mended, `unfound` those of them with which nothing else is wrong than that readers do
    not find them, `unmade` those held whose content cannot be made to compare with, and `unreadable` the streams of
    those whose history cannot be read, with the reason: nothing can be said of them either.
    """

    connection: Connection
    target: EntriesTarget
    project_id: int
    page: int = PAGE
    entries: int = 0
    ahead: bool = False
    wrong: set[int] = field(default_factory=set)
    unfound: set[int] = field(default_factory=set)
    unmade: set[int] = field(default_factory=set)
    unreadable: dict[str, str] = field(default_factory=dict)

    @property
    def found(self) -> int:
        """How many differences there are, once they have been looked for."""
        return self.ahead + len(self.wrong) + len(self.unreadable) + len(self.dead())

    def differences(self) -> Generator[Difference]:
        stretch = peek(self.connection, self.target.place, self.project_id)
        if stretch is not None and stretch.after > stretch.until:
            self.ahead = True
            place = self.target.place.name
            yield Difference(self.project_id, "checkpoint_ahead", place, "", log=stretch.until, found=stretch.after)
        dead = self.dead()
        stored = self.target.index.stored(self.connection, self.project_id)
        held = (one for one in stored if stream(self.target.area, one.id) not in dead)
        one = next(held, None)
        for page in self.pages(stretch, dead):
            digests = self.target.index.digests(self.connection, page)
            found = []
            for entry, digest in zip(page, digests, strict=True):
                self.entries += 1
                while one is not None and one.id < entry.id:
                    yield from self._unexpected(one)
                    one = next(held, None)
                if one is None or one.id > entry.id:
                    yield self._difference("entry_missing", entry.id)
                    continue
                if not digest:
                    self.unmade.add(entry.id)
                if one.digest != digest:
                    yield self._difference("entry_wrong", entry.id)
                elif one.revision != entry.revision:
                    yield self._difference("entry_stale", entry.id, log=entry.revision, found=one.revision)
                else:
                    found.append(entry)
                one = next(held, None)
            for id in self.target.index.unfound(self.connection, found):
                self.unfound.add(id)
                yield self._difference("entry_unfound", id)
        while one is not None:
            yield from self._unexpected(one)
            one = next(held, None)
        for stream_id in sorted(dead):
            yield Difference(self.project_id, "stream_parked", self.target.place.name, stream_id)
        for stream_id, reason in self.unreadable.items():
            yield Difference(self.project_id, "stream_unreadable", self.target.place.name, stream_id, found=reason)

    def _unexpected(self, one: Stored) -> Iterator[Difference]:
        if stream(self.target.area, one.id) in self.unreadable:
            self.unmade.add(one.id)
        else:
            yield self._difference("entry_unexpected", one.id, found=one.revision)

    def _difference(self, kind: Kind, id: int, *, log: int | None = None, found: int | None = None) -> Difference:
        self.wrong.add(id)
        return Difference(self.project_id, kind, self.target.place.name, str(id), log=log, found=found)

    def dead(self) -> set[str]:
        """The streams that are parked, of which nothing can be said."""
        return {stream_id for _, stream_id in parked(self.connection, self.target.place, [self.project_id])}

    def pages(self, stretch: Stretch | None, dead: set[str]) -> Iterator[list[Entry]]:
        """The entries that the log makes, by id."""
        until = _told(stretch)
        ids = self._ids(until)
        while page := list(islice(ids, self.page)):
            yield self._entries(page, until, dead)

    def made(self) -> Iterator[tuple[Sequence[int], list[Entry]]]:
        """Some of the ids that are wrong, and the entries that the log makes of them, until there are no more."""
        until, dead = _told(peek(self.connection, self.target.place, self.project_id)), self.dead()
        ids = iter(sorted(self.wrong))
        while page := list(islice(ids, self.page)):
            yield page, self._entries(page, until, dead)

    def _entries(self, ids: Sequence[int], until: int, dead: set[str]) -> list[Entry]:
        streams = [stream(self.target.area, id) for id in ids]
        changes = self._folded([one for one in streams if one not in dead], until)
        return sorted((one for one in changes if isinstance(one, Entry)), key=attrgetter("id"))

    def _folded(self, streams: Sequence[str], until: int) -> Sequence[Change]:
        """What these streams make, but for those that cannot be read."""
        try:
            return [*self.target.fold(histories(self.connection, {(self.project_id, one): until for one in streams}))]
        except psycopg.Error:
            raise
        except Exception as error:
            if len(streams) == 1:
                self.unreadable[streams[0]] = said(error)
                return ()
        middle = len(streams) // 2
        return [*self._folded(streams[:middle], until), *self._folded(streams[middle:], until)]

    def _ids(self, until: int) -> Iterator[int]:
        """The ids of all streams of the model's area that had begun by then, in order."""
        after = 0
        while True:
            rows = self.connection.execute(
                "SELECT id FROM (SELECT split_part(stream_id, '-', 2)::bigint AS id FROM log.events "
                "WHERE project_id = $1 AND revision <= $2 AND stream_version = 1 "
                "AND stream_id >= $3 AND stream_id < $4) s WHERE id > $5 ORDER BY id LIMIT $6",
                (self.project_id, until, f"{self.target.area}-", f"{self.target.area}.", after, _IDS),
            ).fetchall()
            yield from (row[0] for row in rows)
            if len(rows) < _IDS:
                return
            after = rows[-1][0]


def _told(stretch: Stretch | None) -> int:
    """Up to where the log makes entries; a log that has ended and been forgotten makes none."""
    return 0 if stretch is None or (stretch.ended and stretch.after >= stretch.until) else stretch.after


def mend(check: EntriesCheck, ids: Sequence[int], entries: Sequence[Entry]) -> None:
    """Of these ids let these entries be held and nothing else, by whoever holds the checkpoint.

    What cannot be made, because its text is lost, is left as it is; what the place does not take is parked.
    """
    connection, target, project_id = check.connection, check.target, check.project_id
    target.index.prepare(entries)
    digests = target.index.digests(connection, entries)
    left = {entry.id for entry, digest in zip(entries, digests, strict=True) if not digest}
    made = [entry for entry in entries if entry.id not in left]
    for one in target.index.overwrite(connection, project_id, [id for id in ids if id not in left], made):
        park(connection, target.place, project_id, stream(target.area, one.entry.id), one.entry.revision, one.reason)


def checked(connection: Connection, target: EntriesTarget, project_id: int) -> EntriesCheck:
    check = EntriesCheck(connection, target, project_id)
    for _ in check.differences():
        pass
    return check


def restore(check: EntriesCheck) -> EntriesCheck:
    """Mend what a check found to be wrong; and what is found then.

    Where readers still do not find something, the project is written into an empty place, unless something would be
    lost that cannot be made.
    """
    connection, target, project_id = check.connection, check.target, check.project_id
    for ids, entries in check.made():
        mend(check, ids, entries)
    check = checked(connection, target, project_id)
    if not check.unfound or check.unmade:
        return check
    target.index.forget(connection, project_id)
    fill(check)
    return checked(connection, target, project_id)


def fill(check: EntriesCheck) -> None:
    """Write anew all that the log makes up to the checkpoint, but for what is parked."""
    for page in check.pages(peek(check.connection, check.target.place, check.project_id), check.dead()):
        mend(check, [entry.id for entry in page], page)


def differences(
    postgres: Postgres,
    target: EntriesTarget,
    backend: Backend,
    project_id: int | None = None,
    *,
    repair: bool = False,
    heal: bool = False,
    counts: Counts | None = None,
) -> Iterator[Difference]:
    """Where a version differs from the log, in one project or in all; with `repair` it does not any more afterwards,
    but for what `counts` says is lasting, and the place is there again if somebody has removed it. `heal` mends only
    what readers do not find, and only if nothing else is wrong with a project.

    Inside the database one snapshot shows both. Elsewhere what seems to differ may only have been
    written meanwhile: it is looked at again while nobody writes.
    """
    if repair:
        target.create()
    with postgres.connection() as connection:
        rows = connection.execute(
            "SELECT project_id FROM log.project_heads WHERE project_id > 0 AND (project_id = $1 OR $1::bigint IS NULL) "
            "ORDER BY project_id",
            (project_id,),
        ).fetchall()
        there = {id for (id,) in rows}
        strange = () if project_id is not None else sorted({*target.index.projects(connection)} - there)
    for id in (*sorted(there), *strange):
        with postgres.transaction() as connection:
            connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
            check = EntriesCheck(connection, target, id)
            found = check.differences()
            if backend is Backend.POSTGRES and not repair and not heal:
                yield from found
                differs = False
            else:
                # Closed while its transaction lasts, which its cursor belongs to.
                with closing(found):
                    differs = next(found, None) is not None
        if not differs:
            if counts is not None:
                counts.entries += check.entries
            continue
        with postgres.transaction() as connection:
            stretch = claim(connection, target.place, id, wait=True)
            check = EntriesCheck(connection, target, id)
            yield from check.differences()
            if counts is not None:
                counts.entries += check.entries
            # What cannot be mended to the end is as it was.
            lasting = check.found
            try:
                if check.wrong and (repair or (heal and check.wrong == check.unfound)):
                    lasting = restore(check).found
                if repair:
                    lasting -= _set_back(connection, target, stretch)
            finally:
                if counts is not None and repair:
                    counts.lasting += lasting


def refusals(postgres: Postgres, target: EntriesTarget, backend: Backend) -> Iterator[Difference]:
    """Some of the reasons why a version cannot serve yet; none if it can.

    What readers do not find is written anew before they are sent there, and looked for again: a server that was killed
    on the way may have lost some of it. What is parked is passed over, and stays parked, if the version that serves has
    parked it too, if it has been deleted since, or if it cannot be made by anybody, as when its source is lost.
    """
    unfound, others = False, 0
    for one in differences(postgres, target, backend, heal=True):
        if one.kind == "entry_unfound":
            unfound = True
        elif not _is_passed_over(postgres, target, one):
            yield one
            others += 1
    if unfound and not others:
        again = differences(postgres, target, backend)
        yield from (one for one in again if not _is_passed_over(postgres, target, one))


def _is_passed_over(postgres: Postgres, target: EntriesTarget, one: Difference) -> bool:
    if one.kind != "stream_parked":
        return False
    with postgres.connection() as connection:
        served = serving(connection, target.place.model).place
        if (one.project_id, one.key) in parked(connection, served, [one.project_id]):
            return True
        stretch = peek(connection, target.place, one.project_id)
        if stretch is None:
            return False
        try:
            changes = list(target.fold(histories(connection, {(one.project_id, one.key): stretch.after})))
        except Exception:
            return False  # An event that cannot be read, or a fault of ours.
        entries = [change for change in changes if isinstance(change, Entry)]
        return not any(target.index.digests(connection, entries))


def _set_back(connection: Connection, target: EntriesTarget, stretch: Stretch | None) -> bool:
    """Whether a checkpoint was beyond the end of its log; what it passed over is found by comparing."""
    if stretch is None or stretch.after <= stretch.until:
        return False
    move(connection, target.place, [(stretch.project_id, stretch.until)])
    return True


def write_anew(postgres: Postgres, target: EntriesTarget, project_id: int) -> None:
    """Write again all entries of a project, and remove what is none."""
    with postgres.transaction() as connection:
        begin(connection, target.place, [project_id])
        _set_back(connection, target, claim(connection, target.place, project_id, wait=True))
        fill(EntriesCheck(connection, target, project_id))
        check = checked(connection, target, project_id)
        if check.wrong:
            restore(check)
