"""A German question finds the English sentence: server, worker and embedder as they are started, on both backends."""

import json
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import httpx2
import pytest

from projections._behind import Place
from repos.weaviate_repo import Weaviate
from services.weaviate import WEAVIATE
from tests._servers import Servers
from tests.cli._server import Server, complete, palimpsest, wait_for
from tests.cli.test_rebuild import operator
from tests.projections.vectors import WeaviateHand

TEXT = "The council voted against the new bridge. The harvest failed because of the drought."
QUESTION = {"query": "Wegen der Trockenheit fiel die Ernte aus.", "filter": {"logic_operator": "and", "items": []}}
MODELS = ("document_vector", "sentence_vector")


@contextmanager
def serving(folder: Path) -> Iterator[Server]:
    """With everything that belongs to it."""
    with complete(folder, "--set", "embedder.run=true") as server:
        yield server


def again(server: Server, http: httpx2.Client) -> httpx2.Client:
    """The same person at another server."""
    return httpx2.Client(base_url=server.address, headers=http.headers, timeout=60)


def serves(versions: Iterable[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    return {one["name"]: one for one in versions if one["state"] == "serving"}


def projections(http: httpx2.Client) -> dict[str, dict[str, Any]]:
    return serves(http.get("/projections").json())


def uploaded(http: httpx2.Client, project: int, name: str, text: str) -> int:
    answer = http.post(f"/docprocessing/project/{project}/upload", files={"uploaded_files": (name, text)})
    sdoc: int = answer.json()["accepted"][0]["sdoc_id"]
    wait_for(lambda: http.get(f"/sdoc/{sdoc}").json()["status"] == "done")
    return sdoc


def found(http: httpx2.Client, project: int) -> list[dict[str, Any]]:
    """The answer, as of the last revision."""
    revision = http.get(f"/project/{project}").headers["X-Project-Revision"]
    answers: list[httpx2.Response] = []

    def answered() -> bool:
        asked = f"/simsearch/sentences?proj_id={project}&top_k=2&min_revision={revision}"
        answers.append(http.post(asked, json=QUESTION))
        return answers[-1].status_code != 503

    wait_for(answered)
    assert answers[-1].status_code == 200, answers[-1].text
    return list(answers[-1].json())


def test_vectors_move_to_weaviate_and_are_verified_there(
    tmp_path: Path, servers: Servers, weaviate: Weaviate, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = {**servers.settings(WEAVIATE), "PALIMPSEST__WEAVIATE__PREFIX": weaviate.prefix}
    folder = tmp_path / "var"
    where = ["--data-folder", str(folder)]
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    with serving(folder) as server, closing(operator(server, where)) as http:
        project = http.post("/project", json={"title": "Letters", "description": ""}).json()["id"]
        sdoc = uploaded(http, project, "news.txt", TEXT)
        before = found(http, project)
        assert [(hit["sdoc_id"], hit["sentence_id"]) for hit in before] == [(sdoc, 1), (sdoc, 0)]
        assert before[0]["score"] > before[1]["score"] + 0.3
        for model in MODELS:
            rebuilt = palimpsest("rebuild", model, "--to", "weaviate", *where)
            assert rebuilt.returncode == 0, rebuilt.stderr
            assert f"Version 2 of {model} serves, in weaviate." in rebuilt.stdout
        after = found(http, project)
        assert [hit["sentence_id"] for hit in after] == [1, 0]
        assert [hit["score"] for hit in after] == pytest.approx([hit["score"] for hit in before], abs=1e-3)
        status = palimpsest("status", "--json", *where)
        for told in (projections(http), serves(map(json.loads, status.stdout.splitlines()))):
            for model in MODELS:
                assert [told[model][name] for name in ("backend", "events_waiting", "error")] == ["weaviate", 0, None]
        assert http.get("/health/ready").json() == {"status": "ready", "late": []}
        assert palimpsest("verify", *where).returncode == 0

        WeaviateHand(weaviate, project).take(Place("sentence_vector", 2), sdoc, 1)
        wrong = palimpsest("verify", *where)
        assert wrong.returncode == 1
        assert f"sentence_vector_2 has something else of {sdoc} than the log says" in wrong.stdout
        mended = palimpsest("verify", "--repair", *where)
        assert (mended.returncode, "1 difference mended." in mended.stdout) == (0, True), mended.stdout
        assert palimpsest("verify", *where).returncode == 0
        assert found(http, project) == after

        with weaviate.connection() as client:
            config = client.collections.use(f"{weaviate.prefix}_sentence_vector_2").config
            name, dimensions, _ = json.loads(config.get().description or "")
            config.update(description=json.dumps([name, dimensions]))
        unverified = palimpsest("verify", *where)
        assert (unverified.returncode, unverified.stderr.count("\n")) == (1, 1), unverified.stderr
        assert unverified.stderr.startswith("palimpsest: sentence_vector_2 cannot be compared: The vectors lie in")
        assert "`palimpsest rebuild MODEL --to weaviate` writes them anew" in unverified.stderr
        assert palimpsest("rebuild", "sentence_vector", "--to", "weaviate", *where).returncode == 0
        assert palimpsest("verify", *where).returncode == 0
        assert found(http, project) == after

    for name in settings:
        monkeypatch.delenv(name)
    with serving(folder) as server, again(server, http) as later:
        wait_for(lambda: later.get("/health/ready").json()["late"] == [*reversed(MODELS)])
        uploaded(later, project, "later.txt", "It rained at last.")
        wait_for(lambda: projections(later)["document_text"]["events_waiting"] == 0)
        assert "the settings do not say where that is" in projections(later)["sentence_vector"]["error"]
        unverified = palimpsest("verify", *where)
        assert (unverified.returncode, unverified.stderr.count("\n")) == (1, 1), unverified.stderr

    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    with serving(folder) as server, again(server, http) as later:
        assert found(later, project)[0] == after[0]
        wait_for(lambda: later.get("/health/ready").json()["late"] == [])
