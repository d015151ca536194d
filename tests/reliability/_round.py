"""One round: sixteen clients write, a process is killed in the middle, and everything that was promised is counted."""

import json
import signal
import socket
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from threading import Event
from typing import Any, Literal, LiteralString
from uuid import UUID

import httpx2
import psutil
import psycopg

from repos.blob_repo import BlobRepo
from tests.cli._server import Server, wait_for
from tests.reliability._checks import faults
from tests.reliability._deeds import TEXT, Place, Researcher
from tests.reliability._writer import Acknowledged, Expected, Request, Writer

WRITERS = 16
REPEATED = 3
EMAIL, PASSWORD = "grace@example.org", "nanoseconds of wire"
Victim = Literal["api", "postgres"]


@dataclass
class Outcome:
    """What a round came to; nothing is wrong if `faults` is empty."""

    acknowledged: int = 0
    events: int = 0
    troubles: Counter[str] = field(default_factory=Counter)
    seconds_down: float = 0
    faults: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Log:
    """What somebody did in a project, as the database has it."""

    database: str
    project: int
    actor: int

    def keys(self) -> dict[str, tuple[UUID, int]]:
        """The commands and statuses by the keys of their requests."""
        rows = self._rows("SELECT key, command_id, status FROM log.idempotency_key")
        return {key: (command_id, status) for key, command_id, status in rows}

    def commands(self) -> dict[UUID | None, Expected]:
        """The events of each command: streams and types."""
        commands: dict[UUID | None, Expected] = {}
        for command_id, stream_id, type in self._rows("SELECT command_id, stream_id, type FROM log.events"):
            commands.setdefault(command_id, Counter())[stream_id, type] += 1
        return commands

    def _rows(self, query: LiteralString) -> list[Any]:
        with psycopg.connect(self.database) as connection:
            where = (self.project, self.actor)
            return connection.execute(query + " WHERE project_id = %s AND actor_id = %s", where).fetchall()


class Installation:
    """A server that is killed and started again on the same data and port."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        with socket.socket() as listener:
            listener.bind(("127.0.0.1", 0))
            self._port = listener.getsockname()[1]
        self.server = self._start()
        person = {"email": EMAIL, "password": PASSWORD, "first_name": "Grace", "last_name": "Hopper"}
        httpx2.post(f"{self.server.address}/authentication/register", json=person, timeout=60)

    @property
    def database(self) -> str:
        url: str = json.loads((self.folder / "instance.json").read_text())["url"]
        return url

    def kill(self, victim: Victim) -> None:
        """Kill it, and wait until the server answers again."""
        if victim == "api":
            self.server.process.kill()
            self.server.process.wait()
            self.server = self._start()
        else:
            postmaster = self.folder / "postgres" / "cluster" / "postmaster.pid"
            psutil.Process(int(postmaster.read_text().split()[0])).send_signal(signal.SIGKILL)
        wait_for(self._ready)

    def stop(self) -> None:
        self.server.ask_to_stop()

    def _start(self) -> Server:
        return Server(self.folder, "--port", str(self._port), "--set", "documents.workers=1")

    def _ready(self) -> bool:
        try:
            return httpx2.get(f"{self.server.address}/health/ready", timeout=5).is_success
        except httpx2.TransportError:
            return False


def play(installation: Installation, victim: Victim, seed: int) -> Outcome:
    """A round in a new project; the same seed makes the same clients."""
    random = Random(seed)
    outcome = Outcome()
    with _writers(installation.server.address) as writers:
        place = _furnished(writers[0], f"Round {seed}")
        people = [
            Researcher(writer, place, Random(f"{seed} {number}"), f"w{number}") for number, writer in enumerate(writers)
        ]
        stop = Event()

        def work(one: Researcher) -> None:
            while not stop.is_set():
                one.do_something()

        with ThreadPoolExecutor(WRITERS) as pool:
            working = [pool.submit(work, one) for one in people]

            def reached(number: int) -> bool:
                return _count(writers) >= number or any(one.done() for one in working)

            try:
                first = _count(writers) + random.randint(10, 300)
                wait_for(lambda: reached(first))
                begun = time.monotonic()
                installation.kill(victim)
                outcome.seconds_down = time.monotonic() - begun
                more = _count(writers) + random.randint(20, 150)
                wait_for(lambda: reached(more))
            finally:
                stop.set()
            outcome.faults += [f"a client stopped: {one.exception()!r}" for one in working if one.exception()]
        done = [one for writer in writers for one in writer.acknowledged]
        outcome.acknowledged = len(done)
        outcome.troubles = sum((writer.troubles for writer in writers), Counter())
        log = Log(installation.database, place.project, writers[0].get("/user/me")["id"])
        before = log.commands()
        outcome.events = sum(events.total() for events in before.values())
        outcome.faults += _repeated(writers)
        if log.commands() != before:
            outcome.faults.append("repeated requests were done again")
    outcome.faults += _unkept(log, done)
    outcome.faults += faults(installation.database, BlobRepo(installation.folder / "blobs"), place.project)
    return outcome


@contextmanager
def _writers(url: str) -> Iterator[list[Writer]]:
    clients = [httpx2.Client(timeout=60) for _ in range(WRITERS)]
    login = httpx2.post(f"{url}/authentication/login", data={"username": EMAIL, "password": PASSWORD}, timeout=60)
    token = login.raise_for_status().json()["access_token"]
    for client in clients:
        client.headers["Authorization"] = f"Bearer {token}"
    yield [Writer(url, client) for client in clients]
    for client in clients:
        client.close()


def _furnished(writer: Writer, title: str) -> Place:
    """A project with two documents, processed, and some codes that all share."""

    def done(method: str, path: str, body: object, *events: str) -> int:
        request = Request(method, path, body)
        status, answer = writer.write(request)
        expected = Counter((f"{event.partition('.')[0]}-{answer['id']}", event) for event in events)
        writer.acknowledged.append(Acknowledged(request, status, answer, expected))
        return int(answer["id"])

    _, founded = writer.write(Request("POST", "/project", {"title": title, "description": ""}))
    project = int(founded["id"])
    codes = [done("POST", "/code", {"project_id": project, "name": f"shared {n}"}, "code.created") for n in range(4)]
    files = [("uploaded_files", (f"{title} {n}.txt", TEXT.encode())) for n in range(2)]
    _, told = writer.write(Request("POST", f"/docprocessing/project/{project}/upload", files=files))
    path = f"/docprocessing/project/{project}/status/done/simple"
    wait_for(lambda: len(writer.get(path)) == len(files))
    return Place(project, [one["sdoc_id"] for one in told["accepted"]], codes)


def _count(writers: list[Writer]) -> int:
    return sum(len(writer.acknowledged) for writer in writers)


def _repeated(writers: list[Writer]) -> Iterator[str]:
    """The last requests of all, sent again: the answers are about the same things."""
    for writer in writers:
        for one in writer.acknowledged[-REPEATED:]:
            status, answer = writer.write(one.request)
            if status != one.status or _ids(answer) != _ids(one.answer):
                yield f"another answer to {one.request}: {status} {answer} instead of {one.answer}"


def _ids(answer: object) -> object:
    match answer:
        case {"id": id}:
            return id
        case list():
            return [_ids(one) for one in answer]
    return answer


def _unkept(log: Log, done: list[Acknowledged]) -> Iterator[str]:
    """What was promised and is not in the log exactly once; and what is there though nobody was promised it."""
    keys, commands = log.keys(), log.commands()
    for one in done:
        command_id, status = keys.get(one.request.key, (None, None))
        found = commands.get(command_id, Counter())
        unnamed = {type for stream, type in one.expected if not stream}
        seen: Expected = Counter()
        for (stream, type), number in found.items():
            seen["" if type in unnamed else stream, type] += number
        if status != one.status or seen != one.expected:
            yield f"{one.request} was answered with {one.status}, and the log has {status}: {found}"
    if unasked := commands.keys() - {command_id for command_id, _ in keys.values()}:
        yield f"commands that nobody's key stands for: {unasked}"
