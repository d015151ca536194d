"""How somebody who is not logged in comes to the door."""

from typing import Any

from fastapi import FastAPI
from starlette.testclient import TestClient

from tests.api.conftest import PASSWORD

ADA = {"email": "Ada@example.org", "first_name": "Ada", "last_name": "Lovelace", "password": PASSWORD}


def at(app: FastAPI, address: str = "192.0.2.1") -> TestClient:
    """Somebody at this address who is not logged in."""
    return TestClient(app, client=(address, 50_000))


def login(http: TestClient, email: str = "ada@example.org", password: str = PASSWORD) -> Any:
    return http.post("/authentication/login", data={"username": email, "password": password})


def refresh(http: TestClient, token: str) -> Any:
    return http.post("/authentication/refresh_access", params={"refresh_token": token})


def bearer(session: dict[str, Any]) -> dict[str, str]:
    return {"Authorization": f"Bearer {session['access_token']}"}
