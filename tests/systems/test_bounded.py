"""A child process keeps to its limits, and its caller survives it."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from time import monotonic

import psutil
import pytest

from systems.bounded_system import Bounded, Died, TookTooLong, TookTooMuch
from tests.cli._server import ROOT, wait_for

Child = Callable[..., Bounded]


@pytest.fixture
def child() -> Iterator[Child]:
    children: list[Bounded] = []

    def made(name: str, seconds: int = 30) -> Bounded:
        children.append(Bounded(f"tests.systems.bounded_functions:{name}", seconds=seconds, memory=1_000_000_000))
        return children[-1]

    yield made
    for one in children:
        one.close()


def test_it_answers_as_often_as_it_is_asked(child: Child) -> None:
    add = child("add")
    assert [add(1, 2), add(3, 4)] == [3, 7]
    process_id = child("process_id")
    assert process_id() == process_id()


def test_what_the_function_raises_comes_through(child: Child) -> None:
    fail = child("fail")
    for _ in range(2):
        with pytest.raises(LookupError, match="nothing"):
            fail("nothing")


def test_it_takes_no_longer_than_allowed(child: Child) -> None:
    sleep = child("sleep", seconds=1)
    begun = monotonic()
    for _ in range(2):
        with pytest.raises(TookTooLong):
            sleep()
    assert monotonic() - begun < 30


def test_it_takes_no_more_memory_than_allowed(child: Child) -> None:
    take = child("take")
    with pytest.raises(TookTooMuch):
        take(2_000)
    assert take(1) == 1_000_000


def test_a_process_that_has_grown_is_replaced(child: Child) -> None:
    take = child("take")
    assert take(600) == 600_000_000
    assert take._process is None


def test_a_death_is_told_and_the_next_call_is_answered(child: Child) -> None:
    die = child("die")
    for _ in range(2):
        with pytest.raises(Died):
            die()


def test_an_interrupted_one_does_no_more(child: Child) -> None:
    add = child("add")
    assert add(1, 2) == 3
    add.interrupt()
    for _ in range(2):
        with pytest.raises(Died):
            add(1, 2)


def test_it_ends_with_its_caller(child: Child) -> None:
    process_id = child("process_id")
    process = psutil.Process(process_id())
    assert process_id._connection is not None
    process_id._connection.close()
    wait_for(lambda: process.status() == psutil.STATUS_ZOMBIE)
    process_id._process.wait()  # type: ignore[union-attr]
    process_id._process = process_id._connection = None


def test_what_its_caller_has_held_does_not_count_as_its_own() -> None:
    """The system goes on counting from the peak of the process that starts another one."""
    script = (
        "from systems.bounded_system import Bounded\n"
        "len(bytearray(700_000_000))\n"
        "child = Bounded('tests.systems.bounded_functions:process_id', seconds=30, memory=1_000_000_000)\n"
        "first, second = child(), child()\n"
        "child.close()\n"
        "assert first == second, (first, second)\n"
    )
    ran = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
