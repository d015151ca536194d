"""Stems are held beside words, and words are found by them."""

from concurrent.futures import ThreadPoolExecutor

from hypothesis import example, given
from hypothesis import strategies as st

from systems.text_stems_system import LANGUAGES, having_stems, stem_lexemes, stems_beside
from systems.text_stems_table_system import StemTable


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


_LETTERS = "abcdefghijklmnopqrstuvwxyz09и的"
_WORDS = st.text(_LETTERS, min_size=1, max_size=20) | st.sampled_from(["whales", "whaling", "walfaenge", "1984"])
_TEXTS = st.lists(_WORDS, max_size=30).map(" ".join) | st.text(_LETTERS + "  ", max_size=60)


@given(st.lists(st.tuples(_TEXTS, st.sampled_from([(), ("de",), ("en",), ("de", "en")])), max_size=8))
@example([])
@example([("a" * 16 + " " + "a" * 16 + "s " + "и" * 8 + " " + "a" * 128, ("de", "en")), ("", ("en",)), ("s", ())])
def test_many_texts_have_the_same_stems_as_each_of_their_words(texts: list[tuple[str, tuple[str, ...]]]) -> None:
    expected = [" ".join(stem_lexemes(text.split(), languages)) for text, languages in texts]
    asked = [text for text, _ in texts], [languages for _, languages in texts]
    # What was asked first is known when it is asked again.
    assert [stems_beside(*asked) for _ in range(2)] == [expected] * 2


def test_a_long_word_is_not_taken_for_one_that_it_begins_with() -> None:
    long, short = "a" * 16 + "s", "a" * 16
    for words in ([long, short], [short, long]):
        table = StemTable(lambda word: f"{len(word)}")
        assert [table.beside([" ".join(words)]) for _ in range(3)] == [[" ".join(f"{len(one)}" for one in words)]] * 3


def test_many_threads_ask_a_table_that_fills_up() -> None:
    table = StemTable(lambda word: word[::-1])
    texts = [" ".join(f"{letter}{number}" for number in range(30_000)) for letter in "abcdefgh"]
    with ThreadPoolExecutor(4) as pool:
        said = list(pool.map(table.beside, [[text] for text in texts * 2]))
    assert said == [[" ".join(word[::-1] for word in text.split())] for text in texts * 2]


def test_a_table_that_is_full_begins_anew() -> None:
    asked: list[str] = []

    def lexeme(word: str) -> str:
        asked.append(word)
        return "" if word.endswith("x") else word[::-1]

    table = StemTable(lexeme)
    texts = [" ".join(f"{letter}{number}{'x' * (number % 2)}" for number in range(50_000)) for letter in "abcd"]
    expected = [" ".join(word[::-1] for word in text.split() if not word.endswith("x")) for text in texts]
    assert [said for text in texts for said in table.beside([text])] == expected
    del asked[:]
    assert table.beside([*texts[3:], "7 7"]) == [expected[3], "7 7"]
    assert asked[-2:] == ["7", "7"]
    assert len(asked) < 10_000
    assert table.beside(texts) == expected
