"""What a document worker does: jobs of the to-do list, and what somebody must do now and then."""

import asyncio
import contextlib
import signal
from collections.abc import Iterator
from functools import partial
from typing import Any

import psycopg
from loguru import logger
from procrastinate import App, RetryStrategy
from procrastinate.exceptions import ConnectorException
from procrastinate.manager import JobManager

from api.processing_service import TASK, Interrupted, Processing, Work, after_a_death
from api.upkeep_service import Upkeep
from cli._instance import Instance
from events._store import EventStore
from projections import INLINE
from projections._quote import quoter
from projections._sink import RelationalSink
from repos._obstacle import Obstacle
from repos.blob_repo import BlobRepo
from repos.postgres_repo import Postgres
from repos.signal_repo import Announcer
from systems.bounded_system import Bounded
from systems.jobs_system import defer, worker_app

_HEARTBEAT = 1.0  # seconds between two signs of life
_STALLED = 8.0  # seconds without one, after which a worker's jobs are taken up by others
_POLL = 2.0
_SWEEP = 3.0
_UPKEEP = 3600.0
_MB = 1_000_000


class NoJobs(Obstacle):
    """The to-do list in the database cannot be worked off:"""


class _Outcomes(JobManager):
    """Notes what becomes of jobs. If that fails, the library's worker goes on, and the job is taken for one that it is
    at; so whoever waits for `lost` is told, instead of the library, which takes such an error from nobody."""

    def __init__(self, app: App) -> None:
        super().__init__(app.connector)
        self._failed = asyncio.Event()
        self._error: ConnectorException | None = None

    async def finish_job(self, *told: Any, **more: Any) -> None:
        with self._noticing():
            await super().finish_job(*told, **more)

    async def retry_job(self, *told: Any, **more: Any) -> None:
        with self._noticing():
            await super().retry_job(*told, **more)

    async def lost(self) -> None:
        """Raises ConnectorException, once an outcome could not be noted."""
        await self._failed.wait()
        assert self._error is not None
        raise self._error

    @contextlib.contextmanager
    def _noticing(self) -> Iterator[None]:
        try:
            yield
        except ConnectorException as error:
            self._error = error
            self._failed.set()


class DocumentWork:
    """One worker: its connections, its child process, its jobs."""

    def __init__(self, instance: Instance) -> None:
        documents = instance.config.documents
        self._postgres = Postgres(instance.url, pool_size=4)
        blobs = BlobRepo(instance.data_folder.blobs)
        self._announcer = Announcer(instance.url)
        store = EventStore(self._postgres, RelationalSink(INLINE, quoter(blobs)), self._announcer.announce)
        self._child = Bounded(
            "systems.document_extraction_system:extract",
            seconds=documents.timeout_seconds,
            memory=documents.memory_mb * _MB,
        )
        self._processing = Processing(store, blobs, self._child)
        self._upkeep = Upkeep(store, blobs, instance.config.api, self._processing.stopping)
        self._app = self._with_tasks(worker_app(instance.url))
        self._app.job_manager = self._outcomes = _Outcomes(self._app)

    async def run(self) -> None:
        """Work until SIGTERM or SIGINT. Raises NoJobs."""
        async with self._app.open_async():
            working = [
                asyncio.create_task(self._work()),
                asyncio.create_task(self._outcomes.lost()),
                asyncio.create_task(self._repeat(partial(self._upkeep.take_up_stalled, _STALLED), _SWEEP)),
                asyncio.create_task(self._repeat(self._upkeep.run, _UPKEEP)),
            ]
            for number in (signal.SIGTERM, signal.SIGINT):
                asyncio.get_running_loop().add_signal_handler(number, self._stop, working)
            try:
                done, _ = await asyncio.wait(working, return_when=asyncio.FIRST_COMPLETED)
            finally:
                self._stop(working)
                await asyncio.wait(working)
        self._child.close()
        self._announcer.close()
        self._postgres.close()
        for task in done:
            try:
                with contextlib.suppress(asyncio.CancelledError):
                    task.result()
            except ConnectorException as error:
                raise NoJobs(error.__cause__ or error) from None

    def _stop(self, working: "list[asyncio.Task[None]]") -> None:
        self._processing.stopping.set()
        self._child.interrupt()
        for task in working:
            task.cancel()

    async def _work(self) -> None:
        await self._app.run_worker_async(
            queues=[TASK],
            concurrency=1,
            delete_jobs="always",
            fetch_job_polling_interval=_POLL,
            update_heartbeat_interval=_HEARTBEAT,
            stalled_worker_timeout=_STALLED,
            install_signal_handlers=False,
        )

    def _with_tasks(self, app: App) -> App:
        app.task(name=TASK, queue=TASK, retry=_LATER)(self._do)
        return app

    def _do(self, **work: Any) -> None:
        """A job: what fails for a reason of its own is tried again, document by document, and at last given up."""
        try:
            self._processing.work(**work)
        except _NOT_ITS_FAULT:
            raise
        except Exception:
            logger.exception("A job failed: {}", work)
            with self._postgres.connection() as connection:
                defer(connection, TASK, after_a_death(Work(work)))

    async def _repeat(self, do: Any, seconds: float) -> None:
        while True:
            try:
                await asyncio.to_thread(do)
            except Exception as error:
                logger.warning("Upkeep failed and will be tried again: {}", error)
            await asyncio.sleep(seconds)


_NOT_ITS_FAULT = (Interrupted, OSError, psycopg.OperationalError)
_LATER = RetryStrategy(wait=2, retry_exceptions=_NOT_ITS_FAULT)
