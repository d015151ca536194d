"""Passwords are hashed by Argon2id, checked in the same time for everybody, and only so many at once."""

from threading import Thread

import pytest

from systems.password_system import Passwords, TooManyAtOnce


def cheap(*, time_cost: int = 1, at_once: int = 2, patience: float = 5.0) -> Passwords:
    return Passwords(time_cost=time_cost, memory_kib=256, parallelism=1, at_once=at_once, patience=patience)


def test_a_password_is_right_or_wrong() -> None:
    passwords = cheap()
    hashed = passwords.hash("correct horse")
    assert hashed.startswith("$argon2id$")
    assert "correct" not in hashed
    assert passwords.check("correct horse", hashed)
    assert not passwords.check("correct horsf", hashed)
    assert not passwords.check("correct horse", "not a hash")


def test_two_hashes_of_one_password_differ() -> None:
    assert cheap().hash("correct horse") != cheap().hash("correct horse")


def test_it_does_not_matter_how_a_keyboard_composes() -> None:
    passwords = cheap()
    assert passwords.check("cafe\u0301 au lait", passwords.hash("caf\u00e9 au lait"))


def test_the_check_for_nobody_is_a_real_one_with_the_same_parameters() -> None:
    passwords = cheap(time_cost=3)
    assert not passwords.check("correct horse", None)
    assert not passwords.is_outdated(passwords._nobody)


def test_other_parameters_make_a_hash_outdated_and_leave_it_right() -> None:
    hashed = cheap().hash("correct horse")
    stronger = cheap(time_cost=2)
    assert stronger.is_outdated(hashed)
    assert stronger.check("correct horse", hashed)
    assert not stronger.is_outdated(stronger.hash("correct horse"))


def test_those_who_wait_too_long_are_refused() -> None:
    passwords = cheap(at_once=1, patience=0.01)
    with passwords.turn(), pytest.raises(TooManyAtOnce):
        passwords.hash("correct horse")
    assert passwords.hash("correct horse")


def test_only_so_many_wait_and_the_others_are_refused_at_once() -> None:
    passwords = cheap(at_once=1, patience=60)
    with passwords.turn():
        waiting = [Thread(target=passwords.hash, args=("correct horse",)) for _ in range(8)]
        for thread in waiting:
            thread.start()
        while passwords._present._value:
            waiting[0].join(0.001)
        with pytest.raises(TooManyAtOnce):
            passwords.check("correct horse", None)
    for thread in waiting:
        thread.join()
    assert passwords.hash("correct horse")
