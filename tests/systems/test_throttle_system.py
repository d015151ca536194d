"""Attempts are let through only so often, whatever process counts them."""

from concurrent.futures import ThreadPoolExecutor

from repos.postgres_repo import Postgres
from systems.throttle_system import Limit, Throttle

LIMIT = Limit(attempts=3, seconds=30)


def age(postgres: Postgres, seconds: float) -> None:
    """Let time pass."""
    with postgres.connection() as connection:
        connection.execute("UPDATE account.attempt SET last = last - make_interval(secs => $1)", (seconds,))


def test_a_few_attempts_pass_and_then_the_wait_grows_and_falls(postgres: Postgres) -> None:
    throttle = Throttle(postgres)
    waits = [LIMIT.wait(throttle.count("ada", LIMIT)) for _ in range(7)]
    assert waits[:3] == [0, 0, 0]
    assert 10 < waits[3] < waits[4] <= waits[5]
    assert waits[5] == waits[6] == LIMIT.seconds
    assert LIMIT.wait(throttle.count("bob", LIMIT)) == 0
    age(postgres, 15)
    assert 0 < LIMIT.wait(throttle.level("ada", LIMIT) + 1) < waits[5]
    age(postgres, 60)
    assert LIMIT.wait(throttle.count("ada", LIMIT)) == 0


def test_whoever_waits_as_long_as_told_is_let_through(postgres: Postgres) -> None:
    throttle = Throttle(postgres)
    for _ in range(4):
        wait = LIMIT.wait(throttle.count("ada", LIMIT))
    age(postgres, wait - 2)
    assert LIMIT.wait(throttle.level("ada", LIMIT) + 1) > 0
    age(postgres, 2)
    assert LIMIT.wait(throttle.count("ada", LIMIT)) == 0


def test_what_was_none_is_taken_back_and_forgotten(postgres: Postgres) -> None:
    throttle = Throttle(postgres)
    for name in ("ada", "ada", "bob", "bob"):
        throttle.count(name, LIMIT)
    throttle.take_back("ada", "nobody")
    throttle.forget("bob")
    assert 0.9 < throttle.level("ada", LIMIT) <= 1
    assert throttle.level("bob", LIMIT) == 0


def test_parallel_attempts_are_all_counted(postgres: Postgres) -> None:
    throttle, wide = Throttle(postgres), Limit(100, 3600)
    with ThreadPoolExecutor(16) as pool:
        levels = sorted(pool.map(lambda _: throttle.count("ada", wide), range(32)))
    assert levels[-1] > 31
    assert len(set(levels)) == 32


def test_names_are_kept_as_hashes(postgres: Postgres) -> None:
    Throttle(postgres).count("ada@example.org", LIMIT)
    with postgres.connection() as connection:
        assert "ada" not in str(connection.execute("SELECT key FROM account.attempt").fetchall())
