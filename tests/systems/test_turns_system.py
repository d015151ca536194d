"""Some are at a thing together, the others wait outside, and who is at another thing does not notice."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Event

import pytest

from systems.turns_system import OutOfPatience, Turns


def test_only_so_many_are_at_a_thing_together() -> None:
    turns = Turns(2, patience=30)
    together, most = 0, 0

    def come(_: int) -> None:
        nonlocal together, most
        with turns.at("harbour"):
            together += 1
            most = max(most, together)
            both.wait(30)
            together -= 1

    both = Barrier(2)
    with ThreadPoolExecutor(8) as threads:
        list(threads.map(come, range(8)))
    assert most == 2
    assert len(turns) == 0


def test_who_waits_too_long_gives_up_and_others_go_on_elsewhere() -> None:
    turns = Turns(1, patience=0.01)
    inside, done = Event(), Event()

    def stay() -> None:
        with turns.at("harbour"):
            inside.set()
            done.wait(30)

    with ThreadPoolExecutor(1) as threads:
        staying = threads.submit(stay)
        inside.wait(30)
        with pytest.raises(OutOfPatience), turns.at("harbour"):
            pass
        with turns.at("lighthouse"):
            assert len(turns) == 2
        done.set()
        staying.result(30)
    with turns.at("harbour"):
        assert len(turns) == 1


def test_a_turn_ends_with_an_error_too() -> None:
    turns = Turns(1, patience=0.01)
    for _ in range(2):
        with pytest.raises(ValueError, match="storm"), turns.at("harbour"):
            raise ValueError("storm")
    assert len(turns) == 0
