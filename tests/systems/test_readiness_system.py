"""A service that answers, one that does not, and one that never says anything."""

from threading import Event, active_count

from systems.readiness_system import Readiness


def test_what_answers_is_ready() -> None:
    asked: list[int] = []
    readiness = Readiness(lambda: asked.append(1), seconds=5)
    assert readiness.answers()
    assert readiness.answers()
    assert len(asked) == 2


def test_what_fails_is_not_ready_until_it_does_not_fail() -> None:
    outcomes = [OSError("gone"), None]

    def ask() -> None:
        if (outcome := outcomes.pop(0)) is not None:
            raise outcome

    readiness = Readiness(ask, seconds=5)
    assert not readiness.answers()
    assert readiness.answers()


def test_silence_holds_one_thread_however_many_ask() -> None:
    spoken = Event()

    def ask() -> None:
        spoken.wait(30)

    readiness = Readiness(ask, seconds=0.01)
    before = active_count()
    assert not any(readiness.answers() for _ in range(5))
    assert active_count() == before + 1
    spoken.set()
    assert Readiness(lambda: None, seconds=5).answers()
