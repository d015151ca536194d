"""What nobody asks for and somebody must do: stalled jobs, ended projects, unused blobs, old keys."""

from dataclasses import dataclass
from functools import partial
from threading import Event

from loguru import logger

from api.processing_service import TASK, after_a_death
from configs.schema import ApiConfig
from events._store import EventStore
from projections._forgetting import forget
from repos.blob_repo import BlobRepo
from repos.postgres_repo import Connection
from systems.jobs_system import requeue_stalled

_LOCK = "SELECT pg_try_advisory_lock(hashtext('palimpsest.upkeep'))"
_UNLOCK = "SELECT pg_advisory_unlock(hashtext('palimpsest.upkeep'))"


@dataclass(frozen=True)
class Upkeep:
    """Each part may be broken off at any point and begins again where it was."""

    store: EventStore
    blobs: BlobRepo
    config: ApiConfig
    stopping: Event

    def take_up_stalled(self, seconds: float) -> None:
        """The jobs of workers that have died."""
        with self.store.postgres.connection() as connection:
            if taken_up := requeue_stalled(connection, TASK, seconds, after_a_death):
                logger.warning("{} jobs of a worker that died are taken up again", taken_up)

    def run(self) -> None:
        """All that can wait for an hour, by one worker at a time."""
        with self.store.postgres.connection() as connection:
            if not _truth(connection, _LOCK):
                return
            try:
                for part in (self.forget_keys, self.forget_projects, self.collect_blobs):
                    part(connection)
            finally:
                connection.execute(_UNLOCK)

    def forget_keys(self, connection: Connection) -> None:
        """Answers that are no longer repeated, tokens that have expired, and attempts that no longer count."""
        for statement, arguments in (
            (
                "DELETE FROM log.idempotency_key WHERE recorded_at < now() - make_interval(days => $1)",
                (self.config.idempotency_days,),
            ),
            ("DELETE FROM account.refresh_token WHERE expires < now() - interval '1 day'", ()),
            ("DELETE FROM account.attempt WHERE last < now() - interval '1 day'", ()),
        ):
            connection.execute(statement, arguments)

    def forget_projects(self, connection: Connection) -> None:
        """What the read tables and the blobs still have of projects that were ended."""
        ended = connection.execute(
            "SELECT h.project_id FROM log.project_heads h LEFT JOIN inline.project p ON p.id = h.project_id "
            "WHERE p.id IS NULL AND h.project_id > 0 AND h.revision > 0"
        ).fetchall()
        for (project_id,) in ended:
            if not forget(connection, project_id, self.stopping.is_set):
                return
            self.blobs.remove_project(project_id)

    def collect_blobs(self, connection: Connection) -> None:
        """Blobs that no fact names and that are older than a day: what was stored for an upload that failed."""
        for (project_id,) in connection.execute("SELECT id FROM inline.project ORDER BY id").fetchall():
            if self.stopping.is_set():
                return
            self.blobs.collect(project_id, partial(_named, connection, project_id))


def _named(connection: Connection, project_id: int, hashes: list[str]) -> set[str]:
    """Which of these hashes a fact names, be it of a document that was deleted or of an older text."""
    rows = connection.execute(
        "SELECT DISTINCT found[1] FROM log.events e, "
        "regexp_matches(convert_from(e.data, 'UTF8'), '_sha256\":\"([0-9a-f]{64})\"', 'g') AS found "
        "WHERE e.project_id = $1 AND e.stream_id >= 'sdoc-' AND e.stream_id < 'sdoc.' AND found[1] = ANY($2::text[])",
        (project_id, hashes),
    )
    return {row[0] for row in rows}


def _truth(connection: Connection, statement: str) -> bool:
    row = connection.execute(statement).fetchone()
    return bool(row and row[0])
