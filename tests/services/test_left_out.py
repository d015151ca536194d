"""Where a server is not installed its tests are left out loudly, and fail where none may be left out."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests._servers import ROOT, Servers
from tests.services._fake import FILES

pytestmark = pytest.mark.usefixtures("cache")

REQUIRED = ("CI", "PALIMPSEST_REQUIRE_SERVICES")


def test_a_test_without_its_server_is_left_out_and_the_end_of_the_run_says_so(cache: Path) -> None:
    kept = {name: value for name, value in os.environ.items() if name not in REQUIRED}
    ended = subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "tests/repos/test_weaviate.py", "-k", "version"],
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
        env=kept | {"PALIMPSEST_SERVICES": str(cache)},
    )
    assert ended.returncode == 0, ended.stdout
    assert "servers that are not here" in ended.stdout
    assert "1 test: Left out for want of weaviate. The server is not installed; `make services`" in ended.stdout


@pytest.mark.parametrize("word", REQUIRED)
def test_where_none_may_be_left_out_it_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, word: str) -> None:
    for name in REQUIRED:
        monkeypatch.delenv(name, raising=False)
    with pytest.raises(pytest.skip.Exception, match="not installed"):
        Servers(tmp_path).started(FILES)
    monkeypatch.setenv(word, "true")
    with pytest.raises(pytest.fail.Exception, match="not installed"):
        Servers(tmp_path).started(FILES)


def test_a_server_elsewhere_is_used_as_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TEST__FILES__URL", "http://elsewhere:80")
    assert Servers(tmp_path).settings(FILES) == {"PALIMPSEST__FILES__URL": "http://elsewhere:80"}
