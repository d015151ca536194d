"""Processes that belong to the server: started again when they die, ended when it ends, and gone when it is killed."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from threading import Event, Lock, Thread
from typing import Protocol

from loguru import logger

_FIRST_DELAY = 0.1  # seconds before a dead process is started again
_SETTLED = 10.0  # seconds after which a process counts as having started well
_PATIENCE = 15.0  # seconds between asking a process to end and ending it


class Child(Protocol):
    """A running process, as far as keeping it alive goes."""

    def wait(self) -> None: ...

    def revive(self) -> None: ...

    def stop(self) -> None: ...


class CommandChild:
    """Another command of ours in a process of its own, whose input stays open as long as we live."""

    def __init__(self, arguments: Sequence[str]) -> None:
        self._command = [sys.executable, "-m", "cli.main", *arguments]
        self._process = self._start()

    @property
    def pid(self) -> int:
        return self._process.pid

    def wait(self) -> None:
        self._process.wait()

    def revive(self) -> None:
        self._close()
        self._process = self._start()

    def stop(self) -> None:
        self._process.terminate()
        try:
            self._process.wait(_PATIENCE)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._close()

    def _start(self) -> "subprocess.Popen[bytes]":
        # Ctrl-C at the terminal is for the server, which ends its processes in order.
        return subprocess.Popen(self._command, stdin=subprocess.PIPE, start_new_session=True)

    def _close(self) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()


@contextmanager
def kept_alive(name: str, child: Child, *, longest_delay: float = 15.0) -> Iterator[None]:
    """Start the child again whenever it dies, after a delay that grows while it keeps dying, and stop it at the end."""
    stopping, busy = Event(), Lock()

    def watch() -> None:
        delay = _FIRST_DELAY
        while True:
            begun = time.monotonic()
            child.wait()
            if stopping.wait(delay):
                return
            settled = time.monotonic() - begun > _SETTLED
            delay = _FIRST_DELAY if settled else min(2 * delay, longest_delay)
            with busy:
                if stopping.is_set():
                    return
                logger.error("{} ended unexpectedly and is started again", name)
                try:
                    child.revive()
                except Exception as error:
                    logger.error("{} could not be started again: {}", name, error)

    watcher = Thread(target=watch, name=f"watch {name}", daemon=True)
    watcher.start()
    try:
        yield
    finally:
        stopping.set()
        with busy:
            child.stop()
        watcher.join()


def end_with_parent() -> None:
    """For a child's side: ask ourselves to end once the server that started us is gone, even by kill -9."""

    def watch() -> None:
        while os.read(0, 1024):
            pass
        os.kill(os.getpid(), signal.SIGTERM)

    Thread(target=watch, name="watch parent", daemon=True).start()
