"""A service that answers, one that does not, and one that never says anything."""

import asyncio
from threading import Event, active_count

from systems.readiness_system import Readiness


def answer(readiness: Readiness[str]) -> str | None:
    return asyncio.run(readiness.answer())


def test_what_answers_is_ready() -> None:
    words = ["aye", "still here"]
    readiness = Readiness(lambda: words.pop(0), seconds=5)
    assert answer(readiness) == "aye"
    assert answer(readiness) == "still here"


def test_what_fails_is_not_ready_until_it_does_not_fail() -> None:
    outcomes = [OSError("gone"), None]

    def ask() -> str:
        if (outcome := outcomes.pop(0)) is not None:
            raise outcome
        return "aye"

    readiness = Readiness(ask, seconds=5)
    assert answer(readiness) is None
    assert answer(readiness) == "aye"


def test_silence_holds_one_thread_however_many_ask() -> None:
    spoken = Event()

    def ask() -> str:
        spoken.wait(30)
        return "aye"

    readiness = Readiness(ask, seconds=0.01)
    before = active_count()
    assert [answer(readiness) for _ in range(5)] == [None] * 5
    assert active_count() == before + 1
    spoken.set()
    assert answer(Readiness(lambda: "aye", seconds=5)) == "aye"


def test_who_waits_holds_nobody_up() -> None:
    spoken = Event()

    async def meanwhile() -> list[str | None]:
        waiting = [asyncio.create_task(readiness.answer()) for _ in range(3)]
        await asyncio.sleep(0)
        spoken.set()
        return await asyncio.gather(*waiting)

    def ask() -> str:
        spoken.wait(30)
        return "aye"

    readiness = Readiness(ask, seconds=30)
    assert asyncio.run(meanwhile()) == ["aye"] * 3
