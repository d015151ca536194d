"""`palimpsest verify` says in words, in JSON and by its exit code what differs."""

import json
from pathlib import Path

import pytest

from events._event import Envelope, Fact
from events._store import Append, EventStore
from events.project_events import ProjectCreated
from projections import INLINE
from projections._behind import Place
from projections._dead_letter import park
from projections._sink import RelationalSink
from projections._write import Quote
from repos.postgres_repo import Postgres
from tests.cli._server import Server, palimpsest

HUGE = "99999999999999999999999"


def no_quote(_: int, passage: Quote) -> str:
    raise AssertionError(f"nothing is quoted, and not {passage}")


def begun(postgres: Postgres, project_id: int) -> None:
    """Begin a project of this id."""
    store = EventStore(postgres, RelationalSink(INLINE, no_quote))
    letters = Fact(f"project-{project_id}", ProjectCreated(title="Letters", description=""))
    with postgres.transaction() as connection:
        store.begin(connection, project_id)
        store.append(connection, Append(project_id, [letters], Envelope(10_000, "test")))


@pytest.fixture
def where(postgres: Postgres, tmp_path: Path) -> list[str]:
    """A database with one project, as options of a command."""
    begun(postgres, 7)
    return ["--postgres-url", postgres.url, "--data-folder", str(tmp_path / "var")]


def test_no_difference_is_one_line(where: list[str]) -> None:
    told = palimpsest("verify", *where)
    assert told.returncode == 0, told.stderr
    assert told.stdout.startswith("No difference in 2 projects, 1 event, 1 row, 0 files; it took ")
    assert told.stdout.count("\n") == 1
    assert told.stderr == ""


def test_a_difference_is_a_line_and_an_exit_code(where: list[str], postgres: Postgres) -> None:
    with postgres.connection() as connection:
        connection.execute("UPDATE inline.project SET title = 'Lette\x1brs'")
    told = palimpsest("verify", "7", *where)
    assert told.returncode == 1
    first, last = told.stdout.splitlines()
    assert first == "Project 7: title of project 7 is Lette\ufffdrs, and the log says Letters."
    assert last.startswith("1 difference in 1 project, 1 event, 1 row, 0 files; it took ")


def test_programs_are_told_in_json(where: list[str], postgres: Postgres) -> None:
    with postgres.connection() as connection:
        connection.execute("UPDATE inline.project SET title = 'Diaries'")
    told = palimpsest("verify", "--json", *where)
    assert told.returncode == 1
    difference, counts = map(json.loads, told.stdout.splitlines())
    assert difference == {
        "project_id": 7,
        "kind": "value_wrong",
        "place": "project",
        "key": "7",
        "column": "title",
        "log": "Letters",
        "found": "Diaries",
    }
    assert counts.pop("seconds") > 0
    looked_at = {"projects": 2, "events": 1, "rows": 1, "blobs": 0, "entries": 0, "waiting": 0}
    assert counts == {**looked_at, "differences": 1, "lasting": 0}


def test_what_cannot_be_mended_is_told_in_a_sentence_and_all_else_is_mended(
    where: list[str], postgres: Postgres
) -> None:
    begun(postgres, 8)
    with postgres.connection() as connection:
        connection.execute("UPDATE log.events SET data = '{' WHERE project_id = 7")
        connection.execute("UPDATE inline.project SET title = 'Diaries'")
    told = palimpsest("verify", "--repair", *where)
    assert told.returncode == 1
    assert told.stderr.startswith(
        "palimpsest: The tables of a project cannot be retold from its log, and stay as they are: "
        "Project 7: revision 1 cannot be read: ValidationError: "
    )
    assert told.stderr.count("\n") == 1
    assert told.stdout.splitlines()[-2:] == ["1 difference mended.", "2 differences cannot be mended."]
    with postgres.connection() as connection:
        titles = connection.execute("SELECT title FROM inline.project ORDER BY id").fetchall()
    assert titles == [("Diaries",), ("Letters",)]
    told = palimpsest("rebuild", "inline", "--project", "7", *where)
    assert (told.returncode, told.stdout, told.stderr.count("\n")) == (1, "", 1)
    assert told.stderr.startswith("palimpsest: The tables of a project cannot be retold from its log")


def test_what_the_settings_do_not_know_the_place_of_is_named_at_the_end_and_all_else_is_compared(
    where: list[str], postgres: Postgres
) -> None:
    assert palimpsest("status", *where).returncode == 0
    with postgres.connection() as connection:
        connection.execute("UPDATE behind.read_model SET backend = 'elasticsearch' WHERE model = 'document_text'")
        park(connection, Place("memo_text", 1), 7, "memo-1", 1, "It is too heavy.")
    told = palimpsest("verify", *where)
    assert told.returncode == 1
    assert told.stderr == (
        "palimpsest: document_text_1 cannot be compared: This read model cannot be kept there, or the settings do not "
        "say where that is: document_text in elasticsearch.\n"
    )
    first, last = told.stdout.splitlines()
    assert first == "Project 7: memo_text_1 could not take memo-1, which is parked."
    assert last.startswith("1 difference in 2 projects, ")


def test_what_has_lost_a_table_is_named_at_the_end_and_all_else_is_compared(
    where: list[str], postgres: Postgres
) -> None:
    assert palimpsest("status", *where).returncode == 0
    with postgres.connection() as connection:
        connection.execute("DROP TABLE document_text_1.passage")
        park(connection, Place("memo_text", 1), 7, "memo-1", 1, "It is too heavy.")
    for repair in ([], ["--repair"]):
        told = palimpsest("verify", *repair, *where)
        assert told.returncode == 1
        assert told.stderr.startswith(
            "palimpsest: document_text_1 cannot be compared: Some of its tables are not there"
        )
        assert told.stderr.count("\n") == 1
        assert told.stdout.startswith("Project 7: memo_text_1 could not take memo-1, which is parked.")


def test_a_project_that_never_was_is_one_sentence(where: list[str]) -> None:
    for id in ("77", HUGE):
        told = palimpsest("verify", id, *where)
        assert (told.returncode, told.stdout, told.stderr) == (1, "", f"palimpsest: There is no such project: {id}\n")


def test_without_a_server_the_database_of_the_data_folder_is_looked_at(tmp_path: Path) -> None:
    with Server(tmp_path / "var"):
        pass
    told = palimpsest("verify", "--data-folder", str(tmp_path / "var"))
    assert told.returncode == 0, told.stderr
    assert told.stdout.startswith("No difference in 1 project, 0 events, 0 rows, 0 files; ")
