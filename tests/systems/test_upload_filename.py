"""Names of files become fit to show, whatever the uploader sends."""

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from systems.upload_filename_system import MAX_LENGTH, clean_filename, numbered_filename
from systems.upload_kind_system import Unreadable


@pytest.mark.parametrize(
    ("name", "clean"),
    [
        ("notes.txt", "notes.txt"),
        ("../../etc/passwd.txt", "passwd.txt"),
        ("C:\\Users\\Ada\\notes.txt", "notes.txt"),
        ("  a \n\t b.txt ", "a b.txt"),
        ("e\u0301te\u0301.txt", "été.txt"),
        ("a\0b\x1b[31m.txt", "ab[31m.txt"),
        ("invoice\u202etxt.exe", "invoicetxt.exe"),
        ("lone\ud800.txt", "lone.txt"),
        ("100%2F 👩\u200d👩\u200d👧 日本.txt", "100%2F 👩\u200d👩\u200d👧 日本.txt"),
        (".htaccess", ".htaccess"),
        ("a'; DROP TABLE x;--.txt", "a'; DROP TABLE x;--.txt"),
    ],
)
def test_a_name_keeps_what_can_be_shown(name: str, clean: str) -> None:
    assert clean_filename(name) == clean


@pytest.mark.parametrize("name", ["", " ", ".", "..", "folder/", "\0", "\u200b", "a/..", "\ufeff", "\u202e"])
def test_a_name_without_anything_to_show_is_refused(name: str) -> None:
    with pytest.raises(Unreadable, match="no name"):
        clean_filename(name)


def test_a_long_name_keeps_its_type() -> None:
    clean = clean_filename("x" * 10_000 + ".html")
    assert len(clean) == MAX_LENGTH
    assert clean.endswith("x.html")


def test_a_taken_name_gets_a_number() -> None:
    assert numbered_filename("notes.txt", 2) == "notes (2).txt"
    assert numbered_filename("notes", 3) == "notes (3)"
    assert len(numbered_filename("x" * 496 + ".txt", 12)) == MAX_LENGTH


@settings(deadline=None)
@given(st.text(st.characters(codec=None), min_size=1))
def test_cleaning_twice_is_cleaning_once(name: str) -> None:
    try:
        clean = clean_filename(name)
    except Unreadable:
        return
    assert clean_filename(clean) == clean
    assert unicodedata.is_normalized("NFC", clean)
    assert not {"/", "\\", "\0", "\n"} & set(clean)
    clean.encode()
