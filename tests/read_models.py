"""Read models behind the log for tests that are about something else: made, and caught up with the log."""

from api._read_models import ReadModels
from projections import _registry as registry
from projections._dead_letter import dead_letters
from projections._follow import Follower


def catch_up(read_models: ReadModels) -> None:
    """What a worker does, until there is nothing left to do, and nothing was parked."""
    follow(read_models)
    with read_models.postgres.connection() as connection:
        assert dead_letters(connection) == []


def follow(read_models: ReadModels) -> None:
    read_models.ensure()
    with read_models.postgres.connection() as connection:
        versions = [one for one in registry.versions(connection) if one.place.model in read_models.models]
    for version in versions:
        model = read_models.model(version.place.model)
        if not model.inline:
            follower = Follower(read_models.postgres, model, read_models.target(version))
            while follower.step().projects:
                pass
