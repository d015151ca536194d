"""What a worker does: follow the logs for all versions of all read models, and let those serve that are ready."""

import time
from collections.abc import Callable
from functools import partial
from threading import Event, Thread, current_thread

import psycopg
from loguru import logger

from api._read_models import NoSuchBackend, ReadModels
from cli._following import POLL, Following
from projections import _registry as registry
from projections._behind import Place
from projections._follow import SECONDS, TRANSIENT, UNREAD_SECONDS, Follower
from projections._registry import Version
from repos.signal_repo import Grown, signals

_REFRESH = 0.5
_LISTENING = 0.2
_LONGEST_DELAY = 5.0
_BETWEEN_NOTES = 30.0
_PATIENCE = 2  # seconds for the database to answer when we are to end


class ReadModelWork:
    """A worker: any number of them share the work, and each may be killed at any moment."""

    def __init__(self, read_models: ReadModels, url: str, *, share: float) -> None:
        self._read_models = read_models
        self._url = url
        self._share = share
        self._asked = False
        self._stopping = Event()
        self._threads: dict[Place, Following] = {}
        self._noted: dict[Place, float] = {}
        self._failure: BaseException | None = None

    def run(self) -> None:
        """Work until `stop`, and then as long as batches are under way, unless the database is away."""
        working = Thread(target=self._work, name="versions", daemon=True)
        working.start()
        # A signal may come to any thread, and is then heard by ours only once it does something.
        while not (self._asked or self._stopping.wait(_LISTENING)):
            pass
        self._stopping.set()
        working.join(_PATIENCE)
        while working.is_alive() and self._database_answers():
            working.join(_PATIENCE)
        if self._failure is not None:
            raise self._failure

    def stop(self) -> None:
        """For handlers of signals too, which may interrupt whoever holds a lock: takes none."""
        self._asked = True

    def _work(self) -> None:
        try:
            self._begin()
            for name, work in (
                ("Signals", self._listen),
                ("Rebuilds", partial(self._go_on, self._read_models.let_serve)),
                ("Rewrites", partial(self._go_on, self._read_models.write_what_is_asked_for)),
            ):
                Thread(target=work, name=name, daemon=True).start()
            while not self._stopping.is_set():
                try:
                    self._refresh()
                except TRANSIENT as error:
                    logger.warning("The worker waits for the database: {}", error)
                self._stopping.wait(_REFRESH)
            for thread in self._threads.values():
                thread.stop()
            for one in self._threads.values():
                one.join()
        except BaseException as error:
            self._failure = error
        finally:
            self._stopping.set()

    def _database_answers(self) -> bool:
        try:
            psycopg.connect(self._url, connect_timeout=_PATIENCE).close()
        except psycopg.OperationalError:
            return False
        return True

    def _begin(self) -> None:
        """Every read model has a version that serves; without the database nothing else can be done anyway."""
        while not self._stopping.is_set():
            try:
                return self._read_models.ensure()
            except TRANSIENT as error:
                logger.warning("The worker cannot begin yet: {}", error)
            self._stopping.wait(_LONGEST_DELAY)

    def _refresh(self) -> None:
        """A thread for each version that is to be followed."""
        with self._read_models.postgres.connection() as connection:
            versions = {one.place: one for one in registry.versions(connection) if self._is_followed(one)}
        for place in [*self._threads]:
            if place not in versions or not self._threads[place].is_alive():
                self._threads.pop(place).stop()
        for place, version in versions.items():
            if place in self._threads:
                self._pace(self._threads[place], version)
                continue
            try:
                self._threads[place] = self._following(version)
            except NoSuchBackend as error:
                self._note(version, error)
                continue
            self._threads[place].start()

    def _is_followed(self, version: Version) -> bool:
        model = self._read_models.models.get(version.place.model)
        if model is None or version.state == "kept":
            return False
        return version.state == "building" or not model.inline

    def _following(self, version: Version) -> Following:
        model, target = self._read_models.model(version.place.model), self._read_models.target(version)
        thread = Following(self._read_models.postgres, Follower(self._read_models.postgres, model, target))
        self._pace(thread, version)
        return thread

    def _pace(self, thread: Following, version: Version) -> None:
        """What nobody reads yet takes its time, and leaves some to those who write."""
        unread = version.state == "building"
        thread.share = self._share if unread else 1.0
        thread.follower.seconds = UNREAD_SECONDS if unread else SECONDS

    def _note(self, version: Version, error: Exception) -> None:
        """The others go on without it, and another worker, who can follow it, may say so."""
        noted, now = self._noted.get(version.place), time.monotonic()
        if noted is not None and now - noted < _BETWEEN_NOTES:
            return
        if noted is None:
            logger.warning("{} waits: {}", version.place.name, error)
        self._noted[version.place] = now
        with self._read_models.postgres.connection() as connection:
            registry.note(connection, version.place, "following", str(error))

    def _listen(self) -> None:
        delay = POLL
        while not self._stopping.is_set():
            try:
                for grown in signals(self._url, POLL):
                    delay = POLL
                    self._tell(grown)
                    if self._stopping.is_set():
                        return
            except psycopg.OperationalError:
                # Until it is back, everybody looks for himself.
                delay = min(2 * delay, _LONGEST_DELAY)
            self._stopping.wait(delay)

    def _tell(self, grown: Grown | None) -> None:
        if not grown:
            return
        for place, thread in [*self._threads.items()]:
            scope = self._read_models.model(place.model).scope
            mine = [id for id, parts in grown.items() if scope is None or scope in parts]
            if mine:
                thread.tell(mine)

    def _go_on(self, work: Callable[[Callable[[], bool]], None]) -> None:
        """In a thread of its own: it may take long, as where much is compared or a server says nothing."""
        while not self._stopping.is_set():
            try:
                work(self._stopping.is_set)
            except TRANSIENT as error:
                logger.warning("{} wait: {}", current_thread().name, error)
            except Exception:
                logger.exception("{} could not go on, and are tried again", current_thread().name)
                self._stopping.wait(_LONGEST_DELAY)
            self._stopping.wait(_REFRESH)
