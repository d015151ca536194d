"""A table of texts gives one document per row, or says which row is wrong."""

import pytest

from systems.upload_csv_system import Row, read_rows
from systems.upload_kind_system import Refusal, Unreadable


def rows(data: str, encoding: str = "utf-8") -> list[Row | Refusal]:
    return list(read_rows("survey.csv", data.encode(encoding)))


def test_each_row_is_a_document_with_metadata() -> None:
    assert rows("name,text,Age,City\njoy.txt,I am glad,33,Köln\ngrief,I am not,,Ulm\n") == [
        Row(2, "joy.txt", "I am glad", {"Age": "33", "City": "Köln"}),
        Row(3, "grief", "I am not", {"Age": "", "City": "Ulm"}),
    ]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_delimiters_and_line_ends_are_recognised(delimiter: str, end: str) -> None:
    data = end.join(delimiter.join(cells) for cells in (["Filename", "Content", "x"], ["a", '"b, c; d\te|f"', "1"]))
    assert rows(data) == [Row(2, "a", "b, c; d\te|f", {"x": "1"})]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_encodings_and_byte_order_marks_are_recognised(encoding: str) -> None:
    assert rows("text;name\nGrüße aus Köln;Übung\n", encoding) == [Row(2, "Übung", "Grüße aus Köln", {})]


def test_quoted_cells_hold_line_ends_quotes_and_delimiters() -> None:
    assert rows('text,n\n"a ""b""\r\n\r\nc, d",1\n') == [Row(2, "survey 2", 'a "b"\n\nc, d', {"n": "1"})]


def test_rows_without_a_name_are_named_after_file_and_row() -> None:
    found = rows("text,name\na,\nb, \nc,..\nd,x/y\n")
    assert [row.filename for row in found] == ["survey 2", "survey 3", "survey 4", "x_y"]


def test_one_column_needs_no_delimiter() -> None:
    assert rows("text\nHello, world; again\n\n\nlast\n") == [
        Row(2, "survey 2", "Hello, world; again", {}),
        Row(5, "survey 5", "last", {}),
    ]


def test_a_column_without_a_name_is_called_after_its_place() -> None:
    assert rows(",text\n0,a\n") == [Row(2, "survey 2", "a", {"column 1": "0"})]


def test_text_wins_over_content() -> None:
    assert rows("content,text\nmeta,body\n") == [Row(2, "survey 2", "body", {"content": "meta"})]


def test_texts_and_metadata_are_normalised() -> None:
    assert rows("text,m\ne\u0301\x07\x00,e\u0301\n") == [Row(2, "survey 2", "é", {"m": "é"})]


def test_a_row_without_text_is_refused_by_name_and_the_others_go_in() -> None:
    found = rows("text,name\na,x\n ,y\nb,z\n")
    assert found[1] == Refusal("y", "Row 3 of survey.csv has no text.")
    assert [row.filename for row in found] == ["x", "y", "z"]


def test_blank_rows_are_skipped_and_counted() -> None:
    assert [row.number for row in rows("text,n\n,\na,1\n\nb,2\n") if isinstance(row, Row)] == [3, 5]


def test_cells_may_be_huge() -> None:
    text = "joy " * 1_000_000
    assert rows(f'text,n\n"{text}",1\n') == [Row(2, "survey 2", text, {"n": "1"})]


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        ("", "The file is empty."),
        ("\n\n", "The file is empty."),
        ("body,title\na,b\n", "no column text or content; it says: body, title."),
        ("a;b;c\n1;2;3\n", "it says: a, b, c."),
        ("text,age,Age\na,1,2\n", r"\(row 1\) has the column Age twice"),
        ("text,Text\na,b\n", "has the column text twice"),
        ("text,n\na,1\nb\n", r"Row 3 has 1 cells, but the header \(row 1\) has 2."),
        ("text,n\na,1,2\n", "Row 2 has 3 cells"),
        ('text,n\na,1\n"b,2\n', "Row 3 is not well-formed: .*end of data"),
        ('text,n\n"a"b,1\n', "Row 2 is not well-formed"),
    ],
)
def test_a_table_of_the_wrong_shape_is_refused_with_the_row(data: str, reason: str) -> None:
    with pytest.raises(Unreadable, match=reason):
        rows(data)
