"""Alembic: the shape of every table, the log's included."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection, create_engine, text


class DatabaseNewer(Exception):
    """The database was made by a newer version of Palimpsest than this one: update the code, or use another database."""

    def __init__(self) -> None:
        super().__init__(" ".join((type(self).__doc__ or "").split()))


def upgrade(url: str) -> None:
    """Bring the database to this version's shape. Raises DatabaseNewer."""
    engine = create_engine(url.replace("postgresql://", "postgresql+psycopg://", 1))
    with engine.begin() as connection:
        # Two processes that start at once must not both migrate.
        connection.execute(text("SELECT pg_advisory_xact_lock(hashtext('palimpsest.migrations'))"))
        if _current(connection) == _head():
            return
        configuration = _configuration()
        configuration.attributes["connection"] = connection
        try:
            command.upgrade(configuration, "head")
        except CommandError as error:
            if "Can't locate revision" in str(error):
                raise DatabaseNewer from None
            raise
    engine.dispose()


def _current(connection: Connection) -> str | None:
    if connection.scalar(text("SELECT to_regclass('log.alembic_version')")) is None:
        return None
    version: str | None = connection.scalar(text("SELECT version_num FROM log.alembic_version"))
    return version


def _head() -> str | None:
    return ScriptDirectory.from_config(_configuration()).get_current_head()


def _configuration() -> Config:
    configuration = Config()
    configuration.set_main_option("script_location", str(Path(__file__).parent))
    return configuration
