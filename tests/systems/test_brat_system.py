"""Brat standoff is read line by line, and what is wrong with it is said with its place."""

from pathlib import Path

import pytest

from systems.brat_system import BadStandoff, NoStandoff, Passage, read_folder, read_standoff


def read(folder: Path, annotations: str) -> list[Passage]:
    (folder / "a.ann").write_text(annotations, encoding="utf-8")
    return read_standoff(folder / "a.ann", None).passages


def test_a_passage_has_a_label_a_place_and_words(tmp_path: Path) -> None:
    assert read(tmp_path, "T1\tPROP_PER 0 3\tAda\n") == [Passage("PROP_PER", ((0, 3),), "Ada")]


def test_the_words_may_be_any(tmp_path: Path) -> None:
    (passage,) = read(tmp_path, "T12\tthey-84 5 12\tÉ 🚢 \u2028x ; 1 2\n")
    assert passage.quote == "É 🚢 \u2028x ; 1 2"


def test_a_passage_in_parts_reaches_from_the_first_to_the_last(tmp_path: Path) -> None:
    (passage,) = read(tmp_path, "T1\tPER 8 11;0 3\tBen Ada\n")
    assert passage.ranges == ((8, 11), (0, 3))
    assert (passage.begin, passage.end) == (0, 11)


def test_other_lines_are_counted_by_their_kind(tmp_path: Path) -> None:
    (tmp_path / "a.ann").write_text("R1\tcop Arg1:T1 Arg2:T2\n#1\tNote\n\nR2\tcop\nT1\tPER 0 3\tAda\n")
    standoff = read_standoff(tmp_path / "a.ann", None)
    assert standoff.other == {"R": 2, "#": 1}
    assert len(standoff.passages) == 1


def test_line_ends_and_a_byte_order_mark_do_not_matter(tmp_path: Path) -> None:
    (tmp_path / "a.ann").write_bytes("\ufeffT1\tPER 0 3\tAda\r\nT2\tPER 8 11\tBen".encode())
    quotes = [passage.quote for passage in read_standoff(tmp_path / "a.ann", None).passages]
    assert quotes == ["Ada", "Ben"]


@pytest.mark.parametrize(
    "line",
    ["T1", "T1\tPER", "T1\tPER 0\tx", "T1\tPER 0 3", "T1 PER 0 3 Ada", "T1\tPER -1 3\tx", "T1\tPER 3 3\t", "Two"],
)
def test_a_line_that_is_no_passage_is_named_with_its_number(tmp_path: Path, line: str) -> None:
    with pytest.raises(BadStandoff, match="line 2"):
        read(tmp_path, f"T1\tPER 0 3\tAda\n{line}\n")


def test_other_encodings_are_refused_by_name(tmp_path: Path) -> None:
    (tmp_path / "a.ann").write_bytes("T1\tPER 0 3\tÉdouard".encode("latin-1"))
    with pytest.raises(BadStandoff, match=r"a\.ann is not UTF-8 at byte 11\."):
        read_standoff(tmp_path / "a.ann", None)


def test_texts_are_found_by_the_name_of_their_annotations(tmp_path: Path) -> None:
    for name in ("b.ann", "a.ann", "a.txt", "c.txt", "notes.md"):
        (tmp_path / name).touch()
    assert [(standoff.name, standoff.text) for standoff in read_folder(tmp_path)] == [
        ("a", tmp_path / "a.txt"),
        ("b", None),
    ]


def test_a_folder_without_annotations_is_said_so(tmp_path: Path) -> None:
    with pytest.raises(NoStandoff, match="There are no"):
        read_folder(tmp_path)
