"""LitBank comes in whole through a really started server, and nothing of it twice."""

import shutil
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import partial
from pathlib import Path

from tests.cli._importing import Importer, count
from tests.cli._litbank import Quote, quotes
from tests.cli._server import complete, palimpsest, wait_for, working


def spans(ada: Importer, project_id: int) -> Iterator[Quote]:
    """What a reader sees."""
    names = {code["id"]: code["name"].lower() for code in ada.codes(project_id).values()}
    for filename, sdoc_id in ada.documents(project_id).items():
        for span in ada.pages(f"/span/sdoc/{sdoc_id}", limit=500):
            yield filename.removesuffix(".txt"), names[span["code_id"]], span["begin"], span["end"], span["text"]


def twice(counted: Counter[Quote]) -> list[Quote]:
    return [quote for quote, number in counted.items() if number == 2]


def sentences(ada: Importer, project_id: int) -> list[str]:
    entries = list(ada.pages(f"/project/{project_id}/history", limit=200))
    assert sum(entry["count"] for entry in entries) == ada.get(f"/project/{project_id}")["revision"]
    return [entry["sentence"] for entry in entries]


def of_all(sentences: Iterable[str], *words: str) -> int:
    return sum(all(word in sentence for word in words) for sentence in sentences)


def test_litbank_comes_in_whole_and_nothing_of_it_twice(litbank: Path, tmp_path: Path) -> None:
    entities, coreference = litbank / "entities", litbank / "coreference"
    with complete(tmp_path / "var") as server, Importer(server.address) as ada:
        first = ada.report(entities, "LitBank")
        assert (first["texts_uploaded"], first["codes_created"], first["spans_created"]) == (100, 6, 13_912)
        second = ada.report(coreference, "LitBank")
        assert (second["texts_uploaded"], second["codes_created"], second["spans_created"]) == (0, 7_020, 57_515)
        project = ada.project("LitBank")
        assert len(ada.codes(project["id"])) == 7_026
        merged = second["merged_labels"]
        assert sum(map(len, merged)) - len(merged) == 7_062 - 7_020
        assert all(len({label.lower() for label in labels}) == 1 for labels in merged)

        said = Counter([*quotes(entities), *quotes(coreference)])
        assert said.total() == 71_427
        assert Counter(spans(ada, project["id"])) == said
        assert len(twice(Counter(quotes(entities))) + twice(Counter(quotes(coreference)))) == 1

        told = sentences(ada, project["id"])
        assert of_all(told, "Ada Lovelace") + of_all(told, "Palimpsest read the text") == len(told)
        assert of_all(told, "founded the project LitBank") == 1
        assert of_all(told, "uploaded") == 2
        assert of_all(told, "created", "codes") == 2
        assert all(of_all(told, "marked", filename) == 2 for filename in ada.documents(project["id"]))

        for folder, number in ((entities, 13_912), (coreference, 57_515)):
            again = ada.brat(folder, "LitBank")
            assert again.returncode == 0
            assert f"nothing changed: it is at revision {project['revision']:,}" in again.stdout
            assert f"0 created, {number:,} were there" in again.stdout
        assert ada.project("LitBank") == project
        verified = palimpsest("verify", "--data-folder", str(tmp_path / "var"))
        assert verified.returncode == 0, verified.stdout

        _some_of(litbank, tmp_path / "some")
        ada.report(tmp_path / "some", "Trees", "--prefix", "PRON", "--prefix", "NOM", "--prefix", "PROP")
        codes = ada.codes(ada.project("Trees")["id"])
        for prefix in ("PRON", "NOM", "PROP"):
            below = {name for name, code in codes.items() if code["parent_id"] == codes[prefix]["id"]}
            assert below == {name for name in codes if name.startswith(f"{prefix}_")} != set()


def test_an_import_that_was_killed_is_completed_by_running_it_again(litbank: Path, tmp_path: Path) -> None:
    data_folder = tmp_path / "var"
    with working(data_folder) as server, Importer(server.address) as ada:
        for type in ("sdoc.uploaded", "span_annotation.created"):
            killed = ada.begin_brat(litbank / "entities", "LitBank")
            wait_for(partial(count, data_folder, type))
            killed.kill()
            assert killed.wait() == -9
            assert count(data_folder, "span_annotation.created") < 13_912

        report = ada.report(litbank / "entities", "LitBank")
        assert 0 < report["spans_there"] < 13_912
        assert report["spans_created"] == 13_912 - report["spans_there"]
        assert (report["texts_there"], report["codes_there"]) == (100, 6)
        project_id = ada.project("LitBank")["id"]
        assert Counter(spans(ada, project_id)) == Counter(quotes(litbank / "entities"))
        assert [count(data_folder, type) for type in ("sdoc.uploaded", "span_annotation.created")] == [100, 13_912]


def _some_of(litbank: Path, folder: Path) -> None:
    folder.mkdir()
    for annotations in sorted((litbank / "coreference").glob("*.ann"))[:2]:
        shutil.copy(annotations, folder)
        shutil.copy(litbank / "entities" / f"{annotations.stem}.txt", folder)
