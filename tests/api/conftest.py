"""The real application over a real database, and people who use it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from api.main import create_app
from configs.schema import load
from repos.data_folder import open_data_folder
from systems.token_system import Claims


@dataclass(frozen=True)
class Person:
    """Somebody with an account; `http` sends requests in their name."""

    id: int
    http: TestClient

    def project(self, **more: Any) -> int:
        body = {"title": "Letters from the front", "description": "", **more}
        return int(ok(self.http.post("/project", json=body))["id"])


def ok(response: httpx.Response) -> Any:
    """The answer of a request that must have been done."""
    assert response.is_success, f"{response.request.method} {response.request.url}: {response.text}"
    return response.json()


@pytest.fixture
def app(database_url: str, tmp_path: Path) -> Iterator[FastAPI]:
    app = create_app(load("test", [], {}), database_url, open_data_folder(tmp_path / "data"))
    yield app
    app.state.services.postgres.close()


@pytest.fixture
def person(app: FastAPI) -> Callable[..., Person]:
    """Makes people; they are strangers to every project until somebody adds them."""
    services = app.state.services

    def make(first_name: str = "Ada", last_name: str = "Lovelace") -> Person:
        user_id = services.postgres.next_id("user")
        email = f"{first_name}.{user_id}@example.org".lower()
        with services.postgres.connection() as connection:
            connection.execute(
                "INSERT INTO account.user (id, email, email_key, first_name, last_name) VALUES ($1, $2, $2, $3, $4)",
                (user_id, email, first_name, last_name),
            )
        token, _ = services.tokens.issue(Claims(user_id, 0))
        client = TestClient(app, raise_server_exceptions=True, headers={"Authorization": f"Bearer {token}"})
        return Person(user_id, client)

    return make


@pytest.fixture
def ada(person: Callable[..., Person]) -> Person:
    return person()


@pytest.fixture
def stranger(person: Callable[..., Person]) -> Person:
    return person("Mallory", "Stranger")
