"""The real application over a real database, started once for all races of a module."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from uuid import uuid4

import pytest
from fastapi import FastAPI

from api.main import create_app
from configs.schema import load
from projections._model import Backend
from repos.data_folder import open_data_folder
from repos.elasticsearch_repo import Elasticsearch
from repos.embedded_postgres import EmbeddedPostgres
from services.elasticsearch import elasticsearch as elasticsearch_service
from tests._servers import Servers
from tests.api.conftest import ada, person, start
from tests.conftest import new_database
from tests.reliability._diaries import Diaries, Setting

__all__ = ["ada", "person", "start"]


@pytest.fixture(scope="module")
def app(server: EmbeddedPostgres, template: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[FastAPI]:
    url = new_database(server.url, f"races_{uuid4().hex}", template)
    app = create_app(load("test", (), {}), url, open_data_folder(tmp_path_factory.mktemp("races")))
    # FastAPI builds a route when it is first asked for, which only one thread may do.
    app.openapi()
    yield app
    app.state.services.close()


@pytest.fixture
def elasticsearch_settings(servers: Servers, elasticsearch: Elasticsearch) -> list[str]:
    """The server of all tests, under the prefix of this one."""
    known = servers.settings(elasticsearch_service("-XX:TieredStopAtLevel=1"))
    return [
        f"elasticsearch.url={known['PALIMPSEST__ELASTICSEARCH__URL']}",
        f"elasticsearch.prefix={elasticsearch.prefix}",
    ]


@pytest.fixture
def diaries(database_url: str, request: pytest.FixtureRequest) -> Iterator[Callable[..., Diaries]]:
    """Opens them on a backend; later settings win."""
    with ExitStack() as opened:

        def diaries(backend: Backend, *settings: str, **more: int) -> Diaries:
            if backend is Backend.ELASTICSEARCH:
                settings = (*request.getfixturevalue("elasticsearch_settings"), *settings)
            made = Diaries(Setting(database_url, backend, settings), **more)
            opened.callback(made.close)
            return made

        yield diaries
