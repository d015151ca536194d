"""Tables of texts: each row of a CSV file is a document, its other columns are metadata."""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Final

from systems.text_blank_system import BLANK, is_blank
from systems.text_encoding_system import detect_encoding
from systems.text_normal_system import normalise
from systems.upload_filename_system import clean_filename
from systems.upload_kind_system import Refusal, Unreadable

_TEXT: Final = ("text", "content")
_NAME: Final = ("name", "filename")
_DELIMITERS: Final = ",;\t|"
_NO_DELIMITER: Final = "\x1f"
_SNIFFED: Final = 64 * 1024

csv.field_size_limit(2**31 - 1)


@dataclass(frozen=True)
class Row:
    """A document in a table; `number` counts as spreadsheets do, with the header as row 1."""

    number: int
    filename: str
    text: str
    metadata: dict[str, str]


def read_rows(filename: str, data: bytes) -> Iterator[Row | Refusal]:
    """The rows of a CSV file as plain texts with a name (by default file name and row number) and the other columns
    under their header, all normalised. Blank rows are skipped, a row without text is refused by name. Raises
    `Unreadable`, possibly after many rows, when the header or the shape of a row is wrong: take in all or nothing.

    Commas, semicolons, tabs and bars are recognised as delimiters; a header of one column means that there are
    none."""
    encoding = detect_encoding(data)
    rows = _rows(_lines(data, encoding), _delimiter(_lines(data, encoding).read(_SNIFFED)))
    top, cells = next(rows)
    header = _header(top, cells)
    text_column = next(header.index(name) for name in _TEXT if name in header)
    name_column = next((header.index(name) for name in _NAME if name in header), None)
    for number, cells in rows:
        if len(cells) != len(header):
            raise Unreadable(f"Row {number} has {len(cells)} cells, but the header (row {top}) has {len(header)}.")
        name = _name(cells[name_column]) if name_column is not None else None
        name = name or clean_filename(f"{PurePosixPath(filename).stem} {number}")
        text = normalise(cells[text_column])
        if is_blank(text):
            yield Refusal(name, f"Row {number} of {filename} has no text.")
            continue
        columns = enumerate(zip(header, cells, strict=True))
        others = {key: normalise(cell) for at, (key, cell) in columns if at not in (text_column, name_column)}
        yield Row(number, name, text, others)


def _lines(data: bytes, encoding: str) -> io.TextIOWrapper:
    return io.TextIOWrapper(io.BytesIO(data), encoding, "replace", newline="")


def _delimiter(start: str) -> str:
    """The one that parts the header into most columns, the text among them."""
    headers = []
    for delimiter in _DELIMITERS:
        records = csv.reader(io.StringIO(start, newline=""), delimiter=delimiter)
        headers.append((_names(next(filter(any, records), [])), delimiter))
    names, best = max(headers, key=lambda found: (not set(_TEXT).isdisjoint(found[0]), len(found[0])))
    if not names:
        raise Unreadable("The file is empty.")
    if set(_TEXT).isdisjoint(names):
        raise Unreadable(f"The header (row 1) has no column text or content; it says: {', '.join(names)[:200]}.")
    return best if len(names) > 1 else _NO_DELIMITER


def _rows(lines: io.TextIOWrapper, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """The rows that are not blank, with their numbers."""
    number = 0
    reader = csv.reader(lines, delimiter=delimiter, skipinitialspace=True, strict=True)
    try:
        for number, cells in enumerate(reader, start=1):
            if any(cells):
                yield number, cells
    except csv.Error as error:
        raise Unreadable(f"Row {number + 1} is not well-formed: {error}.") from None


def _header(number: int, cells: list[str]) -> list[str]:
    names = _names(cells)
    seen: set[str] = set()
    for name in names:
        if name.casefold() in seen:
            raise Unreadable(f"The header (row {number}) has the column {name} twice.")
        seen.add(name.casefold())
    return names


def _names(cells: list[str]) -> list[str]:
    """The column names on one line each; those that mean text and name in lower case, those without a name by
    position."""
    names = [" ".join(normalise(cell).split()).strip(BLANK) for cell in cells]
    known = {*_TEXT, *_NAME}
    return [
        name.lower() if name.lower() in known else name or f"column {number}"
        for number, name in enumerate(names, start=1)
    ]


def _name(cell: str) -> str | None:
    try:
        return clean_filename(cell.replace("/", "_").replace("\\", "_"))
    except Unreadable:
        return None
