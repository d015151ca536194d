"""People with accounts, and what they get for their requests."""

from dataclasses import dataclass
from typing import Any

import httpx2
from fastapi import FastAPI
from pydantic import SecretStr
from starlette.testclient import TestClient

from api.user_service import register
from commands._decider import Request
from commands.user_dto import UserCreate
from events._event import Envelope
from systems.token_system import Claims

PASSWORD = "correct horse battery"


@dataclass(frozen=True)
class Person:
    """Somebody with an account; `http` sends requests in their name."""

    id: int
    http: TestClient
    email: str

    def project(self, **more: Any) -> int:
        body = {"title": "Letters from the front", "description": "", **more}
        return int(ok(self.http.post("/project", json=body))["id"])


def account(app: FastAPI, first_name: str = "Ada", last_name: str = "Lovelace") -> Person:
    """A new account; its owner is a stranger to every project until somebody adds them."""
    services = app.state.services
    user_id = services.postgres.next_id("user")
    email = f"{first_name}.{user_id}@example.org".lower()
    asked = UserCreate(email=email, first_name=first_name, last_name=last_name, password=SecretStr(PASSWORD))
    register(services, user_id, asked, Request(Envelope(user_id, "test")))
    token, _ = services.tokens.issue(Claims(user_id, 0))
    client = TestClient(app, raise_server_exceptions=True, headers={"Authorization": f"Bearer {token}"})
    return Person(user_id, client, email)


def ok(response: httpx2.Response) -> Any:
    """The answer of a request that must have been done."""
    assert response.is_success, f"{response.request.method} {response.request.url}: {response.text}"
    return response.json()
