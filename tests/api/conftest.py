"""The real application over a real database, and people who use it."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from uuid import uuid4

import pytest
from fastapi import FastAPI

from api.main import create_app
from configs.schema import load
from repos.data_folder import open_data_folder
from repos.embedded_postgres import EmbeddedPostgres
from tests.api._people import PASSWORD, Person, account, ok
from tests.api._verified import differences
from tests.api._world import World
from tests.conftest import new_database

__all__ = ["PASSWORD", "Person", "ok"]


@pytest.fixture
def start(database_url: str, tmp_path: Path, embedder: list[str]) -> Iterator[Callable[..., FastAPI]]:
    """Starts the application; again, it is another process on the same data. In the end, the tables must be right."""
    with ExitStack() as started:

        def start(*settings: str) -> FastAPI:
            app = create_app(
                load("test", [*embedder, *settings], {}), database_url, open_data_folder(tmp_path / "data")
            )
            started.callback(app.state.services.close)
            return app

        yield start
    assert differences(database_url, tmp_path / "data") == []


@pytest.fixture
def app(start: Callable[..., FastAPI]) -> FastAPI:
    return start()


@pytest.fixture
def person(app: FastAPI) -> Callable[..., Person]:
    """Makes people; they are strangers to every project until somebody adds them."""
    return partial(account, app)


@pytest.fixture
def ada(person: Callable[..., Person]) -> Person:
    return person()


@pytest.fixture
def stranger(person: Callable[..., Person]) -> Person:
    return person("Mallory", "Stranger")


@pytest.fixture(scope="module")
def world(
    server: EmbeddedPostgres, template: str, tmp_path_factory: pytest.TempPathFactory, embedder: list[str]
) -> Iterator[World]:
    """Made once for all tests of a module, which leave it as it is."""
    url = new_database(server.url, f"world_{uuid4().hex}", template)
    settings = [
        *embedder,
        "auth.registrations_per_hour=100000",
        "auth.login_failures=100000",
        "auth.access_token_minutes=100000",
    ]
    # Nobody follows the log while the tests run: what is late stays late.
    settings += ["read_models.wait_seconds=0.05"]
    app = create_app(load("test", settings, {}), url, open_data_folder(tmp_path_factory.mktemp("world")))
    yield World(app)
    app.state.services.close()
