"""Files are told apart at the door: readable ones by kind, others with a reason as a sentence."""

import os

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from systems.upload_kind_system import HEAD_SIZE, Kind, Refusal, inspect


def look(name: str, data: bytes) -> Kind | Refusal:
    return inspect(name, data[:HEAD_SIZE], len(data))


@pytest.mark.parametrize(
    ("name", "data", "kind"),
    [
        ("a.txt", b"joy", Kind.TEXT),
        ("A.TXT", b"joy", Kind.TEXT),
        ("a.b.md", b"# joy", Kind.MARKDOWN),
        ("a.html", b"<p>joy", Kind.HTML),
        ("a.txt", b"RIFF-RAFF is what they called us", Kind.TEXT),
        ("a.htm", b"<p>joy", Kind.HTML),
        ("a.csv", b"text\njoy", Kind.CSV),
        ("a.zip", b"PK\x03\x04...", Kind.ZIP),
        ("a.png", b"\x89PNG\r\n\x1a\n", Kind.PNG),
        ("a.b.PNG", b"\x89PNG\r\n\x1a\n...", Kind.PNG),
        ("a.jpg", b"\xff\xd8\xff\xe0", Kind.JPEG),
        ("a.Jpeg", b"\xff\xd8\xff\xdb", Kind.JPEG),
        ("a.gif", b"GIF87a", Kind.GIF),
        ("a.gif", b"GIF89a", Kind.GIF),
        ("a.webp", b"RIFF\n\x1a\0\0WEBP", Kind.WEBP),
        ("a.txt", "joy".encode("utf-16"), Kind.TEXT),
        ("a.txt", "joy".encode("utf-32"), Kind.TEXT),
        ("a.txt", "plain joy".encode("utf-16-le"), Kind.TEXT),
        ("a.txt", "Größe".encode("cp1252"), Kind.TEXT),
        ("a.txt", "日本語".encode("iso2022_jp"), Kind.TEXT),
        ("a.txt", b"old DOS file\x1a", Kind.TEXT),
        ("a.txt", b"one \x07 bell", Kind.TEXT),
        ("a.txt", "👋".encode() * HEAD_SIZE, Kind.TEXT),
    ],
)
def test_a_readable_file_has_a_kind(name: str, data: bytes, kind: Kind) -> None:
    assert look(name, data) is kind


@pytest.mark.parametrize(
    ("name", "data", "reason"),
    [
        ("a.txt", b"", "The file is empty."),
        ("a.csv", b"", "The file is empty."),
        ("a.zip", b"", "The file is empty."),
        ("a.txt", b" \r\n\t\xc2\xa0", "nothing but blanks"),
        ("a.txt", b"\xef\xbb\xbf", "nothing but blanks"),
        ("a.txt", " \n".encode("utf-16"), "nothing but blanks"),
        ("a.txt", b"%PDF-1.7\n", "a PDF document"),
        ("a.txt", b"{\\rtf1 joy}", "an RTF document"),
        ("a.md", b"\x89PNG\r\n\x1a\n", "a PNG image"),
        ("a.txt", b"\xff\xd8\xff\xe0", "a JPEG image, not text"),
        ("a.txt", b"GIF87a", "a GIF image, not text"),
        ("a.html", b"GIF89a", "a GIF image, not text"),
        ("a.csv", b"RIFF\x01\0\0\0WEBP", "binary"),
        ("a.csv", b"PK\x03\x04", "a ZIP archive or an office document"),
        ("a.html", b"\x7fELF\x02", "a program"),
        ("a.txt", b"MZ\x90\0\x03\0\0\0", "binary"),
        ("a.txt", b"a\0b", "binary"),
        ("a.txt", b"\xff\xfea\0\0\0b\0", "binary"),
        ("a.txt", bytes(range(1, 256)) * 9, "binary"),
        ("a.zip", b"not an archive", "not a ZIP archive"),
        ("a.png", b"", "The file is empty."),
        ("a.webp", b"", "The file is empty."),
        ("a.png", b"joy", "The file is not a PNG image."),
        ("a.png", b"\x89PNG\n\x1a\n", "The file is not a PNG image."),
        ("a.png", b"\xff\xd8\xff\xe0", "The file is not a PNG image."),
        ("a.jpg", b"\x89PNG\r\n\x1a\n", "The file is not a JPEG image."),
        ("a.jpeg", b"...\xff\xd8\xff", "The file is not a JPEG image."),
        ("a.gif", b"GIF88a", "The file is not a GIF image."),
        ("a.webp", b"RIFF\x01\0\0\0WAVE", "The file is not a WEBP image."),
        ("a.webp", b"RIFFWEBP", "The file is not a WEBP image."),
        ("a.bmp", b"BM", "type .bmp cannot be read; upload .txt, .md, .html, .csv, .png, .jpg, .gif, .webp or .zip."),
        ("a.svg", b"<svg/>", "type .svg cannot be read"),
        ("a.docx", b"PK\x03\x04", "type .docx cannot be read; upload .txt"),
        ("README", b"joy", "without a type"),
        (".txt", b"joy", "without a type"),
    ],
)
def test_an_unreadable_file_is_refused_with_a_reason(name: str, data: bytes, reason: str) -> None:
    found = look(name, data)
    assert isinstance(found, Refusal)
    assert found.filename == name
    assert reason in found.reason
    assert found.reason.endswith(".")


def test_random_bytes_are_no_text() -> None:
    assert all(isinstance(look("a.txt", os.urandom(2_000)), Refusal) for _ in range(50))


def test_blanks_at_the_beginning_of_a_long_file_say_nothing() -> None:
    assert look("a.txt", b"\n" * HEAD_SIZE + b"joy") is Kind.TEXT


@settings(deadline=None)
@given(st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Zs", "Cf"]), min_size=3))
def test_every_text_with_something_to_see_is_readable(text: str) -> None:
    found = look("a.txt", ("text: " + text).encode())
    assert found is Kind.TEXT
