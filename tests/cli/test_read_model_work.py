"""A worker follows each version at its pace: what nobody reads yet leaves time to those who write."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from api._read_models import ReadModels
from cli._following import Following
from cli._read_model_work import ReadModelWork
from configs.schema import load
from events._event import Fact
from projections import _rebuild as rebuild
from projections import _registry as registry
from projections._behind import Place
from projections._checkpoint import begin, claim
from projections._follow import SECONDS, UNREAD_SECONDS
from projections._model import Backend
from projections._registry import Version
from projections.word_frequency import WORD_FREQUENCY
from repos.blob_repo import BlobRepo
from repos.postgres_repo import Postgres
from tests.cli._server import wait_for
from tests.commands.test_source_document import uploaded
from tests.projections.library import Library
from tests.projections.test_folder import created as folder

SHARE = 0.25
UNREAD, READ = (SHARE, UNREAD_SECONDS), (1.0, SECONDS)


def pace(place: Place) -> tuple[float, float] | None:
    """The share and the seconds of the thread that follows this version, if there is one."""
    threads = (one for one in threading.enumerate() if isinstance(one, Following) and one.name == place.name)
    return next(((one.share, one.follower.seconds) for one in threads), None)


@contextmanager
def working(read_models: ReadModels) -> Iterator[None]:
    work = ReadModelWork(read_models, read_models.postgres.url, share=SHARE)
    thread = threading.Thread(target=work.run)
    thread.start()
    try:
        yield
    finally:
        work.stop()
        thread.join()


def elsewhere(postgres: Postgres) -> Version:
    """A version of a read model that is kept where the settings do not say."""
    with postgres.connection() as connection:
        return registry.add(connection, WORD_FREQUENCY.name, Backend.ELASTICSEARCH, "serving")


def test_who_cannot_follow_for_want_of_settings_does_not_contradict_another_who_can(
    postgres: Postgres, tmp_path: Path
) -> None:
    version, read_models = elsewhere(postgres), ReadModels(load("test", [], {}), postgres, BlobRepo(tmp_path))
    work = ReadModelWork(read_models, postgres.url, share=SHARE)

    def told() -> str | None:
        work._refresh()
        with postgres.connection() as connection:
            return registry.serving(connection, WORD_FREQUENCY.name).error

    assert "the settings do not say where that is" in str(told())
    with postgres.connection() as connection:
        registry.note_over(connection, version.place, "following")
    assert told() is None
    read_models.close()


def test_a_version_is_followed_without_restraint_as_soon_as_it_serves(postgres: Postgres, tmp_path: Path) -> None:
    library = Library(postgres)
    library.begin(1)
    library.record(1, Fact("folder-101", folder("letters", None)), Fact("sdoc-1", uploaded("letter.txt")))
    read_models = ReadModels(load("test", [], {}), postgres, BlobRepo(tmp_path))
    read_models.ensure()
    with postgres.connection() as connection:
        before = registry.serving(connection, WORD_FREQUENCY.name).place
    building = rebuild.request(postgres, read_models, WORD_FREQUENCY.name, None).place
    with postgres.connection() as connection:
        begin(connection, building, [1])
    with working(read_models):
        with postgres.transaction() as connection:
            # It cannot catch up, and so does not serve.
            assert claim(connection, building, 1)
            wait_for(lambda: pace(building) == UNREAD and pace(before) == READ)
        wait_for(lambda: pace(building) == READ)
        with postgres.connection() as connection:
            assert registry.serving(connection, WORD_FREQUENCY.name).place == building
    read_models.close()
