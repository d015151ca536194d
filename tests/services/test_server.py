"""A server runs once in its folder, at one address, and only it is stopped."""

import json
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import psutil
import pytest

from services._server import DidNotStart, PortTaken, Server
from services._service import Launch, NotInstalled
from tests._servers import ROOT
from tests.cli._server import wait_for
from tests.services._fake import FILES, saying

pytestmark = pytest.mark.usefixtures("cache")

Served = Callable[..., Server]


def files(server: Server) -> str:
    with urlopen(server.url, timeout=30) as answer:
        return str(answer.read().decode())


def test_it_answers_once_it_has_started(files_server: Served) -> None:
    files_server().start()
    assert "server.log" in files(files_server())
    assert files_server().settings == {"FILES_URL": files_server().url}


def test_whoever_comes_second_gets_the_one_that_runs(files_server: Served) -> None:
    with ThreadPoolExecutor(4) as together:
        list(together.map(lambda _: files_server().start(), range(4)))
        assert len(set(together.map(lambda _: (files_server().pid, files_server().url), range(4)))) == 1
    assert files_server().runs()


def test_after_a_stop_or_a_kill_it_comes_back_at_its_address_with_its_files(files_server: Served) -> None:
    files_server().start()
    url = files_server().url
    (files_server().folder / "kept").touch()
    for end in (files_server().stop, files_server().kill):
        end()
        assert not files_server().runs()
        with pytest.raises(URLError):
            urlopen(url, timeout=30)
        files_server().start()
        assert files_server().url == url
        assert "kept" in files(files_server())


def test_a_paused_one_is_silent_and_stops_all_the_same(files_server: Served) -> None:
    files_server().start()
    files_server().pause()
    with pytest.raises(TimeoutError):
        urlopen(files_server().url, timeout=0.2)
    files_server().resume()
    assert files(files_server())
    files_server().pause()
    files_server().stop()
    assert not files_server().runs()


def test_a_paused_one_stands_still_at_once_however_busy_it_is(files_server: Served) -> None:
    server = files_server(replace(FILES, prepare=_running(_BUSY)))
    server.start()
    for _ in range(5):
        server.pause()
        threads = Path(f"/proc/{server.pid}/task").glob("*/stat")
        assert {thread.read_text().rpartition(")")[2].split()[0] for thread in threads} == {"T"}
        server.resume()
    server.kill()


_BUSY = """
import hashlib, sys
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

data = bytes(100_000_000)
for _ in range(8):
    Thread(target=lambda: [hashlib.sha256(data) for _ in range(10_000)]).start()
ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), SimpleHTTPRequestHandler).serve_forever()
"""


def test_usual_ports_that_are_taken_are_left_alone(files_server: Served) -> None:
    with socket.socket() as other:
        other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        other.bind(("127.0.0.1", FILES.usual_ports[0]))
        other.listen()
        files_server().start(usual_ports=True)
    assert files_server().url.rpartition(":")[2] != str(FILES.usual_ports[0])


def test_whoever_has_its_port_meanwhile_is_not_taken_for_it(files_server: Served) -> None:
    files_server().start()
    files_server().stop()
    with socket.create_server(("127.0.0.1", int(files_server().url.rpartition(":")[2]))), pytest.raises(PortTaken):
        files_server().start()


def test_one_that_ends_at_once_says_why(files_server: Served) -> None:
    with pytest.raises(DidNotStart, match="no heap"):
        files_server(saying("sh", "-c", "echo no heap; exit 1")).start()
    files_server().start()
    assert files_server().runs()


def test_a_port_that_is_taken_in_the_meantime_is_exchanged_for_another(files_server: Served) -> None:
    taken = saying("sh", "-c", "echo Address already in use; exit 1")
    with pytest.raises(PortTaken):
        files_server(taken).start()
    assert not files_server().runs()


def test_one_that_is_not_installed_says_so(tmp_path: Path) -> None:
    with pytest.raises(NotInstalled, match="make services"):
        Server(FILES, tmp_path / "run").start()


def test_a_process_that_has_its_number_by_now_is_not_stopped(files_server: Served) -> None:
    files_server().start()
    files_server().stop()
    note = files_server().folder / "server.json"
    with subprocess.Popen(["sleep", "60"]) as stranger:
        told = json.loads(note.read_text())
        note.write_text(json.dumps(told | {"process": told["process"] | {"pid": stranger.pid}}))
        assert not files_server().runs()
        files_server().stop()
        files_server().kill()
        assert stranger.poll() is None
        stranger.kill()


def test_one_whose_first_thread_has_ended_still_runs_and_has_its_port(files_server: Served) -> None:
    server = files_server(replace(FILES, prepare=_running(_HEADLESS)))
    server.start()
    wait_for(lambda: psutil.Process(server.pid).status() == psutil.STATUS_ZOMBIE)
    assert server.runs()
    server.kill()
    assert not server.runs()
    files_server().start()


def _running(program: str) -> Callable[[Path, Path, Sequence[int]], Launch]:
    return lambda _, run, ports: Launch((sys.executable, "-c", program, str(ports[0])), {}, run)


# As a program looks for a moment while it is killed.
_HEADLESS = """
import ctypes, sys
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

server = ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), SimpleHTTPRequestHandler)
Thread(target=server.serve_forever).start()
ctypes.CDLL(None).pthread_exit(None)
"""


def test_when_the_one_who_needs_it_is_killed_it_stops_and_leaves_nothing(tmp_path: Path) -> None:
    FILES.install()
    told = subprocess.run(
        [sys.executable, "-c", _KILLED, str(tmp_path)], capture_output=True, text=True, cwd=ROOT, check=False
    )
    assert told.returncode == -signal.SIGKILL, told.stderr
    url, folder = told.stdout.split()
    wait_for(lambda: not Path(folder).exists())
    with pytest.raises(URLError):
        urlopen(url, timeout=30)


_KILLED = """
import os, sys
from pathlib import Path
from tests._servers import servers_of
from tests.services._fake import FILES

servers = servers_of(os.getpid(), Path(sys.argv[1]))
print(servers.started(FILES).url, servers.folder, flush=True)
os.kill(os.getpid(), 9)
"""
