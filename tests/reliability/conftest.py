"""The real application over a real database, started once for all races of a module."""

from collections.abc import Iterator
from uuid import uuid4

import pytest
from fastapi import FastAPI

from api.main import create_app
from configs.schema import load
from repos.data_folder import open_data_folder
from repos.embedded_postgres import EmbeddedPostgres
from tests.api.conftest import ada, person
from tests.conftest import new_database

__all__ = ["ada", "person"]


@pytest.fixture(scope="module")
def app(server: EmbeddedPostgres, template: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[FastAPI]:
    url = new_database(server.url, f"races_{uuid4().hex}", template)
    app = create_app(load("test", (), {}), url, open_data_folder(tmp_path_factory.mktemp("races")))
    # FastAPI builds a route when it is first asked for, which only one thread may do.
    app.openapi()
    yield app
    app.state.services.close()
