"""Whole files become documents: text, HTML, sentences and tokens, in little time and memory."""

import subprocess
import sys
from pathlib import Path

import pytest

from systems.text_system import process, producer
from systems.upload_kind_system import Kind, Unreadable

LITBANK = Path(__file__).parents[2].parent / "shared" / "data" / "litbank" / "entities"


def test_a_text_file_becomes_a_document() -> None:
    done = process("joy.txt", "\ufeffJoy 👋.\r\n\r\nE\u0301nd.".encode())
    assert done.text == "Joy 👋.\n\nÉnd."
    assert done.html == "<p>Joy 👋.</p>\n<p>Énd.</p>"
    assert list(done.sentences) == [0, 6, 8, 12]
    assert list(done.tokens) == [0, 3, 4, 5, 5, 6, 8, 11, 11, 12]
    assert done.encoding == "utf-8-sig"


def test_markdown_and_html_become_the_text_that_is_seen() -> None:
    assert process("a.md", b"# Joy\n\n*Good* <script>x</script>day.\n").text == "Joy\n\nGood day."
    html = '<meta charset="windows-1251"><title>T</title><p>Раз</p>'.encode("cp1251")
    assert process("a.HTM", html).text == "Раз"


def test_a_kind_wins_over_the_name() -> None:
    assert process("row 3 of page.html", b"1 < 2 <b>", Kind.TEXT).text == "1 < 2 <b>"


@pytest.mark.parametrize(
    ("name", "data", "reason"),
    [
        ("a.txt", b"", "empty"),
        ("a.txt", b" \r\n\t", "empty"),
        ("a.txt", b"a\0b", "binary"),
        ("a.pdf", b"%PDF-1.7", "type .pdf"),
        ("a.html", b"<title>only</title><script>x</script>", "no text"),
        ("a.html", b"&#8203;<p>&nbsp;</p>", "no text"),
        ("a.csv", b"text\njoy\n", "many documents"),
    ],
)
def test_what_has_no_text_is_refused_with_a_reason(name: str, data: bytes, reason: str) -> None:
    with pytest.raises(Unreadable, match=reason):
        process(name, data)


def test_the_producer_names_everything_that_could_change_the_outcome() -> None:
    assert producer().startswith("palimpsest-text/1 icu4py/")
    assert " ICU/" in producer()
    assert " Unicode/" in producer()


FIVE_MEGABYTES = """
from systems.text_system import process
paragraph = {paragraph!r}
done = process({name!r}, (paragraph * (5_000_000 // len(paragraph.encode()))).encode())
peak = next(line for line in open("/proc/self/status") if line.startswith("VmHWM"))
print(int(peak.split()[1]) // 1024, len(done.tokens), len(done.sentences))
"""


@pytest.mark.parametrize("name", ["big.txt", "big.md", "big.html"])
def test_five_megabytes_take_little_memory(name: str) -> None:
    paragraph = "<p>Mr. Darcy said nothing; she — 👋 — laughed. “Why?” he asked.</p>\n\n"
    script = FIVE_MEGABYTES.format(paragraph=paragraph, name=name)
    out = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout
    megabytes, *counts = map(int, out.split())
    assert all(counts)
    assert megabytes < 300


@pytest.mark.skipif(not LITBANK.is_dir(), reason=f"the corpus is not in {LITBANK}")
def test_the_texts_of_litbank_keep_every_offset() -> None:
    for path in sorted(LITBANK.glob("*.txt")):
        data = path.read_bytes()
        done = process(path.name, data)
        assert done.text == data.decode()
        starts = {0, *(at + 1 for at, character in enumerate(done.text) if character == "\n")}
        assert starts - {len(done.text)} <= set(done.sentences[::2])
