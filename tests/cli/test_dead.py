"""Parked streams are named, retold and dropped by command: one, those of a project, or all of a read model."""

from pathlib import Path

import pytest

from api._read_models import ReadModels
from configs.schema import load
from events._store import EventStore
from projections import INLINE
from projections import _registry as registry
from projections._dead_letter import dead_letters, park
from projections._sink import RelationalSink
from repos.blob_repo import BlobRepo
from repos.postgres_repo import Postgres
from tests.cli._server import palimpsest
from tests.projections.log import PROJECT, Log, quote
from tests.projections.test_memo import arranged
from tests.read_models import follow


@pytest.fixture
def where(postgres: Postgres, tmp_path: Path) -> list[str]:
    """A database in which two streams of one read model are parked and one of another, as options of a command."""
    store = EventStore(postgres, RelationalSink(INLINE, quote))
    with postgres.transaction() as connection:
        store.begin(connection, PROJECT)
    arranged(Log(postgres, store))
    read_models = ReadModels(load("test", [], {}), postgres, BlobRepo(tmp_path))
    follow(read_models)
    read_models.close()
    with postgres.connection() as connection:
        for model, stream in (("memo_text", "memo-1"), ("memo_text", "memo-2"), ("document_text", "sdoc-3")):
            park(connection, registry.serving(connection, model).place, PROJECT, stream, 3, "It is too heavy.")
    return ["--postgres-url", postgres.url, "--data-folder", str(tmp_path / "var")]


def parked(postgres: Postgres) -> set[str]:
    with postgres.connection() as connection:
        return {one.stream_id for one in dead_letters(connection)}


def test_all_of_a_read_model_are_dropped(where: list[str], postgres: Postgres) -> None:
    told = palimpsest("dead", "drop", "--model", "memo_text", *where)
    assert (told.returncode, told.stderr) == (0, "")
    assert sorted(told.stdout.splitlines()) == [f"memo_text_1 project 1 memo-{id}: parked no longer" for id in (1, 2)]
    assert parked(postgres) == {"sdoc-3"}


def test_one_is_dropped(where: list[str], postgres: Postgres) -> None:
    assert palimpsest("dead", "drop", "memo-1", *where).returncode == 0
    assert parked(postgres) == {"memo-2", "sdoc-3"}


def test_where_nothing_is_parked_it_is_said(where: list[str]) -> None:
    assert palimpsest("dead", "drop", "--model", "memo_text", *where).returncode == 0
    for_memos = palimpsest("dead", "list", "--model", "memo_text", *where)
    assert (for_memos.returncode, for_memos.stdout) == (0, "")
    assert for_memos.stderr == "Nothing of this kind is parked.\n"
    assert palimpsest("dead", "drop", "--project", "1", *where).returncode == 0
    told = palimpsest("dead", "list", *where)
    assert (told.returncode, told.stdout, told.stderr) == (0, "", "Nothing is parked.\n")


def test_what_happened_later_is_counted(where: list[str]) -> None:
    told = palimpsest("dead", "list", "--model", "memo_text", *where)
    assert sorted(told.stdout.splitlines()) == [
        "memo_text_1 project 1 memo-1 since revision 3: It is too heavy.",
        "memo_text_1 project 1 memo-2 since revision 3, 1 later event: It is too heavy.",
    ]


def test_nobody_drops_everything_by_saying_nothing(where: list[str], postgres: Postgres) -> None:
    told = palimpsest("dead", "drop", *where)
    assert told.returncode == 2
    assert "STREAM, --model or --project" in told.stderr
    assert len(parked(postgres)) == 3


def test_all_of_a_read_model_are_retold(where: list[str], postgres: Postgres) -> None:
    told = palimpsest("dead", "retry", "--model", "memo_text", *where)
    assert (told.returncode, told.stderr) == (0, "")
    assert sorted(told.stdout.splitlines()) == [f"memo_text_1 project 1 memo-{id}: retold" for id in (1, 2)]
    assert parked(postgres) == {"sdoc-3"}


def test_a_project_that_never_was_is_one_sentence(where: list[str]) -> None:
    for command in (["list"], ["show", "memo-1"], ["retry"], ["drop"]):
        for id in ("77", "99999999999999999999999"):
            told = palimpsest("dead", *command, "--project", id, *where)
            expected = (1, "", f"palimpsest: There is no such project: {id}\n")
            assert (told.returncode, told.stdout, told.stderr) == expected, command


def test_a_read_model_that_does_not_exist_is_told_with_those_that_do(where: list[str]) -> None:
    for command in (["list"], ["show", "memo-1"], ["retry"], ["drop"]):
        told = palimpsest("dead", *command, "--model", "memos", *where)
        assert told.returncode == 1
        assert "memos. There are: " in told.stderr
        assert "memo_text" in told.stderr
