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


def load_demo(url: str) -> str:
    """Load what is not there yet; where to look, in words. Raises ServerRefused, ServerUnreachable."""
    for who, (first_name, last_name) in PEOPLE.items():
        _register(url, {"email": _email(who), "first_name": first_name, "last_name": last_name, "password": PASSWORD})
    with Client(url, _email("ada"), PASSWORD) as ada, Client(url, _email("ben"), PASSWORD) as ben:
        there = [project["id"] for project in ada.get("/project/user/projects") if project["title"] == TITLE]
        project_id = there[0] if there else _load(ada, ben)
        history = ada.get(f"/project/{project_id}/history", limit=8)
    lines = [
        f"“{TITLE}” is project {project_id}. Log in at {url}/docs (Authorize) as {_email('ada')} "
        f"or {_email('ben')}, password {PASSWORD}.",
        "Look at:",
        f"  {url}/project/{project_id}/history        what happened, in words",
        f"  {url}/code/project/{project_id}           the codebook",
        f"  {url}/docprocessing/project/{project_id}/status/1/simple   the interviews",
        f"  palimpsest log {project_id}               the log itself",
        f"  palimpsest verify {project_id}            whether the tables say what the log says",
        "The last things that happened:",
        *(f"  {entry['sentence']}" for entry in history),
    ]
    return "\n".join(lines)


def _email(who: str) -> str:
    return f"{who}@harbour.example.org"


def _register(url: str, person: dict[str, str]) -> None:
    answer = httpx2.post(f"{url}/authentication/register", json=person, timeout=30)
    if answer.is_error and answer.status_code != 409:
        raise ServerRefused(f"POST /authentication/register: {answer.json()['detail']}")


def _load(ada: Client, ben: Client) -> int:
    markup = _yaml("markup.yaml")
    memos = markup.pop("memos")
    project_id = int(ada.post("/project", {"title": TITLE, "description": DESCRIPTION})["id"])
    ada.patch(f"/user/{project_id}/user", {"email": _email("ben"), "role": "annotator"})
    codes = {code["name"]: code["id"] for code in _codebook(ada, project_id)}
    documents = _documents(ada, project_id)
    _tags(ada, project_id, markup, documents)
    clients = {"ada": ada, "ben": ben}
    for who, client in clients.items():
        client.post("/span/bulk/create", list(_spans(client, who, markup, documents, codes)))
    for memo in memos:
        attached = {"code": codes, "source_document": documents, "project": {"": project_id}}[memo["on"]][memo["name"]]
        path = f"/memo?attached_object_id={attached}&attached_object_type={memo['on']}"
        body = {"title": memo["title"], "content": memo["content"], "content_json": ""}
        clients[memo["by"]].post(path, body)
    return project_id


def _codebook(ada: Client, project_id: int) -> Iterator[Any]:
    for top in _yaml("codebook.yaml"):
        below = top.pop("below", [])
        parent = ada.post("/code", {**top, "project_id": project_id})
        yield parent
        for code in below:
            yield ada.post("/code", {**code, "project_id": project_id, "parent_id": parent["id"]})


def _documents(ada: Client, project_id: int) -> dict[str, int]:
    """The interviews by file name, when all of them have been processed."""
    paths = sorted((FOLDER / "interviews").glob("*.txt"))
    files = [("uploaded_files", (path.name, path.read_bytes())) for path in paths]
    ada.upload(f"/docprocessing/project/{project_id}/upload", files)
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:
        done = ada.get(f"/docprocessing/project/{project_id}/status/1/simple")
        if len(done) == len(paths):
            return {document["filename"]: document["id"] for document in done}
        time.sleep(0.2)
    raise ServerRefused("the interviews were not processed within two minutes; the log of the server may say why")


def _tags(ada: Client, project_id: int, markup: dict[str, Any], documents: dict[str, int]) -> None:
    names = sorted({tag for marked in markup.values() for tag in marked["tags"]})
    tags = {name: ada.post("/tag", {"name": name, "project_id": project_id})["id"] for name in names}
    for name, tag_id in tags.items():
        tagged = [documents[f"{stem}.txt"] for stem, marked in markup.items() if name in marked["tags"]]
        ada.patch("/tag/bulk/link", {"source_document_ids": tagged, "tag_ids": [tag_id]})


def _spans(
    client: Client, who: str, markup: dict[str, Any], documents: dict[str, int], codes: dict[str, int]
) -> Iterator[dict[str, int]]:
    for stem, marked in markup.items():
        sdoc_id = documents[f"{stem}.txt"]
        text: str = client.get(f"/sdoc/data/{sdoc_id}")["text"]
        for quote, code in marked.get(who, []):
            begin = text.index(quote)
            yield {"sdoc_id": sdoc_id, "begin": begin, "end": begin + len(quote), "code_id": codes[code]}


def _yaml(name: str) -> Any:
    return OmegaConf.to_container(OmegaConf.load(FOLDER / name))
