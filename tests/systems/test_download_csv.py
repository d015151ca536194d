"""A table as CSV says what it said, and nothing in it is a formula."""

import csv

import pytest

from systems.download_csv_system import Cell, csv_lines


def read(*rows: list[Cell]) -> list[list[str]]:
    return list(csv.reader(csv_lines(["word", "count"], rows)))


def test_each_row_is_a_line_that_can_be_read_again() -> None:
    assert list(csv_lines(["word", "count"], [["sea", 4]])) == ["word,count\r\n", "sea,4\r\n"]
    strange: list[list[Cell]] = [['say "sea", or\r\ncalm', 1], ["Straße; 北京", 0.5], ["", 2]]
    assert read(*strange)[1:] == [[str(cell) for cell in row] for row in strange]


@pytest.mark.parametrize("text", ["=1+1", "+49", "-5", "@ada", "\t=1", "\r=1", "\n=1"])
def test_what_a_spreadsheet_would_take_for_a_formula_is_a_text(text: str) -> None:
    assert read([text, 1])[1] == [f"'{text}", "1"]


def test_numbers_stay_numbers() -> None:
    assert read(["sea", -5], ["calm", -0.5])[1:] == [["sea", "-5"], ["calm", "-0.5"]]
