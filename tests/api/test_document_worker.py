"""Document workers as they are: processes of their own that may be killed at any time."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from fastapi import FastAPI

from api.processing_service import TRIES, after_a_death, work_on
from tests.api.conftest import Person, ok
from tests.api.test_docprocessing import send
from tests.cli._server import ROOT, wait_for
from tests.documents import process, uploaded

Start = Callable[..., "subprocess.Popen[bytes]"]


@pytest.fixture
def worker(app: FastAPI, database_url: str, tmp_path: Path) -> Iterator[Start]:
    """Starts workers on the database and the data folder of the application."""
    workers: list[subprocess.Popen[bytes]] = []

    def started(*settings: str) -> "subprocess.Popen[bytes]":
        command = [sys.executable, "-m", "cli.main", "document-worker", "--env", "test"]
        command += ["--data-folder", str(tmp_path / "data"), "--postgres-url", database_url]
        command += [word for setting in settings for word in ("--set", setting)]
        worker = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, start_new_session=True)
        workers.append(worker)
        return worker

    yield started
    for worker in workers:
        worker.kill()
        worker.wait()
        assert worker.stdin is not None
        worker.stdin.close()


def count(person: Person, project: int, status: str) -> int:
    return int(ok(person.http.get(f"/project/{project}/sdoc/status/{status}")))


def test_a_worker_makes_texts_and_ends_when_asked(ada: Person, worker: Start) -> None:
    project = ada.project()
    sent = send(ada, project, {f"{n}.txt": f"Letter {n}. It rains." for n in range(5)} | {"x.html": "<p>Hi <b>you</b>"})
    assert count(ada, project, "waiting") == len(sent.json()["accepted"]) == 6
    process = worker()
    wait_for(lambda: count(ada, project, "done") == 6)
    assert count(ada, project, "0") == 0
    process.send_signal(signal.SIGTERM)
    assert process.wait(20) == 0


def test_a_killed_worker_loses_nothing(ada: Person, worker: Start) -> None:
    project = ada.project()
    small: dict[str, str | bytes] = {f"{n}.txt": f"Letter {n}." for n in range(20)}
    sent = send(ada, project, {"long.txt": "It rains and rains. " * 400_000, **small})
    assert len(sent.json()["accepted"]) == 21
    first = worker()
    wait_for(lambda: count(ada, project, "running") == 1)
    os.kill(first.pid, signal.SIGKILL)
    assert count(ada, project, "done") == 0
    worker()
    wait_for(lambda: count(ada, project, "done") == 21)
    assert {one["text_version"] for one in ok(ada.http.get(f"/sdoc/project/{project}"))} == {1}


def test_a_worker_that_is_asked_to_end_leaves_its_work_to_others(ada: Person, worker: Start) -> None:
    project = ada.project()
    send(ada, project, {"long.txt": "It rains and rains. " * 400_000})
    first = worker()
    wait_for(lambda: count(ada, project, "running") == 1)
    first.send_signal(signal.SIGTERM)
    assert first.wait(10) == 0
    assert count(ada, project, "waiting") == 1
    worker()
    wait_for(lambda: count(ada, project, "done") == 1)


def test_a_worker_ends_with_the_server_that_started_it(worker: Start) -> None:
    process = worker()
    assert process.stdin is not None
    process.stdin.close()
    process.wait(30)


def test_what_cannot_be_done_is_given_up_and_the_others_are_done(ada: Person, worker: Start) -> None:
    project = ada.project()
    send(ada, project, {"long.txt": "It rains and rains. " * 600_000, "short.txt": "Sun."})
    worker("documents.timeout_seconds=1")
    wait_for(lambda: count(ada, project, "0") == 0)
    (failed,) = ok(ada.http.get(f"/docprocessing/project/{project}/status/failed/simple"))
    assert (failed["filename"], failed["failed_step"]) == ("long.txt", "text_extraction")
    assert "longer than is allowed" in failed["error"]
    assert count(ada, project, "done") == 1


def test_a_document_that_kills_its_workers_is_given_up(app: FastAPI, ada: Person) -> None:
    project = ada.project()
    ids = [uploaded(app.state.services, project, f"{n}.txt", "Words.", processed=False) for n in range(2)]
    (work,) = work_on(project, [(id, 6) for id in ids])
    alone = after_a_death(work)
    assert [one["sdoc_ids"] for one in alone] == [[id] for id in ids]
    for _ in range(TRIES - 1):
        alone = after_a_death(alone[0])
    process(app.state.services, **alone[0])
    process(app.state.services, project, [ids[1]])
    (failed,) = ok(ada.http.get(f"/docprocessing/project/{project}/status/failed/simple"))
    assert (failed["id"], failed["error"]) == (ids[0], "Processing was given up after 3 tries.")
    assert count(ada, project, "done") == 1
