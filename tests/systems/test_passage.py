"""Passages are found again in another version of a text."""

from hypothesis import given
from hypothesis import strategies as st

from systems.passage_system import Passages


def found(before: str, now: str, words: str, nth: int = 0) -> int | None:
    begin = -1
    for _ in range(nth + 1):
        begin = before.index(words, begin + 1)
    return Passages(before, now).find(begin, begin + len(words))


def test_a_passage_that_moved_is_found() -> None:
    assert found("The sea was calm.", "Once, the sea was calm.", "sea was") == 10


def test_a_passage_that_is_gone_is_not_found() -> None:
    assert found("The sea was calm.", "The lake was calm.", "sea was") is None


def test_of_several_places_the_neighbourhood_decides() -> None:
    before = "the red sea, the blue sea, the black sea"
    now = "the black sea, the red sea, the blue sea, the sea"
    assert found(before, now, "sea", 1) == now.index("blue sea") + 5


def test_of_equal_places_the_nearest_is_taken() -> None:
    assert found("x sea x " * 9, "x sea x " * 9, "sea", 4) == 4 * 8 + 2


def test_far_away_is_found_too() -> None:
    assert found("needle", "." * 1_000_000 + "needle", "needle") == 1_000_000


def test_words_of_an_older_text_are_found_by_themselves() -> None:
    assert Passages("nothing of it", "the calm sea").find(40, 44, "calm") == 4


@given(st.text("ab \n", max_size=60), st.text("ab \n", max_size=20), st.data())
def test_what_is_found_has_the_same_words(before: str, more: str, data: st.DataObject) -> None:
    begin = data.draw(st.integers(0, len(before)))
    end = data.draw(st.integers(begin, len(before)))
    place = Passages(before, more + before).find(begin, end)
    if begin == end:
        assert place is None
    else:
        assert place is not None
        assert (more + before)[place : place + end - begin] == before[begin:end]
