"""What a child process may be asked to do in tests."""

import os
import signal
import time


def add(a: int, b: int) -> int:
    return a + b


def process_id() -> int:
    return os.getpid()


def fail(message: str) -> None:
    raise LookupError(message)


def sleep() -> None:
    time.sleep(60)


def take(megabytes: int) -> int:
    return len(bytearray(megabytes * 1_000_000))


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)
