"""Real PostgreSQL for every test that wants one: a server a worker, a database a test module or test."""

import os
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit
from uuid import uuid4

import psycopg
import pytest

import migrations
from repos import embedded_postgres
from repos.postgres_repo import Postgres


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[embedded_postgres.EmbeddedPostgres]:
    running = embedded_postgres.start(tmp_path_factory.mktemp("postgres"), durable=False)
    yield running
    running.stop()


@pytest.fixture(scope="session")
def template(server: embedded_postgres.EmbeddedPostgres) -> str:
    """A migrated database that the others are copies of."""
    migrations.upgrade(new_database(server.url, "shape"))
    return "shape"


@pytest.fixture
def database_url(server: embedded_postgres.EmbeddedPostgres, template: str) -> str:
    """A fresh, migrated database."""
    return new_database(server.url, f"test_{uuid4().hex}", template)


@pytest.fixture
def postgres(database_url: str) -> Iterator[Postgres]:
    postgres = Postgres(database_url, pool_size=20)
    yield postgres
    postgres.close()


@pytest.fixture
def litbank() -> Path:
    """The LitBank corpus, which is data to run on and no part of the project."""
    folder = Path(os.environ.get("LITBANK", Path(__file__).parents[2] / "shared" / "data" / "litbank"))
    if not folder.is_dir():
        if os.environ.get("CI"):
            pytest.fail(f"LitBank is not at {folder}, and in CI it must be")
        pytest.skip(f"LitBank is not at {folder}")
    return folder


def new_database(url: str, name: str, template: str = "template0") -> str:
    """Create a database beside the one at this url; the url of the new one."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
    return urlsplit(url)._replace(path=f"/{name}").geturl()
