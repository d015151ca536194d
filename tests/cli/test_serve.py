"""The server starts quickly, survives kills, stops cleanly, and says in one sentence what keeps it from starting."""

import json
import signal
import socket
from pathlib import Path
from urllib.request import urlopen

import httpx2
import psutil
import psycopg
import pytest

from cli._instance import opened
from configs.schema import load
from repos.embedded_postgres import EmbeddedPostgres
from tests.cli._server import Server, complete, palimpsest, processes_on, wait_for
from tests.conftest import new_database


def url_of(data_folder: Path) -> str:
    url: str = json.loads((data_folder / "instance.json").read_text())["url"]
    return url


def serves(server: Server) -> bool:
    with urlopen(f"{server.address}/docs") as answer:
        return bool(answer.status == 200)


def register(server: Server, name: str, forwarded_for: str) -> int:
    body = {"email": f"{name}@example.org", "first_name": name, "last_name": "L", "password": "correct horse battery"}
    answer = httpx2.post(
        f"{server.address}/authentication/register", json=body, headers={"X-Forwarded-For": forwarded_for}, timeout=60
    )
    return answer.status_code


def write(data_folder: Path) -> None:
    with psycopg.connect(url_of(data_folder)) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 'joy' AS word")


def read(data_folder: Path) -> object:
    with psycopg.connect(url_of(data_folder)) as connection:
        return connection.execute("SELECT word FROM kept").fetchone()


def refused(*arguments: str) -> str:
    told = palimpsest("serve", *arguments)
    assert told.returncode == 1
    assert told.stdout == ""
    assert told.stderr.count("\n") == 1, told.stderr
    return told.stderr


@pytest.mark.parametrize("request_to_stop", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_it_says_where_everything_is_and_stops_cleanly(tmp_path: Path, request_to_stop: signal.Signals) -> None:
    folder = tmp_path / "var"
    with complete(folder) as server:
        assert serves(server)
        assert f"docs  {server.address}/docs" in server.said()
        assert f"data  {folder}" in server.said()
        assert f"log   {folder}/log/palimpsest.log" in server.said()
        assert server.ask_to_stop(request_to_stop) == 0
    assert server.said().rstrip().endswith("Stopped.")
    assert "Traceback" not in server.said()
    assert processes_on(folder) == []
    assert folder.stat().st_mode & 0o777 == 0o700
    assert not (folder / "instance.json").exists()
    assert "shut down" in (folder / "postgres" / "server.log").read_text().splitlines()[-1]


def test_a_second_start_takes_less_than_five_seconds_and_has_all_data(tmp_path: Path) -> None:
    folder = tmp_path / "var"
    with complete(folder):
        write(folder)
    with complete(folder) as server:
        assert read(folder) == ("joy",)
        # Other tests use the machine as well: what counts is the server's own part of the time.
        assert server.work < 5
        assert server.seconds < 20


def test_after_kill_nine_the_next_start_has_all_data(tmp_path: Path) -> None:
    folder = tmp_path / "var"
    with complete(folder) as killed:
        write(folder)
        killed.process.kill()
        killed.process.wait()
    with complete(folder):
        assert read(folder) == ("joy",)
    assert processes_on(folder) == []


def test_a_killed_database_comes_back_under_the_running_server(tmp_path: Path) -> None:
    folder = tmp_path / "var"
    with Server(folder) as server:
        write(folder)
        database = int((folder / "postgres" / "cluster" / "postmaster.pid").read_text().split()[0])
        psutil.Process(database).kill()
        wait_for(lambda: _answers(folder))
        assert read(folder) == ("joy",)
        assert server.process.poll() is None
    assert processes_on(folder) == []


def test_what_keeps_it_from_starting_is_one_sentence(tmp_path: Path) -> None:
    folder = tmp_path / "var"
    with Server(folder) as server:
        assert (
            f"in use by another instance: stop that one, or choose another folder with --data-folder: {folder}"
            in refused("--data-folder", str(folder), "--port", "0")
        )
        port = server.address.rpartition(":")[2]
        assert f"port {port} of 127.0.0.1 is already taken" in refused("--data-folder", str(folder), "--port", port)
    (tmp_path / "file").touch()
    assert "cannot be written" in refused("--data-folder", str(tmp_path / "file" / "var"), "--port", "0")
    assert "no host" in refused("--data-folder", str(folder), "--host", "no host of ours")
    assert "did you mean api.port?" in refused("--set", "api.prot=1")
    assert "cannot be reached" in refused(
        "--data-folder",
        str(folder),
        "--port",
        "0",
        "--postgres-url",
        f"postgresql://nobody@127.0.0.1:{_closed_port()}/x",
    )


def test_a_database_that_is_newer_than_the_code_is_one_sentence(tmp_path: Path) -> None:
    folder = tmp_path / "var"
    with Server(folder), psycopg.connect(url_of(folder)) as connection:
        connection.execute("UPDATE log.alembic_version SET version_num = '9999'")
    assert "made by a newer Palimpsest" in refused("--data-folder", str(folder), "--port", "0")
    assert processes_on(folder) == []


def test_a_database_that_cannot_hold_everything_is_one_sentence(
    tmp_path: Path, server: EmbeddedPostgres, database_url: str
) -> None:
    def told(url: str) -> str:
        return refused("--data-folder", str(tmp_path / "var"), "--port", "0", "--postgres-url", url)

    with psycopg.connect(database_url, autocommit=True) as connection:
        for encoding in ("LATIN1", "SQL_ASCII"):
            connection.execute(f"CREATE DATABASE {encoding} ENCODING '{encoding}' LOCALE 'C' TEMPLATE template0")
        connection.execute("CREATE ROLE nobody_much LOGIN")
    assert "make one with ENCODING 'UTF8'; this one has LATIN1" in told(server.url.replace("/palimpsest?", "/latin1?"))
    assert "this one has SQL_ASCII" in told(server.url.replace("/palimpsest?", "/sql_ascii?"))
    poor = new_database(server.url, "of_somebody_else").replace("//palimpsest@", "//nobody_much@")
    assert "grant it CREATE on the database: permission denied" in told(poor)


def test_it_runs_on_a_database_of_ones_own(tmp_path: Path, database_url: str) -> None:
    folder = tmp_path / "var"
    with Server(folder, "--postgres-url", database_url) as server:
        assert serves(server)
        assert not (folder / "postgres").exists()


def test_other_commands_begin_no_installation_where_there_is_none(tmp_path: Path) -> None:
    for command in (("log", "1"), ("verify",), ("status",)):
        told = palimpsest(*command, "--data-folder", str(tmp_path / "mistyped"))
        assert told.returncode == 1
        assert told.stderr.startswith("palimpsest: There is no installation in this folder yet")
        assert told.stderr.count("\n") == 1
    assert not (tmp_path / "mistyped").exists()


def test_other_commands_find_the_database_beside_a_server_and_without_one(tmp_path: Path) -> None:
    folder = tmp_path / "var"
    config = load("test", [f"data_folder={folder}"], {})
    with Server(folder):
        write(folder)
        with opened(config) as instance:
            assert instance.url == url_of(folder)
            assert instance.postgres is None
    with opened(config) as instance, psycopg.connect(instance.url) as connection:
        assert instance.postgres is not None
        assert connection.execute("SELECT word FROM kept").fetchone() == ("joy",)
    assert processes_on(folder) == []


def _answers(folder: Path) -> bool:
    try:
        psycopg.connect(url_of(folder)).close()
    except psycopg.OperationalError:
        return False
    return True


def _closed_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
    return port


@pytest.mark.parametrize(("proxies", "another"), [("[127.0.0.1]", 201), ("[]", 429), ("[192.0.2.0/24]", 429)])
def test_only_proxies_that_are_known_say_where_a_request_came_from(tmp_path: Path, proxies: str, another: int) -> None:
    settings = ("--set", f"api.proxies={proxies}", "--set", "auth.registrations_per_hour=1")
    with Server(tmp_path / "var", "--env", "test", *settings) as server:
        assert register(server, "ada", "203.0.113.1") == 201
        assert register(server, "bob", "203.0.113.2") == another
        assert register(server, "cy", "203.0.113.1") == 429
