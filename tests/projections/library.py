"""Logs of codes, and the shelf that follows them."""

from events._event import Envelope, Fact
from events._store import Append, EventStore
from events.code_events import CodeDeleted, CodeRenamed
from projections import INLINE
from projections import _registry as registry
from projections._behind import Place
from projections._behind_verify import differences
from projections._dead_letter import dead_letters
from projections._follow import Follower
from projections._model import Backend
from projections._rebuild import ensure
from projections._sink import RelationalSink
from repos.postgres_repo import Postgres
from tests.projections.log import ADA, quote
from tests.projections.shelf import SHELF, Shelf, Shelves


class Library:
    """Logs of codes, and a shelf that follows them."""

    def __init__(self, postgres: Postgres) -> None:
        self.postgres = postgres
        self.store = EventStore(postgres, RelationalSink(INLINE, quote))
        self.shelves = Shelves(postgres)
        ensure(postgres, self.shelves, "shelf", Backend.POSTGRES)
        self.follower = self.followed(self.serving)

    @property
    def serving(self) -> registry.Version:
        with self.postgres.connection() as connection:
            return registry.serving(connection, "shelf")

    @property
    def shelf(self) -> Shelf:
        return self.shelves.shelf(self.serving)

    def followed(self, version: registry.Version) -> Follower:
        return Follower(self.postgres, SHELF, self.shelves.target(version))

    def begin(self, *project_ids: int) -> None:
        with self.postgres.transaction() as connection:
            for project_id in project_ids:
                self.store.begin(connection, project_id)

    def record(self, project_id: int, *facts: Fact) -> None:
        with self.postgres.connection() as connection:
            versions = self.store.versions(connection, project_id, [fact.stream_id for fact in facts])
            self.store.append(connection, Append(project_id, facts, Envelope(ADA, "test"), versions))

    def catch_up(self, follower: Follower | None = None) -> None:
        while (follower or self.follower).step().projects:
            pass

    def names(self, place: Place | None = None) -> list[tuple[int, int, str]]:
        with self.postgres.connection() as connection:
            rows = connection.execute(
                f"SELECT id, revision, name FROM {(place or self.serving.place).name}.entry ORDER BY id"
            )
            return rows.fetchall()

    def differences(self) -> list[str]:
        found = differences(self.postgres, self.shelves.target(self.serving), Backend.POSTGRES)
        return [f"{one.kind} {one.key}" for one in found]

    def parked(self) -> list[tuple[str, int, int]]:
        with self.postgres.connection() as connection:
            return [(one.stream_id, one.revision, one.later) for one in dead_letters(connection)]


def renamed(name: str) -> CodeRenamed:
    return CodeRenamed(name=name, name_key=name.casefold(), was="")


def deleted(name: str) -> CodeDeleted:
    return CodeDeleted(name=name, parent_id=None)
