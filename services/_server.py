"""A server in a folder of its own: started once, whoever asks; stopped, killed, paused, brought back at its address."""

import json
import random
import signal
import socket
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final
from urllib.error import URLError
from urllib.request import ProxyHandler, build_opener

from repos._obstacle import Obstacle
from services._process import Process, spawn
from services._service import Service, locked

# Below those that systems give to outgoing connections.
_PORTS: Final = range(20_000, 32_000)
_START_PATIENCE: Final = 300.0  # seconds, on a machine that is busy with other things
_STOP_PATIENCE: Final = 60.0
_TRIES: Final = 5
_FILE: Final = "server.json"
_DIRECTLY: Final = build_opener(ProxyHandler({}))


class DidNotStart(Obstacle):
    """A server did not start:"""


class PortTaken(DidNotStart):
    """A server did not start because another program listens on its port:"""


@dataclass(frozen=True)
class _Note:
    """What a folder says of the server that runs in it, or did."""

    process: Process
    ports: tuple[int, ...]


class Server:
    """A server of this kind whose files are in this folder; `start` makes sure that it runs."""

    def __init__(self, service: Service, folder: Path) -> None:
        self.service = service
        self.folder = folder.absolute()
        self.log = self.folder / "server.log"
        self._file = self.folder / _FILE

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._noted().ports[0]}"

    @property
    def settings(self) -> Mapping[str, str]:
        """By which Palimpsest finds it."""
        return self.service.settings(self.folder, self._noted().ports)

    @property
    def pid(self) -> int:
        return self._noted().process.pid

    def runs(self) -> bool:
        return self._file.exists() and self._noted().process.lives()

    def start(self, *, usual_ports: bool = False) -> None:
        """Return once it answers; at the ports that it had before, or the usual ones if they are free, or others."""
        home = self.service.installed()
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with locked(self.folder / "lock"):
            if self.runs():
                return
            if self._file.exists():
                # Whoever has the port by now would answer in its place.
                if not _free(ports := self._noted().ports):
                    raise PortTaken(f"{self.service.name} was at {self.url} before; see {self._file}.")
                self._launch(home, ports)
                return
            for attempt in range(_TRIES):
                usual = usual_ports and attempt == 0 and _free(self.service.usual_ports)
                try:
                    self._launch(home, self.service.usual_ports if usual else self._free_ports())
                    return
                except DidNotStart as failed:
                    self._file.unlink()
                    if not isinstance(failed, PortTaken):
                        raise
            raise PortTaken(self.service.name)

    def stop(self) -> None:
        """Ask it to end and wait until it has."""
        if self._file.exists():
            self._noted().process.end(_STOP_PATIENCE)

    def kill(self) -> None:
        """As a power failure would."""
        self._noted().process.kill()

    def pause(self) -> None:
        """It keeps its connections and answers nothing."""
        self._noted().process.pause()

    def resume(self) -> None:
        self._noted().process.send(signal.SIGCONT)

    def _launch(self, home: Path, ports: Sequence[int]) -> None:
        launch = self.service.prepare(home, self.folder, ports)
        process = spawn(launch.command, launch.environment, launch.folder, self.log)
        self._note(_Note(process, tuple(ports)))
        try:
            self._await_answer(process, f"http://127.0.0.1:{ports[0]}{self.service.ready}")
        except BaseException:
            self.kill()
            raise

    def _await_answer(self, process: Process, url: str) -> None:
        deadline = time.monotonic() + _START_PATIENCE
        while not _answers(url):
            if not process.lives():
                said = self.log.read_text(encoding="utf-8", errors="replace").strip()
                obstacle = PortTaken if "address already in use" in said.lower() else DidNotStart
                raise obstacle(f"The end of {self.log}:\n" + "\n".join(said.splitlines()[-20:]))
            if time.monotonic() > deadline:
                raise DidNotStart(f"{self.service.name} gave no answer in {_START_PATIENCE:.0f} seconds ({self.log}).")
            time.sleep(0.05)

    def _free_ports(self) -> Sequence[int]:
        """A row of them."""
        count = len(self.service.usual_ports)
        while True:
            first = random.choice(_PORTS)
            if _free(row := range(first, first + count)):
                return row

    def _noted(self) -> _Note:
        return _read(self._file)

    def _note(self, note: _Note) -> None:
        unfinished = self._file.with_suffix(".unfinished")
        unfinished.write_text(json.dumps(asdict(note)), encoding="ascii")
        unfinished.replace(self._file)


@contextmanager
def own(service: Service, folder: Path) -> Iterator[Server]:
    """A server in a folder of its own in this one, which stops when nobody needs it any more."""
    server = Server(service, folder / service.name)
    server.start()
    try:
        yield server
    finally:
        server.stop()


def stop_all(folder: Path) -> None:
    """Of whatever kind: all servers that run in a folder, each in its own below."""
    for file in folder.glob(f"*/{_FILE}"):
        _read(file).process.end(_STOP_PATIENCE)


def _read(file: Path) -> _Note:
    noted = json.loads(file.read_text(encoding="ascii"))
    return _Note(Process(**noted["process"]), tuple(noted["ports"]))


def _answers(url: str) -> bool:
    try:
        with _DIRECTLY.open(url, timeout=5):
            return True
    except (URLError, OSError):
        return False


def _free(ports: Sequence[int]) -> bool:
    for port in ports:
        with socket.socket() as tried:
            tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                tried.bind(("", port))
            except OSError:
                return False
    return True
