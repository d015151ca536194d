"""A child of the server is started again when it dies, ended with the server, and ends itself when it is orphaned."""

import os
import signal
import subprocess
import sys
from threading import Event

import psutil

from cli._children import CommandChild, kept_alive
from tests.cli._server import ROOT, wait_for


class Mortal:
    """A child that a test can let die."""

    def __init__(self) -> None:
        self.lives = 1
        self.stopped = False
        self._dead = Event()

    def die(self) -> None:
        self._dead.set()

    def wait(self) -> None:
        self._dead.wait()

    def revive(self) -> None:
        self.lives += 1
        self._dead.clear()

    def stop(self) -> None:
        self.stopped = True
        self._dead.set()


class Stubborn(Mortal):
    """A child that does not come back at the first attempt."""

    def revive(self) -> None:
        if self.lives == 1:
            self.lives = 2
            raise OSError("not yet")
        super().revive()


def test_a_child_that_dies_is_started_again() -> None:
    child = Mortal()
    with kept_alive("child", child, longest_delay=0.1):
        child.die()
        wait_for(lambda: child.lives == 2)
        child.die()
        wait_for(lambda: child.lives == 3)
        assert not child.stopped
    assert child.stopped
    assert child.lives == 3


def test_a_child_that_cannot_be_started_is_tried_again() -> None:
    child = Stubborn()
    with kept_alive("child", child, longest_delay=0.1):
        child.die()
        wait_for(lambda: child.lives == 3)


def test_a_child_is_another_command_of_ours_in_a_session_of_its_own() -> None:
    child = CommandChild(["--help"])
    child.wait()
    child.revive()
    wait_for(lambda: psutil.Process(child.pid).cmdline()[1:] == ["-m", "cli.main", "--help"])
    assert os.getsid(child.pid) == child.pid
    child.stop()
    child.stop()


def test_a_child_is_asked_to_end_when_its_parent_is_killed() -> None:
    grandchild = (
        "from cli._children import end_with_parent; import signal; end_with_parent(); print('waits', flush=True); "
    )
    grandchild += "signal.pause()"
    script = (
        "import subprocess, sys; child = subprocess.Popen([sys.executable, '-c', sys.argv[1]], stdin=subprocess.PIPE); "
    )
    script += "print(child.pid, flush=True); child.wait()"
    parent = subprocess.Popen(
        [sys.executable, "-c", script, grandchild],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        cwd=ROOT,
    )
    with parent:
        assert parent.stdout is not None
        pid = int(parent.stdout.readline())
        assert parent.stdout.readline() == "waits\n"
        parent.send_signal(signal.SIGKILL)
    wait_for(lambda: not psutil.pid_exists(pid) or psutil.Process(pid).status() == psutil.STATUS_ZOMBIE)
