"""`palimpsest import brat` as a test sees it: somebody with an account, a folder, and what became of it."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from urllib.parse import parse_qs, urlsplit

import httpx2
import psycopg

from tests.cli._server import ROOT

EMAIL, PASSWORD = "ada@example.org", "engine-of-analysis"
PATIENCE = 600.0  # seconds


@dataclass
class Importer:
    """Somebody who imports into a server, and can look at what is there."""

    url: str
    email: str = EMAIL
    http: httpx2.Client = field(init=False)

    def __post_init__(self) -> None:
        self.http = httpx2.Client(base_url=self.url, timeout=60)
        person = {"email": self.email, "password": PASSWORD, "first_name": "Ada", "last_name": "Lovelace"}
        self.http.post("/authentication/register", json=person).raise_for_status()
        login = self.http.post("/authentication/login", data={"username": self.email, "password": PASSWORD})
        self.http.headers["Authorization"] = f"Bearer {login.raise_for_status().json()['access_token']}"

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.http.close()

    def brat(
        self, folder: Path, project: str, *more: str, password: str = PASSWORD
    ) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            self.command(folder, project, *more),
            env=os.environ | {"PALIMPSEST_PASSWORD": password},
            capture_output=True,
            stdin=subprocess.DEVNULL,
            text=True,
            check=False,
            cwd=ROOT,
            timeout=PATIENCE,
        )

    def begin_brat(self, folder: Path, project: str) -> "subprocess.Popen[bytes]":
        return subprocess.Popen(
            self.command(folder, project),
            env=os.environ | {"PALIMPSEST_PASSWORD": PASSWORD},
            stdout=subprocess.DEVNULL,
            cwd=ROOT,
        )

    def report(self, folder: Path, project: str, *more: str) -> dict[str, Any]:
        told = self.brat(folder, project, "--json", *more)
        assert told.returncode == 0, told.stderr
        report: dict[str, Any] = json.loads(told.stdout)
        return report

    def get(self, path: str, **params: Any) -> Any:
        return self.http.get(path, params=params).raise_for_status().json()

    def pages(self, path: str, **params: Any) -> Iterator[Any]:
        """A whole list, page by page."""
        while True:
            response = self.http.get(path, params=params).raise_for_status()
            yield from response.json()
            if "next" not in response.links:
                return
            params |= parse_qs(urlsplit(response.links["next"]["url"]).query)

    def project(self, title: str) -> dict[str, Any]:
        (found,) = [one for one in self.get("/project/user/projects") if one["title"] == title]
        project: dict[str, Any] = found
        return project

    def codes(self, project_id: int) -> dict[str, Any]:
        """The codes that are not the system's, by name."""
        codes = self.pages(f"/code/project/{project_id}", limit=5_000)
        return {code["name"]: code for code in codes if not code["is_system"]}

    def documents(self, project_id: int) -> dict[str, int]:
        return {one["filename"]: one["id"] for one in self.pages(f"/sdoc/project/{project_id}", limit=1_000)}

    def command(self, folder: Path, project: str, *more: str) -> list[str]:
        there = ["--project", project, "--url", self.url, "--email", self.email]
        return [sys.executable, "-m", "cli.main", "import", "brat", str(folder), *there, *more]


def count(data_folder: Path, type: str) -> int:
    """How many events of this type the log of an installation has."""
    url = json.loads((data_folder / "instance.json").read_text())["url"]
    with psycopg.connect(url) as connection:
        row = connection.execute("SELECT count(*) FROM log.events WHERE type = %s", (type,)).fetchone()
    return int(row[0]) if row else 0
