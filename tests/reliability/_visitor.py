"""Somebody who works at a really started server, reading and writing as people do all day."""

from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import httpx2

from tests.api._people import ok
from tests.api.test_table_search import EVERYTHING
from tests.cli._server import wait_for

TEXT = "It was a lazy afternoon by the sea."


@dataclass
class Visitor:
    """`patient`: asks again when told to come back later, as the answer says; `told` is how often that was."""

    http: httpx2.Client
    patient: bool = False
    told: int = 0
    days: int = 0
    project: int = field(init=False)

    def __post_init__(self) -> None:
        self.project = self.ask("POST", "/project", json={"title": "Letters", "description": ""}).json()["id"]

    def ask(self, method: str, path: str, **more: Any) -> httpx2.Response:
        """An answer that says that it was done."""
        headers = {} if method == "GET" else {"Idempotency-Key": uuid4().hex}
        answers: list[httpx2.Response] = []

        def done() -> bool:
            answers.append(self.http.request(method, path, headers=headers, **more))
            if not self.patient or answers[-1].is_success:
                return True
            comes_later(answers[-1])
            self.told += 1
            return False

        wait_for(done)
        ok(answers[-1])
        return answers[-1]

    def work(self) -> int:
        """A day's work; the revision of the project then."""
        self.days += 1
        name = f"day {self.days}"
        files = {"uploaded_files": (f"{name}.txt", f"{TEXT} {name}.")}
        taken = self.ask("POST", f"/docprocessing/project/{self.project}/upload", files=files).json()["accepted"]
        code = self.ask("POST", "/code", json={"project_id": self.project, "name": name}).json()["id"]
        self.ask("PATCH", f"/code/{code}", json={"description": "Of the sea."})
        of_code = {"attached_object_id": code, "attached_object_type": "code"}
        content = {"title": name, "content": "By the sea.", "content_json": ""}
        written = self.ask("POST", "/memo", params=of_code, json=content)
        for path in (
            f"/project/{self.project}",
            f"/code/project/{self.project}",
            f"/sdoc/project/{self.project}",
            f"/sdoc/{taken[0]['sdoc_id']}",
            f"/project/{self.project}/history",
            f"/memo/{written.json()['id']}",
        ):
            self.ask("GET", path)
        self.ask(
            "POST",
            "/search/span_annotation",
            params={"project_id": self.project},
            json={"filter": EVERYTHING, "sorts": []},
        )
        return int(written.headers["X-Project-Revision"])

    def search(self, what: str, min_revision: int = 0) -> httpx2.Response:
        """For the sea, in memos or documents ("sdoc"); a day adds one of each."""
        return self.http.post(
            f"/search/{what}",
            params={"project_id": self.project, "search_query": "sea", "min_revision": min_revision},
            json={"filter": EVERYTHING, "sorts": []},
        )

    def alike(self, min_revision: int = 0) -> httpx2.Response:
        """Sentences, which may as well be of any day."""
        params = {"proj_id": self.project, "top_k": 1_000, "threshold": -1, "min_revision": min_revision}
        return self.http.post("/simsearch/sentences", params=params, json={"query": TEXT, "filter": EVERYTHING})

    def late(self) -> list[str]:
        """The read models that the server says are late."""
        return sorted(ok(self.http.get("/health/ready"))["late"])

    def processed(self) -> int:
        """The revision at which all documents have their texts."""
        path = f"/docprocessing/project/{self.project}/status/done/simple"
        wait_for(lambda: len(ok(self.http.get(path))) == self.days)
        return int(ok(self.http.get(f"/project/{self.project}"))["revision"])


def comes_later(answer: httpx2.Response) -> None:
    """It is refused for the moment, and says when to ask again."""
    assert answer.status_code == 503, answer.text
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.json()["type"].startswith("urn:palimpsest:problem:")
    assert int(answer.headers["Retry-After"]) > 0
