"""The embedded PostgreSQL keeps what it acknowledged, comes back after every death, and leaves the machine alone."""

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import psutil
import psycopg
import pytest
from sqlalchemy import create_engine, text

from repos._postgres_binaries import PostgresRefusesRoot, binary
from repos._postgres_cluster import ClusterOfAnotherVersion
from repos.embedded_postgres import EmbeddedPostgres, PostgresDidNotStart, start

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root has to give up its rights")


def ask(postgres: EmbeddedPostgres, question: str) -> object:
    with psycopg.connect(postgres.url, autocommit=True) as connection:
        answer = connection.execute(question).fetchone()
        assert answer is not None
        return answer[0]


def write(postgres: EmbeddedPostgres, word: str) -> None:
    with psycopg.connect(postgres.url) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS kept (word text)")
        connection.execute("INSERT INTO kept VALUES (%s)", [word])


def test_it_keeps_what_it_acknowledged_and_hears_no_network(tmp_path: Path) -> None:
    with start(tmp_path / "postgres") as postgres:
        assert ask(postgres, "SHOW fsync") == "on"
        assert ask(postgres, "SHOW synchronous_commit") == "on"
        assert ask(postgres, "SHOW full_page_writes") == "on"
        assert ask(postgres, "SHOW data_checksums") == "on"
        assert ask(postgres, "SHOW listen_addresses") == ""
        assert ask(postgres, "SHOW server_encoding") == "UTF8"
        assert ask(postgres, "SELECT lower('ÄÖÜ')") == "äöü"
        assert ask(postgres, "SELECT current_database()") == "palimpsest"


def test_its_folder_and_socket_are_closed_to_others(tmp_path: Path) -> None:
    with start(tmp_path / "postgres", durable=False):
        for name in (".", "cluster", "socket"):
            assert (tmp_path / "postgres" / name).stat().st_mode & 0o777 == 0o700


def test_its_address_suits_sqlalchemy(tmp_path: Path) -> None:
    with start(tmp_path, durable=False) as postgres:
        engine = create_engine(postgres.url.replace("postgresql:", "postgresql+psycopg:"))
        with engine.connect() as connection:
            assert connection.scalar(text("SELECT 1")) == 1
        engine.dispose()


def test_nothing_outside_the_folder_changes_its_permissions(tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    watched = [*(closed / "postgres").parents, *binary("postgres").parents, binary("postgres")]
    before = [(path.stat().st_mode, path.stat().st_uid) for path in watched]
    with start(closed / "postgres", durable=False):
        pass
    assert [(path.stat().st_mode, path.stat().st_uid) for path in watched] == before


def test_a_second_start_has_all_data(tmp_path: Path) -> None:
    with start(tmp_path) as postgres:
        write(postgres, "joy")
    with start(tmp_path) as postgres:
        assert ask(postgres, "SELECT word FROM kept") == "joy"


def test_a_killed_server_comes_back_at_the_same_address_with_what_was_committed(tmp_path: Path) -> None:
    with start(tmp_path) as postgres:
        write(postgres, "joy")
        url = postgres.url
        os.kill(postgres.pid, signal.SIGKILL)
        postgres.revive()
        assert postgres.url == url
        assert ask(postgres, "SELECT word FROM kept") == "joy"


def test_a_killed_server_does_not_keep_the_next_from_starting(tmp_path: Path) -> None:
    killed = start(tmp_path, durable=False)
    os.kill(killed.pid, signal.SIGKILL)
    killed.wait()
    with start(tmp_path, durable=False) as postgres:
        assert ask(postgres, "SELECT 1") == 1


def test_a_server_left_running_by_a_killed_process_is_stopped_first(tmp_path: Path) -> None:
    script = "import sys, os; from pathlib import Path; from repos.embedded_postgres import start; "
    script += "print(start(Path(sys.argv[1])).pid, flush=True); os.kill(os.getpid(), 9)"
    told = subprocess.run(
        [sys.executable, "-c", script, str(tmp_path)], capture_output=True, text=True, check=False, cwd=Path.cwd()
    )
    left_over = int(told.stdout)
    with start(tmp_path) as postgres:
        assert postgres.pid != left_over
        assert ask(postgres, "SELECT 1") == 1
        assert not _runs_postgres(left_over)


@pytest.mark.parametrize("note", ["{ours}\n", "", "no number\n"])
def test_a_misleading_note_of_a_dead_server_does_not_keep_the_next_from_starting(tmp_path: Path, note: str) -> None:
    with start(tmp_path, durable=False):
        pass
    (tmp_path / "cluster" / "postmaster.pid").write_text(note.format(ours=os.getpid()))
    with start(tmp_path, durable=False) as postgres:
        assert ask(postgres, "SELECT 1") == 1


@pytest.mark.parametrize("name", ["long" * 30, 'a, "quoted" name'])
def test_a_folder_whose_name_is_no_socket_address_gets_a_private_one_elsewhere(tmp_path: Path, name: str) -> None:
    with start(tmp_path / name, durable=False) as postgres:
        elsewhere = Path(str(ask(postgres, "SHOW unix_socket_directories")).strip('"'))
        assert ask(postgres, "SELECT 1") == 1
        assert not elsewhere.is_relative_to(tmp_path)
        assert elsewhere.stat().st_mode & 0o777 == 0o700
    assert not elsewhere.exists()


def test_settings_of_ones_own_win(tmp_path: Path) -> None:
    with start(tmp_path, durable=False):
        pass
    (tmp_path / "cluster" / "local.conf").write_text("work_mem = 7MB\n")
    with start(tmp_path, durable=False) as postgres:
        assert ask(postgres, "SHOW work_mem") == "7MB"


def test_a_server_that_cannot_start_says_why(tmp_path: Path) -> None:
    with start(tmp_path, durable=False):
        pass
    (tmp_path / "cluster" / "local.conf").write_text("shared_buffers = plenty\n")
    with pytest.raises(PostgresDidNotStart, match="contains errors"):
        start(tmp_path, durable=False)


def test_a_cluster_of_another_version_is_refused(tmp_path: Path) -> None:
    with start(tmp_path, durable=False):
        pass
    (tmp_path / "cluster" / "PG_VERSION").write_text("13\n")
    with pytest.raises(ClusterOfAnotherVersion, match="is of version 13"):
        start(tmp_path, durable=False)


@as_root
def test_root_without_namespaces_hands_the_cluster_to_nobody_and_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with start(tmp_path, durable=False) as postgres:
        write(postgres, "joy")
    with monkeypatch.context() as patch:
        patch.setenv("PATH", str(_only(tmp_path, "setpriv", "sh")))
        with start(tmp_path, durable=False) as postgres:
            assert ask(postgres, "SELECT word FROM kept") == "joy"
            assert (tmp_path / "cluster").stat().st_uid == 65534
    with start(tmp_path, durable=False) as postgres:
        assert ask(postgres, "SELECT word FROM kept") == "joy"
        assert (tmp_path / "cluster").stat().st_uid == 0


@as_root
def test_root_without_any_way_to_give_up_rights_is_told_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(_only(tmp_path, "sh")))
    with pytest.raises(PostgresRefusesRoot):
        start(tmp_path / "postgres", durable=False)


def _only(folder: Path, *programs: str) -> Path:
    path = folder / "bin"
    path.mkdir()
    for program in programs:
        (path / program).symlink_to(shutil.which(program) or "")
    return path


def _runs_postgres(pid: int) -> bool:
    try:
        return "-D" in psutil.Process(pid).cmdline()
    except (psutil.NoSuchProcess, psutil.ZombieProcess):
        return False
