"""Stems are held beside words, and words are found by them."""

from hypothesis import example, given
from hypothesis import strategies as st

from systems.text_stems_system import LANGUAGES, having_stems, stem_lexemes


@given(st.text("abcdefghijklmnopqrstuvwxyz09и的", min_size=1, max_size=12))
@example("ueberraschungen")
@example("dying")
@example("skies")
def test_a_word_is_found_by_each_stem_that_is_held_beside_it(word: str) -> None:
    for language in LANGUAGES:
        held = set(stem_lexemes([word], [language]))
        assert having_stems([word, "7"], [language], held) == ({word} if held else set())


def test_a_stem_of_one_language_finds_nothing_in_another() -> None:
    held = set(stem_lexemes(["whaling"], ["en"]))
    assert having_stems(["whaling", "whales", "wall"], ["en"], held) == {"whaling", "whales"}
    assert having_stems(["whaling"], ["de"], held) == set()
