"""Tokens and sentences in all scripts: nothing is lost, nothing overlaps, and offsets count code points."""

# ruff: noqa: RUF001

import textwrap
from array import array
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from systems.text_blank_system import BLANK, is_blank
from systems.text_normal_system import normalise
from systems.text_sentences_system import sentences
from systems.text_tokens_system import tokens

PIECES = (
    *(
        "joy",
        "Mr.",
        "Dr.",
        "J.",
        "1.",
        "3.14",
        "can't",
        "a.אב",
        "?",
        "!",
        "...",
        "”",
        '"',
        "(",
        ")",
        "—",
        "ﬁ",
        "Ⅳ",
        "𝔘𝔫𝔦",
    ),
    *(" ", "  ", "\n", "\n\n", "\t", "\xa0", "\u200b", "\u200d", "\ufeff", "\u2028"),
    *("\u0301", "e\u0301", "x\u0323\u0332", "👩\u200d👩\u200d👧", "🇩🇪", "👍🏽"),
    *("人工智能。", "日本語", "한국어", "ภาษาไทย", "नमस्ते।", "كيف حالك؟", "שלום"),
)
texts = (st.lists(st.sampled_from(PIECES), max_size=40).map("".join) | st.text(max_size=200)).map(normalise)


def ranges(offsets: "array[int]") -> list[tuple[int, int]]:
    return list(zip(offsets[::2], offsets[1::2], strict=True))


def pieces(text: str, offsets: "array[int]") -> list[str]:
    return [text[begin:end] for begin, end in ranges(offsets)]


def sentences_of(text: str) -> list[str]:
    return pieces(text, sentences(text, tokens(text)))


@settings(deadline=None)
@given(texts)
def test_tokens_and_sentences_are_ordered_disjoint_trimmed_and_lose_nothing(text: str) -> None:
    words = tokens(text)
    for offsets in (words, sentences(text, words)):
        found = ranges(offsets)
        assert all(0 <= begin < end <= len(text) for begin, end in found)
        assert all(before[1] <= after[0] for before, after in pairwise(found))
        assert all(piece == piece.strip(BLANK) and piece for piece in pieces(text, offsets))
        outside = [text[end:begin] for (_, end), (begin, _) in pairwise([(0, 0), *found, (len(text), len(text))])]
        assert all(is_blank(gap) for gap in outside)


@settings(deadline=None)
@given(texts)
def test_every_token_lies_in_one_sentence(text: str) -> None:
    words = tokens(text)
    found = ranges(sentences(text, words))
    for begin, end in ranges(words):
        assert sum(first <= begin and end <= last for first, last in found) == 1


@settings(deadline=None)
@given(texts)
def test_a_blank_line_parts_sentences(text: str) -> None:
    assert all("\n\n" not in sentence for sentence in sentences_of(text))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (
            "Mr. Darcy can't pay $5,000.00 (now)!",
            ["Mr", ".", "Darcy", "can't", "pay", "$", "5,000.00", "(", "now", ")", "!"],
        ),
        ("👩\u200d👩\u200d👧 and 👍🏽 in 🇩🇪🇫🇷.", ["👩\u200d👩\u200d👧", "and", "👍🏽", "in", "🇩🇪", "🇫🇷", "."]),
        ("Å naïve x\u0323\u0332y", ["Å", "naïve", "x\u0323\u0332y"]),
        ("人工智能是计算机科学。", ["人工", "智能", "是", "计算", "机", "科学", "。"]),
        ("名前はまだ無い。", ["名前", "は", "まだ", "無い", "。"]),
        ("ภาษาไทยเป็นภาษา", ["ภาษา", "ไทย", "เป็น", "ภาษา"]),
        ("नमस्ते दुनिया।", ["नमस्ते", "दुनिया", "।"]),
        ("كيف حالك؟", ["كيف", "حالك", "؟"]),
        ("a\u200b \xa0b\tc\n\nd", ["a", "b", "c", "d"]),
        ("", []),
    ],
)
def test_words_numbers_and_marks_are_tokens_in_every_script(text: str, words: list[str]) -> None:
    assert pieces(text, tokens(text)) == words


@pytest.mark.parametrize(
    "parts",
    [
        ["Mr. Darcy met Dr. Smith and Mrs. Long at St. James.", "He bowed."],
        ["J. R. R. Tolkien wrote it, i.e. he alone.", "So am I.", "Yes."],
        ["MRS. RACHEL LYNDE IS SURPRISED.", "She was."],
        ["“What?” she asked.", "“No!” he said, “never.”", "They left."],
        ['"Why?" he challenged.', '"Because."', "It rained."],
        ["Wait... what?", "Nothing!", "(It was late.)", "He slept."],
        ["See p. 12.", "Then No. 7.", "He said no.", "Seven came."],
        ["It cost 3.50 in the U.S. last year.", "Now it is 4.10."],
        ["Das war z.B. gestern, vgl. Müller.", "Heute nicht.", "„Wirklich?“ fragte sie."],
        ["नमस्ते दुनिया।", "फिर मिलेंगे।"],
        ["كيف حالك؟", "أنا بخير."],
        ["👩\u200d👩\u200d👧 came home.", "🇩🇪 Germany won 👍🏽!", "Good."],
    ],
)
def test_a_sentence_ends_where_a_reader_would_say(parts: list[str]) -> None:
    assert sentences_of(" ".join(parts)) == parts
    assert sentences_of("\n\n".join(parts)) == parts


def test_chinese_and_japanese_sentences_need_no_space() -> None:
    assert sentences_of("中文。真的吗？是。") == ["中文。", "真的吗？", "是。"]
    assert sentences_of("吾輩は猫である。名前はまだ無い。") == ["吾輩は猫である。", "名前はまだ無い。"]


def test_quotation_marks_set_apart_stay_with_their_sentence() -> None:
    assert sentences_of("“ Is he married ? ” “ Single , my dear ! ” she said .") == [
        "“ Is he married ? ”",
        "“ Single , my dear ! ” she said .",
    ]


def test_numbers_of_a_list_stay_with_their_item() -> None:
    assert sentences_of("1. Joy is good.\nIV. Grief\na. Anger") == ["1. Joy is good.", "IV. Grief", "a. Anger"]


def test_every_turn_of_a_transcript_is_a_sentence_of_its_own() -> None:
    text = "I: How did it start\nB: slowly, I think\nI: And then?"
    assert sentences_of(text) == text.split("\n")


PROSE = (
    "It is a truth universally acknowledged, that a single man in possession of a good fortune, must be in want of a"
    " wife. However little known the feelings or views of such a man may be on his first entering a neighbourhood, this"
    " truth is so well fixed in the minds of the surrounding families, that he is considered the rightful property of"
    " some one or other of their daughters. “My dear Mr. Bennet,” said his lady to him one day, “have you heard it?”"
)


def test_line_ends_of_a_hard_wrapped_text_do_not_end_sentences() -> None:
    paragraph = textwrap.fill(PROSE, 70)
    found = sentences_of(f"CHAPTER I\n\n{paragraph}\n\n{paragraph}\n")
    assert [sentence.replace("\n", " ") for sentence in found] == [
        "CHAPTER I",
        *sentences_of(PROSE),
        *sentences_of(PROSE),
    ]
    assert len(sentences_of(PROSE)) == 3


def test_line_ends_of_verse_end_sentences() -> None:
    verse = (
        "Tyger Tyger, burning bright,\nIn the forests of the night;\nWhat immortal hand or eye,\n"
        "Could frame thy fearful symmetry?\nIn what distant deeps or skies,\nBurnt the fire of thine eyes?"
    )
    assert sentences_of(verse) == verse.split("\n")
    long_verse = (
        "Shall I compare thee to a summer's day, my gentle friend?\nThou art more lovely and more temperate than it\n"
        "Rough winds that shake the darling buds of merry May\nAnd summer's lease hath all too short a date, I find"
    )
    assert sentences_of(long_verse) == long_verse.split("\n")


def test_a_long_line_of_punctuation_takes_linear_time() -> None:
    text = "! " * 200_000
    assert len(tokens(text)) == 400_000
    assert sentences_of(text)
