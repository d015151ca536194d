"""Memos that are written, changed and thrown away at random, and a read model that holds their texts."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from itertools import count
from pathlib import Path
from random import Random
from uuid import UUID

from api._read_models import ReadModels
from cli._following import Following
from configs.schema import load
from events._event import Envelope, Event, Fact, Recorded
from events._store import Append, EventStore
from events.memo_events import MemoCreated, MemoDeleted, MemoRetitled, MemoRewritten, MemoStarred, MemoUnstarred
from events.project_events import ProjectDeleted
from projections import _rebuild as rebuild
from projections import _registry as registry
from projections._behind_verify import differences
from projections._dead_letter import dead_letters
from projections._entries_target import EntriesTarget
from projections._follow import Follower
from projections._model import Backend, Poison
from projections._progress import progress
from projections._registry import Version
from projections.memo_text import MEMO_TEXT
from repos.blob_repo import BlobRepo
from repos.postgres_repo import Connection, Postgres
from tests.spec import ADA

MODEL = replace(MEMO_TEXT, batch=8)
"""In batches of which a few events make many."""

_WORDS = ("sea", "wind", "calm", "lazy", "afternoon", "Häuser", "straße", "北京", "joy", "grief", "bread", "snow")
_TRAIL = (
    "CREATE TABLE IF NOT EXISTS trail (n bigserial PRIMARY KEY, place text, project_id bigint, revision bigint, "
    "who text DEFAULT current_setting('application_name'))"
)


@dataclass(frozen=True)
class Setting:
    """What another process must know to follow the same logs for the same read model."""

    url: str
    backend: Backend
    settings: Sequence[str] = ()


class Trailed(EntriesTarget):
    """Notes what it has retold, in the transaction that moves the checkpoint: what counts, and in which order."""

    def write(self, connection: Connection, batches: Iterable[Sequence[Recorded]]) -> Sequence[Poison]:
        recorded: list[Recorded] = []
        poison = super().write(connection, map(partial(_noted, recorded), batches))
        connection.execute(
            "INSERT INTO trail (place, project_id, revision) "
            "SELECT $1, project_id, revision FROM unnest($2::bigint[], $3::bigint[]) AS t(project_id, revision)",
            (self.place.name, [one.project_id for one in recorded], [one.revision for one in recorded]),
        )
        return poison


def _noted(recorded: list[Recorded], batch: Sequence[Recorded]) -> Sequence[Recorded]:
    recorded += batch
    return batch


@contextmanager
def followed(postgres: Postgres, *followers: Follower) -> Iterator[Sequence[Following]]:
    """Meanwhile these follow, each in a thread, as in a worker."""
    threads = [Following(postgres, follower) for follower in followers]
    for thread in threads:
        thread.start()
    try:
        yield threads
    finally:
        for thread in threads:
            thread.stop()
        for thread in threads:
            thread.join()


class Reading:
    """The read model and who follows the log for it; any number of these, in any number of processes."""

    def __init__(self, setting: Setting, *, who: str = "") -> None:
        self.setting = setting
        mark = f"{'&' if '?' in setting.url else '?'}application_name={who}" if who else ""
        self.postgres = Postgres(setting.url + mark, pool_size=8)
        # Memos have no texts in files.
        self.read_models = ReadModels(load("test", setting.settings, {}), self.postgres, BlobRepo(Path("nowhere")))

    def close(self) -> None:
        self.read_models.close()
        self.postgres.close()

    @property
    def version(self) -> Version:
        """The one that serves."""
        with self.postgres.connection() as connection:
            return registry.serving(connection, MODEL.name)

    def trailed(self, version: Version | None = None) -> Trailed:
        target = self.read_models.target(version or self.version)
        assert isinstance(target, EntriesTarget)
        return Trailed(MODEL, target.index, batches=2)

    def follower(self, version: Version | None = None) -> Follower:
        return Follower(self.postgres, MODEL, self.trailed(version))

    def caught_up(self, version: Version | None = None) -> bool:
        with self.postgres.connection() as connection:
            return not progress(connection, (version or self.version).place, MODEL).projects_waiting

    def catch_up(self) -> None:
        follower = self.follower()
        while follower.step().projects:
            pass


class Diaries(Reading):
    """Projects 1, 2, and so on; the same seed writes the same."""

    def __init__(self, setting: Setting, *, projects: int = 3, seed: int = 0) -> None:
        super().__init__(setting)
        self._store = EventStore(self.postgres)
        self._dice = Random(seed)
        self._ids = count(1)
        self._begun: list[int] = []
        self._living: dict[int, list[int]] = {}
        with self.postgres.connection() as connection:
            connection.execute(_TRAIL)
        for project_id in range(1, projects + 1):
            self._begin(project_id)
        rebuild.ensure(self.postgres, self.read_models, MODEL.name, setting.backend)

    def write(self, commands: int, project_id: int | None = None) -> None:
        """So many, of up to three events each."""
        for _ in range(commands):
            self._record(project_id or self._dice.choice([*self._living]))

    def begin(self) -> int:
        """Another project."""
        project_id = max(self._begun) + 1
        self._begin(project_id)
        self.write(3, project_id)
        return project_id

    def end(self, project_id: int) -> None:
        del self._living[project_id]
        self._append(project_id, [Fact(f"project-{project_id}", ProjectDeleted(title="Letters"))])

    def faults(self) -> list[str]:
        """All that is wrong with the version that serves, once it has caught up."""
        return [*self._late(), *self._disorder(), *map(str, self.differences(self.version))]

    def differences(self, version: Version) -> Iterator[object]:
        return differences(self.postgres, self.trailed(version), version.backend)

    def retold(self) -> int:
        """The events that were retold, once each if nothing is wrong."""
        with self.postgres.connection() as connection:
            row = connection.execute("SELECT count(*) FROM trail").fetchone()
        return int(row[0]) if row else 0

    def workers(self) -> set[str]:
        """Who has retold something."""
        with self.postgres.connection() as connection:
            return {who for (who,) in connection.execute("SELECT DISTINCT who FROM trail").fetchall()}

    def _late(self) -> Iterator[str]:
        if not self.caught_up():
            yield "it has not caught up"
        with self.postgres.connection() as connection:
            yield from map(str, dead_letters(connection))

    def _disorder(self) -> Iterator[str]:
        """Where events were retold in another order than that of the log, twice, or not at all."""
        with self.postgres.connection() as connection:
            rows = connection.execute(
                "SELECT h.project_id, h.ended, ARRAY(SELECT revision FROM log.events e WHERE e.project_id = "
                "h.project_id AND e.type = ANY($1) ORDER BY revision), ARRAY(SELECT revision FROM trail t "
                "WHERE t.project_id = h.project_id AND t.place = $2 ORDER BY n) FROM log.project_heads h "
                "WHERE h.project_id > 0 ORDER BY h.project_id",
                (MODEL.types, self.version.place.name),
            ).fetchall()
        for project_id, ended, log, retold in rows:
            # Of a project that has ended the rest need not be retold.
            if retold != (log[: len(retold)] if ended else log):
                yield f"project {project_id}: of {log} was retold {retold}"

    def _begin(self, project_id: int) -> None:
        with self.postgres.connection() as connection:
            self._store.begin(connection, project_id)
        self._begun.append(project_id)
        self._living[project_id] = []

    def _record(self, project_id: int) -> None:
        living = self._living[project_id]
        if len(living) < 3 or self._dice.random() < 0.3:
            living.append(next(self._ids))
            self._append(project_id, [Fact(f"memo-{living[-1]}", self._created(living[-1]))])
            return
        memo = self._dice.choice(living)
        said = partial(Fact, f"memo-{memo}")
        changes: list[Event] = [
            MemoRewritten(content=self._text(30), content_json="", was="", was_json=""),
            MemoRetitled(title=self._text(3), was=""),
            self._dice.choice([MemoStarred(), MemoUnstarred()]),
        ]
        if self._dice.random() < 0.2:
            living.remove(memo)
            changes.append(
                MemoDeleted(title="", user_id=ADA, attached_object_type="tag", attached_object_id=memo),
            )
            self._append(project_id, [said(changes[-1])])
        else:
            self._append(project_id, [said(one) for one in self._dice.sample(changes, self._dice.randint(1, 3))])

    def _created(self, memo: int) -> MemoCreated:
        return MemoCreated(
            uuid=UUID(int=memo),
            title=self._text(3),
            content=self._text(30),
            content_json="",
            starred=False,
            user_id=ADA,
            attached_object_type="tag",
            attached_object_id=memo,
        )

    def _text(self, words: int) -> str:
        return " ".join(self._dice.choices(_WORDS, k=words))

    def _append(self, project_id: int, facts: Sequence[Fact]) -> None:
        with self.postgres.connection() as connection:
            versions = self._store.versions(connection, project_id, [fact.stream_id for fact in facts])
            self._store.append(connection, Append(project_id, facts, Envelope(ADA, "test"), versions))
