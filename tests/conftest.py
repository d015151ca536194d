"""Real servers for every test that wants one: PostgreSQL for each worker, the others for all workers together."""

import os
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit
from uuid import uuid4

import psycopg
import pytest

import migrations
from configs.schema import load
from repos import embedded_postgres
from repos.elasticsearch_repo import Elasticsearch
from repos.postgres_repo import Postgres
from repos.weaviate_repo import Weaviate
from services.elasticsearch import elasticsearch as elasticsearch_service
from services.embedder import EMBEDDER
from services.weaviate import WEAVIATE
from tests._servers import Servers, left_out, servers_of
from tests.embedding import words


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


@pytest.fixture(scope="session")
def servers(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Servers:
    """The servers of the whole run: a worker is a child of its process, and has its folder in that of the run."""
    folder = tmp_path_factory.getbasetemp()
    if hasattr(request.config, "workerinput"):
        return servers_of(os.getppid(), folder.parent)
    return servers_of(os.getpid(), folder)


@pytest.fixture
def own_servers(tmp_path: Path) -> Iterator[Servers]:
    """Servers of one test, which may do to them what it likes."""
    own = servers_of(os.getpid(), tmp_path)
    yield own
    own.end()


@pytest.fixture
def elasticsearch(servers: Servers) -> Iterator[Elasticsearch]:
    """A connection under a prefix of this test's own."""
    # Half the work of starting it, for less speed afterwards.
    settings = servers.settings(elasticsearch_service("-XX:TieredStopAtLevel=1"))
    mine = [f"elasticsearch.prefix=test-{uuid4().hex}", "elasticsearch.timeout_seconds=120"]
    elasticsearch = Elasticsearch(load("test", mine, settings).elasticsearch)
    yield elasticsearch
    with elasticsearch.connection() as client:
        for index in client.indices.get(index=f"{elasticsearch.prefix}*", expand_wildcards="all"):
            client.indices.delete(index=index)
    elasticsearch.close()


@pytest.fixture
def weaviate(servers: Servers) -> Iterator[Weaviate]:
    """A connection under a prefix of this test's own."""
    settings = servers.settings(WEAVIATE)
    mine = [f"weaviate.prefix=Test{uuid4().hex}", "weaviate.timeout_seconds=120"]
    weaviate = Weaviate(load("test", mine, settings).weaviate)
    yield weaviate
    with weaviate.connection() as client:
        # An alias outlives its collection, and would point nowhere.
        for alias in client.alias.list_all():
            if alias.startswith(weaviate.prefix):
                client.alias.delete(alias_name=alias)
        for collection in client.collections.list_all():
            if collection.startswith(weaviate.prefix):
                client.collections.delete(collection)
    weaviate.close()


@pytest.fixture(scope="session")
def embeddings_url(servers: Servers) -> str:
    """The address of a real embedding server that speaks as OpenAI's does."""
    return f"{servers.started(EMBEDDER).url}/v1"


@pytest.fixture(scope="session")
def embedder() -> Iterator[list[str]]:
    """Settings of an embedder that knows the meanings of texts for tests that are about something else."""
    with words() as settings:
        yield settings


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


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say loudly what was left out, and how to get it."""
    if lines := list(left_out(terminalreporter.stats.get("skipped", []))):
        terminalreporter.section("servers that are not here", yellow=True)
        for line in lines:
            terminalreporter.write_line(line)
