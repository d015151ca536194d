"""The command line helps quickly, shows what holds without secrets, and prints the contract without a server."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli._server import ROOT, palimpsest

HEAVY = ("elasticsearch", "eventsourcing", "fastapi", "numpy", "omegaconf", "psycopg", "pydantic", "rich", "sqlalchemy")


def test_help_names_every_command() -> None:
    told = palimpsest("--help")
    assert told.returncode == 0
    commands = ("serve", "worker", "status", "verify", "rebuild", "retire", "dead")
    for command in (*commands, "demo", "import", "log", "openapi", "user", "config"):
        assert f"│ {command} " in told.stdout


def test_help_comes_at_once_because_nothing_heavy_is_loaded_for_it() -> None:
    script = f"import sys, cli.main; print([name for name in {HEAVY} if name in sys.modules])"
    loaded = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True)
    assert loaded.stdout.strip() == "[]"


def test_the_effective_configuration_is_printed_with_secrets_masked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PALIMPSEST__POSTGRES__URL", "postgresql://ada:lovelace@db/palimpsest")
    told = palimpsest("config", "--env", "production", "--set", "api.port=9000", "--data-folder", "/elsewhere")
    assert "url: postgresql://ada:***@db/palimpsest" in told.stdout
    assert "registration_open: false" in told.stdout
    assert "port: 9000" in told.stdout
    assert "data_folder: /elsewhere" in told.stdout
    assert "lovelace" not in told.stdout + told.stderr


def test_what_is_wrong_with_a_setting_is_one_sentence() -> None:
    told = palimpsest("config", "--set", "api.port=many")
    assert told.returncode == 1
    assert told.stderr.startswith("palimpsest: Command line, api.port: Value 'many'")
    assert told.stderr.count("\n") == 1


def test_the_contract_is_printed_without_a_server_or_a_data_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PALIMPSEST__DATA_FOLDER", str(tmp_path / "var"))
    told = palimpsest("openapi")
    assert told.returncode == 0, told.stderr
    assert json.loads(told.stdout)["info"]["title"] == "Palimpsest"
    assert told.stderr == ""
    assert not (tmp_path / "var").exists()
