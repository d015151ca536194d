"""Alembic: the shape of every table, the log's included."""

from pathlib import Path

from psycopg.errors import InsufficientPrivilege
from sqlalchemy import Connection, create_engine, text
from sqlalchemy.exc import ProgrammingError

from repos._obstacle import Obstacle
from repos.postgres_repo import sqlalchemy_url

FOLDER = Path(__file__).parent


class DatabaseNewer(Obstacle):
    """The database was made by a newer Palimpsest than this one: update the code, or use another database."""


class DatabaseForbids(Obstacle):
    """The account that opens the database may not make what is missing there; grant it CREATE on the database:"""


def upgrade(url: str) -> None:
    """Bring the database to this version's shape. Raises DatabaseNewer, DatabaseForbids."""
    engine = create_engine(sqlalchemy_url(url))
    try:
        with engine.begin() as connection:
            # Two processes that start at once must not both migrate.
            connection.execute(text("SELECT pg_advisory_xact_lock(hashtext('palimpsest.migrations'))"))
            current = _current(connection)
            if current == newest():
                return
            if current is not None and current not in _known():
                raise DatabaseNewer
            _migrate(connection)
    except ProgrammingError as error:
        if not isinstance(error.orig, InsufficientPrivilege):
            raise
        raise DatabaseForbids(f"{str(error.orig).splitlines()[0]}.") from None
    finally:
        engine.dispose()


def newest() -> str:
    """The revision this code is made for; the files are named after their revisions, in order."""
    return _known()[-1]


def _known() -> list[str]:
    return sorted(path.name.split("_", 1)[0] for path in (FOLDER / "versions").glob("[0-9]*.py"))


def _current(connection: Connection) -> str | None:
    if connection.scalar(text("SELECT to_regclass('log.alembic_version')")) is None:
        return None
    version: str | None = connection.scalar(text("SELECT version_num FROM log.alembic_version"))
    return version


def _migrate(connection: Connection) -> None:
    # Alembic is imported only when there is something to migrate: most starts find nothing.
    from alembic import command
    from alembic.config import Config

    configuration = Config()
    configuration.set_main_option("script_location", str(FOLDER))
    configuration.attributes["connection"] = connection
    command.upgrade(configuration, "head")
