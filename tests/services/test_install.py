"""Servers are installed once for all, whole or not at all, and what is missing for that is named."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from services import __main__ as command_line
from services._service import Absent, NotInstalled
from services._tool import NoTool, ToolFailed, run
from services.elasticsearch import ELASTICSEARCH, NoJava, java_home
from services.weaviate import WEAVIATE
from tests.services._fake import FILES, fetched_by

pytestmark = pytest.mark.usefixtures("cache")


def jdk(folder: Path, version: str) -> Path:
    (folder / "bin").mkdir(parents=True)
    (folder / "bin" / "java").touch()
    (folder / "release").write_text(f'IMPLEMENTOR="Somebody"\nJAVA_VERSION="{version}"\n')
    return folder


def test_what_is_installed_is_left_alone(cache: Path) -> None:
    assert FILES.install()
    assert (FILES.installed() / "program").is_file()
    assert not FILES.install()
    assert FILES.installed().parent == cache


def test_two_who_install_together_fetch_once() -> None:
    fetched: list[Path] = []
    service = fetched_by(fetched.append)
    with ThreadPoolExecutor(4) as together:
        assert sorted(together.map(lambda _: service.install(), range(4))) == [False, False, False, True]
    assert len(fetched) == 1


def test_an_attempt_that_failed_installs_nothing_and_leaves_its_downloads_to_the_next(cache: Path) -> None:
    def broken(home: Path) -> None:
        (home / "half").touch()
        (home.parent / "downloads").touch()
        raise ToolFailed

    def whole(home: Path) -> None:
        assert not (home / "half").exists()
        assert (home.parent / "downloads").exists()

    with pytest.raises(ToolFailed):
        fetched_by(broken).install()
    with pytest.raises(NotInstalled):
        FILES.installed()
    assert fetched_by(whole).install()
    assert {path.name for path in cache.iterdir()} == {"files-1", "files.lock"}


def test_a_package_client_that_is_not_there_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(NoTool, match=r"go \(on Debian: apt-get install golang\)"):
        WEAVIATE.install()
    monkeypatch.setenv("ES_JAVA_HOME", str(jdk(tmp_path, "21")))
    with pytest.raises(NoTool, match=r"mvn \(on Debian: apt-get install maven\)"):
        ELASTICSEARCH.install()


def test_a_package_client_that_fails_is_quoted(tmp_path: Path) -> None:
    with pytest.raises(ToolFailed, match=r"ended with 3 and said\nno such artifact"):
        run("sh", "-c", "echo no such artifact >&2; exit 3", folder=tmp_path, environment={"PATH": "/usr/bin:/bin"})


@pytest.mark.parametrize("version", ["21", "25.0.3"])
def test_a_jdk_that_is_new_enough_may_be_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, version: str) -> None:
    monkeypatch.setenv("ES_JAVA_HOME", str(jdk(tmp_path, version)))
    assert java_home() == tmp_path


@pytest.mark.parametrize("version", ["17.0.15", "1.8.0_402"])
def test_a_jdk_that_is_too_old_is_refused_with_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, version: str
) -> None:
    monkeypatch.setenv("ES_JAVA_HOME", str(jdk(tmp_path, version)))
    for attempt in (ELASTICSEARCH.install, ELASTICSEARCH.installed):
        with pytest.raises(NoJava, match=r"needs a JDK of 21 or newer.*apt-get install openjdk-21"):
            attempt()


def test_a_folder_that_is_no_jdk_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ES_JAVA_HOME", str(tmp_path / "none"))
    with pytest.raises(NoJava, match="none"):
        java_home()


def test_the_command_line_says_what_is_missing_and_installs_the_rest(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def without_java(_: Path) -> None:
        raise Absent("no JDK")

    monkeypatch.setattr(command_line, "SERVICES", {"java": fetched_by(without_java), "files": FILES})
    assert command_line.main(["install"]) == 1
    told = capsys.readouterr()
    assert "files 1 installed" in told.out
    assert "no JDK" in told.err
    assert FILES.installed()


def test_the_command_line_starts_says_where_and_stops(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(command_line, "SERVICES", {"files": FILES})
    folder = ["--folder", str(tmp_path / "run")]
    assert command_line.main(["start", *folder]) == 1
    assert "make services" in capsys.readouterr().err
    assert command_line.main(["install"]) == 0
    assert command_line.main(["start", "files", *folder]) == 0
    assert command_line.main(["status", *folder]) == 0
    assert command_line.main(["stop", *folder]) == 0
    assert command_line.main(["status", *folder]) == 0
    told = capsys.readouterr().out
    address = told.partition("files 1 answers at ")[2].split()[0]
    assert f"  export FILES_URL={address}\nfiles 1 answers at {address}\nfiles stopped\nfiles 1 does not run" in told
