"""Accounts from the command line: made, mended and appointed, with passwords that nobody else can see."""

import subprocess
import sys
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from api.main import create_app
from configs.schema import load
from repos.data_folder import open_data_folder
from tests.cli._server import PATIENCE, ROOT


class Desk:
    """An operator's terminal beside an installation."""

    def __init__(self, url: str, folder: Path) -> None:
        self.url, self.folder = url, folder

    def user(self, *words: str, password: str = "") -> "subprocess.CompletedProcess[str]":
        place = ("--env", "test", "--postgres-url", self.url, "--data-folder", str(self.folder))
        return subprocess.run(
            [sys.executable, "-m", "cli.main", "user", *words, *place],
            input=f"{password}\n",
            capture_output=True,
            text=True,
            check=False,
            cwd=ROOT,
            timeout=PATIENCE,
        )

    def log_in(self, password: str) -> dict[str, object]:
        """What Ada sees of herself once she is in; nothing if she does not get in."""
        app = create_app(load("test", [], {}), self.url, open_data_folder(self.folder))
        try:
            http = TestClient(app)
            session = http.post("/authentication/login", data={"username": "ada@example.org", "password": password})
            headers = {"Authorization": f"Bearer {session.json().get('access_token')}"}
            return dict(http.get("/user/me", headers=headers).json()) if session.is_success else {}
        finally:
            app.state.services.close()


@pytest.fixture
def desk(database_url: str, tmp_path: Path) -> Desk:
    return Desk(database_url, tmp_path / "data")


def test_an_account_is_made_mended_and_appointed(desk: Desk) -> None:
    names = ("--first-name", "Ada", "--last-name", "Lovelace")
    made = desk.user("create", "ada@example.org", *names, password="correct horse")
    assert (made.returncode, made.stderr) == (0, "")
    assert "ada@example.org has the account 100" in made.stdout
    assert desk.log_in("correct horse")["is_operator"] is False

    taken = desk.user("create", "ADA@example.org", *names, password="correct horse")
    assert (taken.returncode, taken.stderr.count("\n")) == (1, 1)
    assert "an account with this e-mail already" in taken.stderr

    changed = desk.user("set-password", "Ada@example.org", password="battery staple")
    assert (changed.returncode, changed.stderr) == (0, "")
    assert desk.log_in("correct horse") == {}
    appointed = desk.user("operator", "ada@example.org")
    assert (appointed.returncode, appointed.stderr) == (0, "")
    assert desk.log_in("battery staple")["is_operator"] is True


@pytest.mark.parametrize(
    ("words", "password", "said"),
    [
        (("create", "ada@example.org", "--first-name", "A", "--last-name", "L"), "short", "password: A password has"),
        (("create", "no mail", "--first-name", "A", "--last-name", "L"), "correct horse", "email: value is not"),
        (("set-password", "ada@example.org"), "short", "password: A password has"),
        (("operator", "nobody@example.org"), "", "nobody has an account"),
    ],
)
def test_what_cannot_be_done_is_said_in_a_sentence(
    desk: Desk, words: tuple[str, ...], password: str, said: str
) -> None:
    refused = desk.user(*words, password=password)
    assert refused.returncode == 1
    assert said in refused.stderr
    assert refused.stderr.count("\n") == 1


def test_a_password_is_no_argument(desk: Desk) -> None:
    told = desk.user("set-password", "ada@example.org", "correct horse")
    assert told.returncode == 2
