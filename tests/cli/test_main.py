"""The command line helps quickly, shows what holds without secrets, and prints the contract without a server."""

import json
import os
from pathlib import Path

import pytest

from tests.cli._server import palimpsest


def test_help_names_every_command_and_comes_at_once() -> None:
    before = os.times()
    told = palimpsest("--help")
    after = os.times()
    # Other tests use the machine as well: what counts is the command's own part of the time.
    assert after.children_user + after.children_system - before.children_user - before.children_system < 2
    assert told.returncode == 0
    for command in ("serve", "demo", "import", "log", "verify", "openapi", "user", "config"):
        assert f"│ {command} " in told.stdout


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
