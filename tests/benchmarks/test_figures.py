"""Figures are kept as JSON for machines, and a missed bar is not overlooked."""

import json
from pathlib import Path

import pytest

from benchmarks._figures import Report, paired


@pytest.fixture
def report() -> Report:
    report = Report()
    report.tell("import.litbank", 21.5, "s", note="both, whole")
    report.at_least("append.single", 5.25, 5)
    report.under("http.recode", 0.4, 1, "s")
    return report


def kept(report: Report, path: Path) -> list[dict[str, object]]:
    report.keep(path)
    figures: list[dict[str, object]] = json.loads(path.read_text(), parse_constant=pytest.fail)
    return figures


def test_a_figure_is_kept_with_its_bar_and_whether_it_was_met(report: Report, tmp_path: Path) -> None:
    assert kept(report, tmp_path / "var" / "bench.json") == [
        {"name": "import.litbank", "value": 21.5, "unit": "s", "bar": None, "ok": None},
        {"name": "append.single", "value": 5.25, "unit": "x", "bar": ">= 5", "ok": True},
        {"name": "http.recode", "value": 0.4, "unit": "s", "bar": "< 1", "ok": True},
    ]


def test_a_missed_bar_is_a_failure(report: Report, tmp_path: Path) -> None:
    assert report.keep(tmp_path / "bench.json")
    report.at_least("append.hot", 1.299, 1.3)
    assert not report.keep(tmp_path / "bench.json")


def test_what_could_not_be_measured_has_no_value(report: Report, tmp_path: Path) -> None:
    report.unmeasured("import.litbank", "s", "there is no corpus")
    assert kept(report, tmp_path / "bench.json")[-1] == {
        "name": "import.litbank",
        "value": None,
        "unit": "s",
        "bar": None,
        "ok": None,
    }


def test_of_two_things_that_are_measured_in_turn_neither_always_comes_first() -> None:
    done: list[str] = []

    def measured(name: str, rate: float) -> float:
        done.append(name)
        return rate * len(done)

    pair = paired(lambda: measured("ours", 3), lambda: measured("theirs", 1), pairs=3)
    assert done == ["ours", "theirs", "theirs", "ours", "ours", "theirs"]
    assert pair.ratios == [3 / 2, 12 / 3, 15 / 6]
    assert pair.ratio == 2.5
    assert pair.note("rows/s") == "12.0 against 3.0 rows/s, median of 3 interleaved pairs, 1.5-4"
