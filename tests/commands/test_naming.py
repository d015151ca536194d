"""Names in a batch: who gets one that is wanted twice."""

from collections.abc import Collection, Set

from commands._naming import settled


class Names:
    def __init__(self, *taken: str) -> None:
        self.taken = frozenset(taken)
        self.questions = 0

    def __call__(self, name_keys: Collection[str]) -> Set[str]:
        self.questions += 1
        return self.taken & set(name_keys)


def test_the_first_to_want_a_name_gets_it() -> None:
    assert settled(["a.txt", "A.TXT", "b"], Names(), rename=False) == ["a.txt", None, "b"]
    assert settled(["a.txt", "b"], Names("b"), rename=False) == ["a.txt", None]


def test_a_number_makes_a_name_free() -> None:
    names = Names("a.txt", "a (2).txt", "a (4).txt")
    assert settled(["a.txt", "A.txt", "a.txt"], names, rename=True) == ["a (3).txt", "A (5).txt", "a (6).txt"]


def test_a_number_does_not_take_the_name_of_another() -> None:
    assert settled(["a.txt", "a (2).txt"], Names("a.txt"), rename=True) == ["a (3).txt", "a (2).txt"]


def test_many_names_take_few_questions() -> None:
    names = Names(*(f"x{n}.txt" for n in range(1_000)), *(f"y ({n})" for n in range(2, 3_000)), "y")
    given = settled([*(f"x{n}.txt" for n in range(1_000)), *["y"] * 1_000], names, rename=True)
    assert len(set(given)) == 2_000
    assert given[-1] == "y (3999)"
    assert names.questions < 12
