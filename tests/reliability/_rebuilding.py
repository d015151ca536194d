"""A process that makes another version of a read model, as `palimpsest rebuild` does, and that may be killed at it."""

from multiprocessing import get_context
from multiprocessing.process import BaseProcess

from projections import _rebuild as rebuild
from projections._follow import Follower
from projections._model import Backend
from tests.reliability._diaries import Reading, Setting

_CONTEXT = get_context("forkserver")
BATCH = 4


def see_through(setting: Setting, model: str, to: Backend) -> None:
    """Go on with the version that is being built, or begin one, until it serves."""
    reading = Reading(setting)
    postgres, places = reading.postgres, reading.read_models
    version = rebuild.building(postgres, model) or rebuild.request(postgres, places, model, to)
    target = places.target(version)
    target.batch, target.batches = BATCH, 2
    follower = Follower(postgres, places.model(model), target)
    while not rebuild.finish(postgres, places, version, places.refusals):
        while follower.step().projects:
            pass
    reading.close()


def rebuilding(setting: Setting, model: str, to: Backend) -> BaseProcess:
    process = _CONTEXT.Process(target=see_through, args=(setting, model, to))
    process.start()
    return process
