"""Tables as CSV for whoever opens them in a spreadsheet, where no cell becomes a formula."""

import csv
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n")
"""What spreadsheets take a text for that begins so; `'` in front of it tells them that it is one."""

Cell = str | int | float


def csv_lines(header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> Iterator[str]:
    """A line for the header and one for each row, each with its end. Texts of others come from rows alone."""
    line = _Line()
    writer = csv.writer(line)
    writer.writerow(header)
    yield line.written
    for row in rows:
        writer.writerow([_harmless(cell) for cell in row])
        yield line.written


class _Line:
    """Keeps what was written last, which of a writer of CSV is one line."""

    written = ""

    def write(self, text: str) -> None:
        self.written = text


def _harmless(cell: Cell) -> Cell:
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_FORMULA) else cell
