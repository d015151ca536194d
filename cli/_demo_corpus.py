"""The corpus of `demo/` as requests: interviews, a codebook, what two annotators marked, memos and tags."""

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2
from omegaconf import OmegaConf

from cli._client import Client, ServerRefused

FOLDER = Path(__file__).parent.parent / "demo"
TITLE = "Harbour voices"
DESCRIPTION = "Twelve fictional interviews about a ferry that learned to steer itself"
PASSWORD = "harbour-voices"
PEOPLE = {"ada": ("Ada", "Marlow"), "ben": ("Ben", "Okafor")}
PATIENCE = 120.0  # seconds for the server to process the interviews


def email_of(who: str) -> str:
    return f"{who}@harbour.example.org"


class DemoCorpus:
    """Two people with their project; whatever is not there yet is loaded, and a second time nothing is."""

    def __init__(self, url: str) -> None:
        """Make the accounts. Raises ServerRefused, ServerUnreachable."""
        for who, (first_name, last_name) in PEOPLE.items():
            names = {"first_name": first_name, "last_name": last_name}
            _register(url, {"email": email_of(who), "password": PASSWORD, **names})
        self._clients = {who: Client(url, email_of(who), PASSWORD) for who in PEOPLE}
        self._ada = self._clients["ada"]
        self.project_id = 0

    def load(self) -> None:
        """Load what is missing. Raises ServerRefused, ServerUnreachable."""
        markup = _yaml("markup.yaml")
        memos = markup.pop("memos")
        self.project_id = self._project()
        codes = self._codes()
        documents = self._documents()
        self._tags(markup, documents)
        for who in PEOPLE:
            self._spans(who, markup, documents, codes)
        places = {"code": codes, "source_document": documents, "project": {"": self.project_id}}
        for memo in memos:
            self._memo(memo, places[memo["about"]][memo["name"]])

    def last_sentences(self, number: int) -> list[str]:
        """What happened last, in words."""
        entries = self._ada.get(f"/project/{self.project_id}/history", limit=number)
        return [entry["sentence"] for entry in entries]

    def _project(self) -> int:
        there = [project["id"] for project in self._ada.get("/project/user/projects") if project["title"] == TITLE]
        if there:
            return int(there[0])
        project_id = int(self._ada.post("/project", {"title": TITLE, "description": DESCRIPTION})["id"])
        self._ada.patch(f"/user/{project_id}/user", {"email": email_of("ben"), "role": "annotator"})
        return project_id

    def _codes(self) -> dict[str, int]:
        """The ids of the codes by name: one command for the upper ones, one for those below."""
        codes = {code["name"]: int(code["id"]) for code in self._ada.get(f"/code/project/{self.project_id}")}
        book = _yaml("codebook.yaml")
        below = [(code, top["name"]) for top in book for code in top.pop("below", [])]
        for some in ([(top, None) for top in book], below):
            missing = [
                {**code, "project_id": self.project_id, "parent_id": codes.get(above)}
                for code, above in some
                if code["name"] not in codes
            ]
            made = self._ada.post("/code/bulk/create", missing) if missing else []
            codes |= {code["name"]: code["id"] for code in made}
        return codes

    def _documents(self) -> dict[str, int]:
        """The ids of the interviews by file name, when all of them have been processed."""
        paths = sorted((FOLDER / "interviews").glob("*.txt"))
        there = {document["filename"] for document in self._ada.get(f"/sdoc/project/{self.project_id}")}
        files = [("uploaded_files", (path.name, path.read_bytes())) for path in paths if path.name not in there]
        if files:
            self._ada.upload(f"/docprocessing/project/{self.project_id}/upload", files)
        wanted = {path.name for path in paths}
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            done = self._ada.get(f"/docprocessing/project/{self.project_id}/status/done/simple")
            if wanted <= {document["filename"] for document in done}:
                return {document["filename"]: document["id"] for document in done}
            time.sleep(0.2)
        raise ServerRefused(
            f"the interviews were not processed in {PATIENCE:.0f} s; the log of the server may say why."
        )

    def _tags(self, markup: dict[str, Any], documents: dict[str, int]) -> None:
        tags = {tag["name"]: tag["id"] for tag in self._ada.get(f"/tag/project/{self.project_id}")}
        for name in sorted({tag for marked in markup.values() for tag in marked["tags"]}):
            if name not in tags:
                tags[name] = self._ada.post("/tag", {"name": name, "project_id": self.project_id})["id"]
            tagged = [documents[f"{stem}.txt"] for stem, marked in markup.items() if name in marked["tags"]]
            self._ada.patch("/tag/bulk/link", {"source_document_ids": tagged, "tag_ids": [tags[name]]})

    def _spans(self, who: str, markup: dict[str, Any], documents: dict[str, int], codes: dict[str, int]) -> None:
        client = self._clients[who]
        me = client.get("/user/me")["id"]
        missing = []
        for stem, marked in markup.items():
            sdoc_id = documents[f"{stem}.txt"]
            text: str = client.get(f"/sdoc/data/{sdoc_id}")["text"]
            there = {(one["begin"], one["code_id"]) for one in client.get(f"/span/sdoc/{sdoc_id}/user/{me}")}
            missing += [
                {"sdoc_id": sdoc_id, "begin": begin, "end": end, "code_id": codes[code]}
                for begin, end, code in _places(text, marked.get(who, []))
                if (begin, codes[code]) not in there
            ]
        client.post("/span/bulk/create", missing)

    def _memo(self, memo: dict[str, str], object_id: int) -> None:
        client = self._clients[memo["by"]]
        me = client.get("/user/me")["id"]
        there = client.get(f"/memo/attached_obj/{memo['about']}/to/{object_id}")
        if me not in {one["user_id"] for one in there}:
            path = f"/memo?attached_object_id={object_id}&attached_object_type={memo['about']}"
            client.post(path, {"title": memo["title"], "content": memo["content"], "content_json": ""})


def _register(url: str, person: dict[str, str]) -> None:
    answer = httpx2.post(f"{url}/authentication/register", json=person, timeout=30)
    if answer.is_error and answer.status_code != 409:
        raise ServerRefused(f"POST /authentication/register: {answer.json()['detail']}")


def _places(text: str, marked: list[tuple[str, str]]) -> Iterator[tuple[int, int, str]]:
    for quote, code in marked:
        begin = text.index(quote)
        yield begin, begin + len(quote), code


def _yaml(name: str) -> Any:
    return OmegaConf.to_container(OmegaConf.load(FOLDER / name))
