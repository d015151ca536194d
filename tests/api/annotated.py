"""A document with codes to annotate it with."""

from dataclasses import dataclass
from typing import Any

from fastapi import FastAPI

from tests.api._people import Person, ok
from tests.documents import uploaded

TEXT = "The sea was calm. Nobody spoke, and the 🚢 lay still.\nThen the wind came."


@dataclass(frozen=True)
class Place:
    """Ada's project: a document with `TEXT`, and two codes."""

    project: int
    sdoc: int
    calm: int
    unrest: int

    def span(self, words: str, **more: Any) -> dict[str, Any]:
        begin = TEXT.index(words)
        return {"sdoc_id": self.sdoc, "code_id": self.calm, "begin": begin, "end": begin + len(words), **more}

    def sentence(self, start: int = 0, end: int = 0, **more: Any) -> dict[str, Any]:
        return {
            "sdoc_id": self.sdoc,
            "code_id": self.calm,
            "sentence_id_start": start,
            "sentence_id_end": end,
            **more,
        }


def place(app: FastAPI, owner: Person) -> Place:
    project = owner.project()
    calm, unrest = (
        ok(owner.http.post("/code", json={"project_id": project, "name": name}))["id"] for name in ("calm", "unrest")
    )
    return Place(project, uploaded(app.state.services, project, "sea.txt", TEXT), calm, unrest)


def join(owner: Person, project: int, person: Person, role: str) -> Person:
    ok(owner.http.patch(f"/user/{project}/user", json={"email": person.email, "role": role}))
    return person
