"""A child process that runs one function again and again, each time within limits of time and memory."""

import importlib
import resource
import signal
import subprocess
import sys
from multiprocessing.connection import Connection, Pipe
from pathlib import Path
from typing import Any

__all__ = ["Bounded", "Died", "OutOfBounds", "TookTooLong", "TookTooMuch"]

_ROOMY = 512 * 1024**2


class OutOfBounds(Exception):
    """The function did not come to an end within its limits."""

    def __str__(self) -> str:
        return self.__doc__ or ""


class TookTooLong(OutOfBounds):
    """It took longer than is allowed."""


class TookTooMuch(OutOfBounds):
    """It took more memory than is allowed."""


class Died(OutOfBounds):
    """The process ended in the middle of it."""


class Bounded:
    """Calls `module:function` in a child process; `seconds` and `memory` (bytes of address space) bound each call.

    The limits are kept by the kernel: they also hold when the caller is gone. Not for more than one thread.
    """

    def __init__(self, function: str, *, seconds: int, memory: int) -> None:
        self._arguments = [function, str(seconds), str(memory)]
        self._interrupted = False
        self._process: subprocess.Popen[bytes] | None = None
        self._connection: Connection[Any, Any] | None = None

    def __call__(self, *arguments: Any) -> Any:
        """What the function answers or raises; what it takes and gives can be pickled. Raises OutOfBounds."""
        connection = self._connection or self._start()
        try:
            connection.send(arguments)
            answer, raised, last = connection.recv()
        except (EOFError, OSError):
            raise TookTooLong if self._end() == -signal.SIGALRM else Died from None
        if last:
            self._end()
        if isinstance(raised, MemoryError):
            raise TookTooMuch
        if raised is not None:
            raise raised
        return answer

    def interrupt(self) -> None:
        """From another thread: the call under way ends with Died, and so does every later one."""
        self._interrupted = True
        if (process := self._process) is not None:
            process.kill()

    def close(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._end()

    def _start(self) -> "Connection[Any, Any]":
        ours, theirs = Pipe()
        with theirs:
            command = [sys.executable, "-m", __name__, str(theirs.fileno()), *self._arguments]
            self._process = subprocess.Popen(command, stdin=subprocess.DEVNULL, pass_fds=[theirs.fileno()])
        if self._interrupted:
            self._process.kill()
        self._connection = ours
        return ours

    def _end(self) -> int:
        assert self._process is not None
        assert self._connection is not None
        self._connection.close()
        status = self._process.wait()
        self._process = self._connection = None
        return status


def _serve(descriptor: int, name: str, seconds: int, memory: int) -> None:
    """The child's side, until the caller closes its end or is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    module, _, attribute = name.partition(":")
    function = getattr(importlib.import_module(module), attribute)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    connection: Connection[Any, Any] = Connection(descriptor)
    last = False
    while not last:
        try:
            arguments = connection.recv()
        except EOFError:
            return
        answer, raised = None, None
        signal.alarm(seconds)
        try:
            answer = function(*arguments)
        except Exception as error:
            raised = error
        signal.alarm(0)
        # Memory once taken is hardly given back: a process that has grown makes room for a new one.
        last = _peak() > _ROOMY or isinstance(raised, MemoryError)
        connection.send((answer, _portable(raised), last))


def _peak() -> int:
    """The most bytes of memory that were ours at a time; what getrusage tells includes the peak of who started us."""
    try:
        status = Path("/proc/self/status").read_text(encoding="ascii", errors="replace")
    except OSError:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    return int(status.partition("VmHWM:")[2].split()[0]) * 1024


def _portable(raised: Exception | None) -> Exception | None:
    """An exception as it can be sent: without the places that it came through."""
    if raised is not None:
        raised.__traceback__ = raised.__context__ = raised.__cause__ = None
    return raised


if __name__ == "__main__":
    _serve(int(sys.argv[1]), sys.argv[2], int(sys.argv[3]), int(sys.argv[4]))
