"""One round: sixteen clients write, a process is killed in the middle, and everything that was promised is counted."""

import json
import signal
import socket
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from threading import Event
from typing import Any, Literal, LiteralString

import httpx2
import psutil
import psycopg

from repos.blob_repo import BlobRepo
from tests.api.annotated import TEXT
from tests.cli._server import Server, complete, wait_for
from tests.documents import picture
from tests.reliability._checks import faults
from tests.reliability._storm import Deed, Storm
from tests.reliability._writer import Answered, Writer

WRITERS = 16
REPEATED = 3
PATIENCE = 300.0  # seconds
EMAIL, PASSWORD = "grace@example.org", "nanoseconds of wire"
Victim = Literal["api", "postgres"]


@dataclass
class Outcome:
    """What a round came to; nothing is wrong if `faults` is empty."""

    done: int = 0
    refused: int = 0
    events: int = 0
    troubles: Counter[str] = field(default_factory=Counter)
    seconds_down: float = 0
    faults: list[str] = field(default_factory=list)


class Installation:
    """A server that is killed and started again on the same data and port."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        with socket.socket() as listener:
            listener.bind(("127.0.0.1", 0))
            self._port = listener.getsockname()[1]
        self.server = self._start()
        person = {"email": EMAIL, "password": PASSWORD, "first_name": "Grace", "last_name": "Hopper"}
        httpx2.post(f"{self.server.address}/authentication/register", json=person, timeout=60).raise_for_status()

    @property
    def database(self) -> str:
        url: str = json.loads((self.folder / "instance.json").read_text())["url"]
        return url

    def rows(self, query: LiteralString, *arguments: object) -> list[Any]:
        with psycopg.connect(self.database) as connection:
            return connection.execute(query, arguments).fetchall()

    def kill(self, victim: Victim) -> None:
        """Kill it, and wait until the server answers again."""
        if victim == "api":
            self.server.process.kill()
            self.server.process.wait()
            self.server = self._start()
        else:
            postmaster = self.folder / "postgres" / "cluster" / "postmaster.pid"
            psutil.Process(int(postmaster.read_text().split()[0])).send_signal(signal.SIGKILL)
        wait_for(self._ready, PATIENCE)

    def finish(self) -> None:
        """Wait until no document is left on the to-do list."""
        waiting: LiteralString = "SELECT FROM inline.source_document WHERE status = 'uploaded' LIMIT 1"
        wait_for(lambda: not self.rows(waiting), PATIENCE)

    def stop(self) -> None:
        self.server.ask_to_stop()

    def _start(self) -> Server:
        return complete(self.folder, "--port", str(self._port))

    def _ready(self) -> bool:
        try:
            return httpx2.get(f"{self.server.address}/health/ready", timeout=5).is_success
        except httpx2.TransportError:
            return False


def play(installation: Installation, victim: Victim, seed: int) -> Outcome:
    """A round in a new project; the same seed makes the same clients."""
    dice = Random(seed)
    outcome = Outcome()
    with _writers(installation.server.address) as writers:
        storm = _begun(writers[0], f"Round {seed}")
        stop = Event()

        def work(number: int) -> None:
            own_dice = Random(f"{seed} {number}")
            while not stop.is_set():
                one = writers[number].write(storm.deed(own_dice))
                if one.done:
                    storm.done(one.deed, one.answer)

        with ThreadPoolExecutor(WRITERS) as pool:
            working = [pool.submit(work, number) for number in range(WRITERS)]

            def wait_for_more(number: int) -> None:
                goal = _done(writers) + number
                wait_for(lambda: _done(writers) >= goal or any(one.done() for one in working), PATIENCE)

            try:
                wait_for_more(dice.randint(10, 300))
                begun = time.monotonic()
                installation.kill(victim)
                outcome.seconds_down = time.monotonic() - begun
                wait_for_more(dice.randint(20, 150))
            finally:
                stop.set()
        outcome.faults += [f"a client stopped: {one.exception()!r}" for one in working if one.exception()]
        answered = [one for writer in writers for one in writer.answered]
        outcome.done = _done(writers)
        outcome.refused = len(answered) - outcome.done
        outcome.troubles = sum((writer.troubles for writer in writers), Counter())
        log = Log(installation, storm.project, writers[0].http.get(f"{writers[0].url}/user/me").json()["id"])
        outcome.events = log.events()
        outcome.faults += _repeated(writers)
        if log.events() != outcome.events:
            outcome.faults.append("repeated requests were done again")
    outcome.faults += log.unlike(answered)
    outcome.faults += faults(installation.database, BlobRepo(installation.folder / "blobs"), storm.project)
    return outcome


@dataclass(frozen=True)
class Log:
    """What somebody did in a project, as the database has it."""

    installation: Installation
    project: int
    actor: int

    def events(self) -> int:
        query: LiteralString = "SELECT count(*) FROM log.events WHERE project_id = %s AND actor_id = %s"
        return int(self.installation.rows(query, self.project, self.actor)[0][0])

    def unlike(self, answered: Sequence[Answered]) -> Iterator[str]:
        """What was promised and is not there, and what is there though nobody was promised it."""
        kept = {
            key: (status, revision, streams)
            for key, status, revision, streams in self.installation.rows(
                "SELECT key, status, coalesce(max(revision), 0), array_agg(stream_id) FROM log.idempotency_key k "
                "LEFT JOIN log.events e USING (project_id, actor_id, command_id) "
                "WHERE k.project_id = %s AND k.actor_id = %s GROUP BY key, status, command_id",
                self.project,
                self.actor,
            )
        }
        for one in answered:
            status, revision, streams = kept.pop(one.key, (None, 0, []))
            made = {f"{one.deed.makes}-{id}" for id in one.deed.made(one.answer)} if one.done else set()
            if status != (one.status if one.done else None) or not made <= set(streams) or revision > one.revision:
                yield f"{one} was answered, and the log has {status}, {revision}: {streams}"
        yield from (f"nobody was answered this: {one}" for one in kept.items())
        for command_id, revision in self.installation.rows(
            "SELECT command_id, max(revision) FROM log.events e WHERE project_id = %s AND actor_id = %s AND NOT EXISTS "
            "(SELECT FROM log.idempotency_key k WHERE k.command_id = e.command_id) GROUP BY command_id",
            self.project,
            self.actor,
        ):
            yield f"nobody's key stands for the command {command_id} at revision {revision}"


@contextmanager
def _writers(url: str) -> Iterator[list[Writer]]:
    login = httpx2.post(f"{url}/authentication/login", data={"username": EMAIL, "password": PASSWORD}, timeout=60)
    headers = {"Authorization": f"Bearer {login.raise_for_status().json()['access_token']}"}
    with ExitStack() as clients:
        yield [Writer(url, clients.enter_context(httpx2.Client(timeout=60, headers=headers))) for _ in range(WRITERS)]


def _begun(writer: Writer, title: str) -> Storm:
    """In a project with two texts and an image, processed, and some codes."""
    project = writer.write(Deed("POST", "/project", {"title": title, "description": ""})).answer["id"]
    storm = Storm(project, [writer.http.get(f"{writer.url}/user/me").json()["id"]])
    deeds = [Deed("POST", "/code", {"project_id": project, "name": f"code {n}"}, makes="code") for n in range(4)]
    contents = {f"{title} 1.txt": TEXT.encode(), f"{title} 2.txt": TEXT.encode(), f"{title} 3.png": picture()}
    files = [("uploaded_files", file) for file in contents.items()]
    deeds.append(Deed("POST", f"/docprocessing/project/{project}/upload", files=files, makes="sdoc"))
    for deed in deeds:
        storm.done(deed, writer.write(deed).answer)
    path = f"{writer.url}/docprocessing/project/{project}/status/done/simple"
    wait_for(lambda: len(writer.http.get(path).json()) == len(files), PATIENCE)
    return storm


def _done(writers: Sequence[Writer]) -> int:
    return sum(one.done for writer in writers for one in writer.answered)


def _repeated(writers: Sequence[Writer]) -> Iterator[str]:
    """The last requests of all, sent again: the answers are about the same things."""
    for writer in writers:
        for one in [one for one in writer.answered if one.done][-REPEATED:]:
            again = writer.ask(one.deed, one.key)
            if again.status != one.status or _ids(again.answer) != _ids(one.answer):
                yield f"another answer to {one.deed}: {again.status} {again.answer} instead of {one.answer}"


def _ids(answer: object) -> object:
    match answer:
        case {"id": id}:
            return id
        case list():
            return [_ids(one) for one in answer]
    return answer
