"""Databases as they were, and on their way to what they are."""

from alembic import command
from alembic.config import Config
from sqlalchemy import create_engine

import migrations
from repos.postgres_repo import sqlalchemy_url


def migrate(url: str, revision: str) -> None:
    """Bring the database to the shape that it had with this revision."""
    engine = create_engine(sqlalchemy_url(url))
    with engine.begin() as connection:
        configuration = Config()
        configuration.set_main_option("script_location", str(migrations.FOLDER))
        configuration.attributes["connection"] = connection
        command.upgrade(configuration, revision)
    engine.dispose()
