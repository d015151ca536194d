"""An import says what it did and what it could not do, and makes trees of labels."""

import os
import pty
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from cli._client import Client
from tests.cli._importing import PASSWORD, Importer
from tests.cli._server import ROOT, palimpsest, working

TEXT = "Ada met Ben at the sea.\nShe smiled.\n"
ANNOTATIONS = """\
T1\tPROP_PER 0 3\tAda
T2\tPROP_PER 8 11\tBen
R1\tmet Arg1:T1 Arg2:T2
T3\tNOM_LOC 15 22\tthe sea
T4\tprop_per 24 27\tShe
T5\tPRON_PER 24 27\tShe
T6\tPRON_PER 24 27\tShe
T7\tNOM_EVENT 4 7;28 34\tmet smiled
T8\tNOM_EVENT 15 27\tthe sea. She
"""


@pytest.fixture(scope="module")
def ada(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Importer]:
    with working(tmp_path_factory.mktemp("import") / "var") as server, Importer(server.address) as ada:
        yield ada


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "meeting.txt").write_text(TEXT)
    (tmp_path / "meeting.ann").write_text(ANNOTATIONS)
    return tmp_path


def test_the_report_says_what_was_done_and_a_second_one_that_nothing_was(ada: Importer, folder: Path) -> None:
    report = ada.report(folder, "First", "--prefix", "PROP", "--prefix", "NOM")
    assert report["texts_uploaded"] == 1
    assert report["spans_created"] == 8
    assert report["merged_labels"] == [["PROP_PER", "prop_per"]]
    assert report["left_out"] == {"R": 1}
    assert report["joined"] == 1
    assert report["revision"] == ada.project("First")["revision"]
    codes = ada.codes(report["project_id"])
    above = {name: next((top for top in codes if codes[top]["id"] == codes[name]["parent_id"]), "") for name in codes}
    assert above == {"PROP": "", "NOM": "", "PRON_PER": "", "PROP_PER": "PROP", "NOM_LOC": "NOM", "NOM_EVENT": "NOM"}

    again = ada.brat(folder, "First", "--prefix", "PROP", "--prefix", "NOM")
    assert again.returncode == 0
    assert f"First (project {report['project_id']}), nothing changed" in again.stdout
    assert "PROP_PER = prop_per" in again.stdout
    assert "1 annotation in several parts: one span each" in again.stdout
    assert ada.project("First")["revision"] == report["revision"]


def test_passages_of_a_text_that_is_not_in_its_normal_form_are_found(ada: Importer, folder: Path) -> None:
    text = "Zoe\u0301 met Ben.\r\nShe smiled at Joe\u0308l.\r\n"
    (folder / "meeting.txt").write_bytes(text.encode())
    places = [(text.index(word), word) for word in ("Zoe\u0301", "Ben", "She", "Joe\u0308l")]
    lines = [f"T{begin}\tPER {begin} {begin + len(word)}\t{word}" for begin, word in places]
    (folder / "meeting.ann").write_text("\n".join(lines))
    report = ada.report(folder, "Normal")
    assert (report["spans_created"], report["mismatches"]) == (4, [])
    assert ada.report(folder, "Normal")["spans_created"] == 0


def test_what_cannot_be_taken_in_is_named_and_the_rest_goes_in(ada: Importer, folder: Path) -> None:
    (folder / "meeting.ann").write_text("T1\tPER 0 3\tAda\nT2\tPER 8 11\tBob\nT3\tPER 90 93\tEve\n")
    (folder / "empty.txt").touch()
    (folder / "empty.ann").write_text("T1\tPER 0 3\tAda\n")
    (folder / "lost.ann").write_text("T1\tPER 0 3\tAda\n")
    for texts_uploaded, spans_created in ((1, 1), (0, 0)):
        told = ada.brat(folder, "Second")
        assert told.returncode == 1
        assert f"texts {texts_uploaded:>9} uploaded" in told.stdout
        assert f"spans {spans_created:>9} created" in told.stdout
        assert "no text for: lost" in told.stdout
        assert "not taken in: empty.txt: " in told.stdout
        assert "meeting 8-11: 'Bob' is 'Ben'" in told.stdout
        assert "meeting 90-93: 'Eve' is None" in told.stdout


def test_annotations_without_any_text_found_no_project_and_make_no_codes(ada: Importer, folder: Path) -> None:
    text = (folder / "meeting.txt").rename(folder / "meeting")
    alone = ada.brat(folder, "Textless")
    assert alone.returncode == 1
    assert alone.stderr.startswith("palimpsest: There is no text to any of these annotations")
    assert "Textless" not in {one["title"] for one in ada.get("/project/user/projects")}

    text.rename(folder / "meeting.txt")
    (folder / "lost.ann").write_text("T1\tLOST 0 3\tAda\n")
    report = ada.brat(folder, "Textless")
    assert report.returncode == 1
    assert "no text for: lost" in report.stdout
    assert "LOST" not in ada.codes(ada.project("Textless")["id"])


def test_a_project_of_others_is_not_found_and_one_of_two_is_not_guessed(ada: Importer, folder: Path) -> None:
    theirs = ada.report(folder, "Third")["project_id"]
    with Importer(ada.url, "ben@example.org") as ben:
        own = ben.report(folder, "Third")["project_id"]
        assert own != theirs
        ada.http.patch(f"/user/{theirs}/user", json={"email": ben.email, "role": "reader"}).raise_for_status()
        two = ben.brat(folder, "Third")
        assert two.returncode == 1
        assert two.stderr.startswith("palimpsest: You are in several projects of this title")
        assert str(own) in two.stderr
        assert str(theirs) in two.stderr

        only_theirs = ada.report(folder, "Fourth")["project_id"]
        ada.http.patch(f"/user/{only_theirs}/user", json={"email": ben.email, "role": "reader"}).raise_for_status()
        (folder / "meeting.ann").write_text("T1\tNEW 0 3\tAda\n")
        refused = ben.brat(folder, "Fourth")
        assert refused.returncode == 1
        assert "Your role in the project does not allow this." in refused.stderr


def test_what_keeps_it_from_starting_is_one_sentence(ada: Importer, folder: Path, tmp_path: Path) -> None:
    wrong = ada.brat(folder, "First", password="wrong")
    assert wrong.returncode == 1
    assert wrong.stderr.startswith("palimpsest: The server said no: ")
    assert PASSWORD not in wrong.stderr
    silent = ada.brat(folder, "First", password="")
    assert silent.stderr.startswith("palimpsest: A password is needed: ")
    away = ada.brat(folder, "First", "--url", "http://127.0.0.1:9")
    assert away.stderr.startswith("palimpsest: There is no server to talk to at http://127.0.0.1:9")
    nonsense = ada.brat(folder, "First", "--url", "localhost:9")
    assert "this is not an address such as" in nonsense.stderr
    (folder / "meeting.ann").write_text("T1\tPER 0 3\tAda\nT2 PER 8\n")
    bad = ada.brat(folder, "First")
    assert bad.stderr == "palimpsest: This is not brat standoff: meeting.ann, line 2: 'T2 PER 8'\n"
    (tmp_path / "nothing").mkdir()
    nothing = ada.brat(tmp_path / "nothing", "First")
    assert "There are no .ann files in" in nothing.stderr
    missing = ada.brat(folder / "meeting.ann", "First")
    assert missing.returncode == 2
    assert "is a file" in missing.stderr
    for told in (wrong, silent, away, nonsense, bad, nothing):
        assert told.returncode == 1
        assert told.stdout == ""
        assert told.stderr.count("\n") == 1


def test_help_says_what_it_does() -> None:
    told = palimpsest("import", "brat", "--help")
    assert told.returncode == 0
    for word in ("--project", "--prefix", "--json", "PALIMPSEST_PASSWORD"):
        assert word in told.stdout


def test_on_a_terminal_it_shows_how_far_it_is(ada: Importer, folder: Path) -> None:
    terminal, side = pty.openpty()
    environment = os.environ | {"PALIMPSEST_PASSWORD": PASSWORD, "TERM": "xterm", "COLUMNS": "100"}
    command = ada.command(folder, "Fifth")
    ran = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=side, cwd=ROOT)
    os.close(side)
    shown = b""
    try:
        while some := os.read(terminal, 4096):
            shown += some
    except OSError:  # the other side has closed
        pass
    os.close(terminal)
    assert ran.wait() == 0
    for step in (b"Uploading texts", b"Creating codes", b"Creating spans"):
        assert step in shown


def test_a_list_is_read_page_by_page(ada: Importer, folder: Path) -> None:
    project_id = ada.report(folder, "Sixth")["project_id"]
    with Client(ada.url, ada.email, PASSWORD) as client:
        path = f"/code/project/{project_id}"
        assert client.pages(path, limit=3) == client.pages(path) == ada.get(path)
