"""Languages as texts tell them."""

import pytest

from systems.text_language_system import language_of


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("It was a lazy afternoon, and nobody said a word.", "en"),
        ("Es war ein fauler Nachmittag, und niemand sagte ein Wort.", "de"),
        ("I: Wie geht es Ihnen?\nB: Ganz gut, danke.\n", "de"),
        ("C'était un après-midi paresseux.", "fr"),
        ("我爱北京天安门", "zh"),
        ("Был ленивый полдень, и никто не говорил ни слова.", "ru"),
    ],
)
def test_a_sentence_tells_its_language(text: str, language: str) -> None:
    assert language_of(text) == language


@pytest.mark.parametrize("text", ["", "Yes.", "😀😀😀", "1 2 3 4 5 6 7 8 9 10 11 12", "我"])
def test_too_few_words_tell_nothing(text: str) -> None:
    assert language_of(text) is None


def test_what_a_text_begins_with_does_not_decide_alone() -> None:
    german = "Am Abend saßen sie alle am Tisch und erzählten einander, was geschehen war. " * 40
    assert language_of("Title: Interview (transcript, English headings)\n" + german) == "de"
