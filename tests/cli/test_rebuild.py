"""Read models are made anew by command while a server with its worker runs, and by the worker when asked over REST."""

import json
from contextlib import ExitStack, closing
from pathlib import Path

import httpx2
import psycopg
import pytest

from api._read_models import ReadModels
from cli.rebuild import _begun, _pace
from configs.schema import load
from projections._behind import Place
from projections._model import Backend
from projections._rebuild import NotBroughtForward
from projections._registry import AlreadyBuilding, switch
from repos.blob_repo import BlobRepo
from repos.postgres_repo import Postgres
from tests.cli._server import Server, complete, palimpsest, wait_for

PASSWORD = "engine-of-analysis"


@pytest.fixture
def where(tmp_path: Path) -> list[str]:
    return ["--data-folder", str(tmp_path / "var")]


def versions(where: list[str], model: str = "inline") -> list[tuple[int, str]]:
    told = palimpsest("status", "--json", *where)
    assert told.returncode == 0, told.stderr
    lines = map(json.loads, told.stdout.splitlines())
    return [(one["version"], one["state"]) for one in lines if one["name"] == model]


def operator(server: Server, where: list[str]) -> httpx2.Client:
    """Somebody who registers and is then made an operator."""
    person = {"email": "ada@example.org", "first_name": "Ada", "last_name": "Lovelace", "password": PASSWORD}
    http = httpx2.Client(base_url=server.address, timeout=60)
    assert http.post("/authentication/register", json=person).status_code == 201
    made = palimpsest("user", "operator", person["email"], *where)
    assert made.returncode == 0, made.stderr
    login = http.post("/authentication/login", data={"username": person["email"], "password": PASSWORD})
    http.headers["Authorization"] = f"Bearer {login.json()['access_token']}"
    return http


def test_the_tables_are_made_anew_and_the_old_ones_retired(where: list[str], tmp_path: Path) -> None:
    with complete(tmp_path / "var"):
        assert versions(where) == [(1, "serving")]
        shown = palimpsest("status", *where).stdout.splitlines()
        assert (shown[0].split()[0], shown[0].split()[-1]) == ("projection", "dead")
        assert any(line.startswith("inline 1") for line in shown)
        assert max(map(len, shown)) <= 80
        rebuilt = palimpsest("rebuild", "inline", *where)
        assert rebuilt.returncode == 0, rebuilt.stderr
        assert rebuilt.stdout == (
            "Version 2 of inline serves, in postgres. The one before is kept until: palimpsest retire inline\n"
        )
        assert versions(where) == [(1, "kept"), (2, "serving")]
        assert palimpsest("retire", "inline", *where).returncode == 0
        again = palimpsest("retire", "inline", *where)
        assert again.returncode == 1
        assert again.stderr == "palimpsest: No version of this read model is kept: inline\n"
        assert palimpsest("verify", *where).returncode == 0


def test_what_served_before_serves_again(where: list[str], tmp_path: Path) -> None:
    with complete(tmp_path / "var"):
        nothing = palimpsest("rebuild", "memo_text", "--back", *where)
        assert nothing.stderr == "palimpsest: No version of this read model is kept: memo_text\n"
        assert palimpsest("rebuild", "memo_text", *where).returncode == 0
        elsewhere = palimpsest("rebuild", "memo_text", "--back", "--to", "weaviate", *where)
        assert elsewhere.stderr == "palimpsest: No version of this read model is kept: memo_text in weaviate\n"
        back = palimpsest("rebuild", "memo_text", "--back", *where)
        assert back.returncode == 0, back.stderr
        assert back.stdout == (
            "Version 1 of memo_text serves, in postgres. "
            "The one before is kept until: palimpsest retire memo_text\n"
            "It goes on and serves again with: palimpsest rebuild memo_text --back\n"
        )
        assert versions(where, "memo_text") == [(1, "serving"), (2, "kept")]
        assert palimpsest("verify", *where).returncode == 0


def test_only_what_is_being_built_of_the_same_kind_is_gone_on_with(postgres: Postgres, tmp_path: Path) -> None:
    read_models = ReadModels(load("test", [], {}), postgres, BlobRepo(tmp_path))
    read_models.ensure()

    def begun(*, back: bool = False, model: str = "memo_text") -> int:
        return _begun(read_models, model, None, back=back).place.version

    assert [begun(), begun()] == [2, 2]
    with pytest.raises(AlreadyBuilding):
        begun(back=True)
    with pytest.raises(AlreadyBuilding, match="memo_text, in postgres"):
        _begun(read_models, "memo_text", Backend.ELASTICSEARCH, back=False)
    with postgres.connection() as connection, connection.transaction():
        switch(connection, Place("memo_text", 2))
    assert [begun(back=True), begun(back=True)] == [1, 1]
    with pytest.raises(AlreadyBuilding):
        begun()
    assert begun(model="inline") == 2
    with pytest.raises(NotBroughtForward):
        begun(model="inline", back=True)
    read_models.close()


@pytest.mark.parametrize("model", ["inline", "document_text"])
def test_one_project_is_written_anew(where: list[str], tmp_path: Path, model: str) -> None:
    with Server(tmp_path / "var") as server, closing(operator(server, where)) as http:
        project = http.post("/project", json={"title": "Letters", "description": ""}).json()["id"]
        url = json.loads((tmp_path / "var" / "instance.json").read_text())["url"]
        with psycopg.connect(url) as connection:
            connection.execute("UPDATE inline.project SET title = 'Lies'")
        told = palimpsest("rebuild", model, "--project", str(project), *where)
        assert (told.returncode, told.stderr) == (0, "")
        assert told.stdout == f"What {model} holds of project {project} is written anew.\n"
        assert http.get(f"/project/{project}").json()["title"] == ("Letters" if model == "inline" else "Lies")


@pytest.mark.parametrize(
    ("done", "seconds", "left", "said"),
    [
        (0, 90, 200, ""),
        (20, 60, 100, "0.3 events/s 0:05:00"),
        (300_000, 60, 18_000_000, "5,000 events/s 1:00:00"),
        (300, 60, 0, "5.0 events/s 0:00:00"),
    ],
)
def test_how_long_it_takes_yet_is_told_from_how_far_it_has_come(
    done: int, seconds: float, left: int, said: str
) -> None:
    assert _pace(done, seconds, left) == said


def test_an_operator_has_them_made_anew_over_rest(where: list[str], tmp_path: Path) -> None:
    with complete(tmp_path / "var") as server, ExitStack() as stack:
        http = operator(server, where)
        stack.callback(http.close)
        project = http.post("/project", json={"title": "Letters", "description": ""}).json()["id"]
        wait_for(lambda: http.get("/projections").json())
        asked = http.post("/projections/inline/rebuild")
        assert asked.status_code == 202, asked.text
        assert [one["state"] for one in asked.json()] == ["serving", "building"]

        def states() -> list[str]:
            return [one["state"] for one in http.get("/projections/inline/rebuild").json()]

        wait_for(lambda: states() == ["kept", "serving"])
        assert http.get(f"/project/{project}").json()["title"] == "Letters"
        assert http.get("/projections/inline/verify").json() == []
        assert http.get("/projections/inline/dead").json() == []
        one = http.post("/projections/document_text/rebuild", params={"project_id": project})
        assert one.json()[0]["rewriting"] == [project]
        wait_for(lambda: http.get("/projections/document_text/rebuild").json()[0]["rewriting"] == [])
        assert http.post("/projections/nothing/rebuild").status_code == 404
        refused = http.post("/projections/inline/rebuild", params={"to": "weaviate"})
        assert refused.status_code == 422


def test_what_there_is_not_is_one_sentence(where: list[str], tmp_path: Path) -> None:
    with complete(tmp_path / "var"):
        pass
    for arguments, said in (
        (["rebuild", "nothing"], "There is no such read model: nothing. There are: "),
        (["rebuild", "inline", "--to", "paper"], "A read model can be kept in postgres, elasticsearch or weaviate"),
        (
            ["rebuild", "inline", "--to", "weaviate"],
            "This read model cannot be kept there, or the settings do not say where that is: inline in weaviate.",
        ),
        (["rebuild", "inline", "--project", "77"], "There is no such project: 77"),
        (["rebuild", "document_text", "--project", "77"], "There is no such project: 77"),
        (["rebuild", "document_text", "--project", "99999999999999999999999"], "There is no such project: 999999999"),
        (["rebuild", "memo_text", "--project", "0"], "There is no such project: 0"),
        (["rebuild", "inline", "--project", "0"], "There is no such project: 0"),
        (
            ["rebuild", "inline", "--project", "77", "--to", "postgres"],
            "A read model is moved with all its projects: leave out --project, or --to and --back.",
        ),
        (
            ["rebuild", "memo_text", "--project", "77", "--back"],
            "A read model is moved with all its projects: leave out --project, or --to and --back.",
        ),
        (["rebuild", "inline", "--back"], "Nobody brings tables forward that served before; new ones are made"),
        (["rebuild", "inline", "--abandon"], "No version of this read model is being built: inline"),
        (["dead", "retry"], "Nothing of this kind is parked."),
    ):
        told = palimpsest(*arguments, *where)
        assert told.returncode == 1, arguments
        assert told.stderr.startswith(f"palimpsest: {said}"), told.stderr
