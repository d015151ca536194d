"""What workers do when nobody asks: forgetting, collecting, taking up."""

import os
from collections.abc import Iterator
from threading import Event

import pytest
from fastapi import FastAPI

from api.processing_service import TASK, after_a_death, work_on
from api.upkeep_service import Upkeep
from repos.postgres_repo import Connection
from systems.jobs_system import defer, requeue_stalled
from tests.api.conftest import Person, ok
from tests.documents import uploaded

YESTERDAY = 2 * 24 * 3600


@pytest.fixture
def upkeep(app: FastAPI) -> Upkeep:
    services = app.state.services
    return Upkeep(services.store, services.blobs, services.config.api, Event())


@pytest.fixture
def connection(app: FastAPI) -> Iterator[Connection]:
    with app.state.services.postgres.connection() as connection:
        yield connection


def age(app: FastAPI, project: int) -> list[str]:
    """Make all blobs of a project two days old; their names."""
    folder = app.state.services.blobs.folder / str(project)
    for path in folder.iterdir():
        os.utime(path, (path.stat().st_atime, path.stat().st_mtime - YESTERDAY))
    return sorted(path.name for path in folder.iterdir())


def test_an_ended_project_is_forgotten_and_the_other_stays(app: FastAPI, ada: Person, upkeep: Upkeep) -> None:
    ended, other = ada.project(), ada.project()
    for project in (ended, other):
        sdoc_id = uploaded(app.state.services, project, "a.txt", "It rains.")
        code = ok(ada.http.post("/code", json={"project_id": project, "name": "joy"}))["id"]
        ok(ada.http.post("/span", json={"sdoc_id": sdoc_id, "code_id": code, "begin": 0, "end": 2}))
    ok(ada.http.delete(f"/project/{ended}"))
    upkeep.run()
    with app.state.services.postgres.connection() as connection:
        for table in ("source_document", "folder", "code", "span_annotation", "project_metadata"):
            left = connection.execute(f"SELECT DISTINCT project_id FROM inline.{table}").fetchall()
            assert left in ([(other,)], []), table
    folders = app.state.services.blobs.folder
    assert [path.name for path in folders.iterdir()] == [str(other)]
    assert ok(ada.http.get(f"/sdoc/data/{sdoc_id}"))["text"] == "It rains."


def test_only_blobs_that_no_fact_names_are_collected(
    app: FastAPI, ada: Person, upkeep: Upkeep, connection: Connection
) -> None:
    project, blobs = ada.project(), app.state.services.blobs
    kept = uploaded(app.state.services, project, "kept.txt", "It rains.")
    deleted = uploaded(app.state.services, project, "deleted.txt", "It snows.")
    ok(ada.http.delete(f"/sdoc/{deleted}"))
    named = age(app, project)
    blobs.write(project, b"nobody's")
    upkeep.collect_blobs(connection)
    assert len(age(app, project)) == len(named) + 1
    upkeep.collect_blobs(connection)
    assert age(app, project) == named
    assert ok(ada.http.get(f"/sdoc/data/{kept}"))["text"] == "It rains."


def test_old_keys_and_tokens_go(app: FastAPI, ada: Person, upkeep: Upkeep, connection: Connection) -> None:
    ada.project()
    project = ada.project()
    body = {"project_id": project, "name": "joy"}
    first = ok(ada.http.post("/code", json=body, headers={"Idempotency-Key": "old"}))
    ok(ada.http.post("/code", json={**body, "name": "grief"}, headers={"Idempotency-Key": "new"}))
    connection.execute(
        "UPDATE log.idempotency_key SET recorded_at = recorded_at - interval '8 days' WHERE ids[1] = $1", (first["id"],)
    )
    connection.execute(
        "INSERT INTO account.refresh_token (token_hash, family_id, user_id, issued, expires) "
        "SELECT n::text::bytea, gen_random_uuid(), $1, now(), now() + make_interval(days => n) "
        "FROM unnest(ARRAY[-2, 2]) n",
        (ada.id,),
    )
    upkeep.forget_keys(connection)
    assert connection.execute("SELECT key FROM log.idempotency_key").fetchall() == [("new",)]
    rows = connection.execute("SELECT count(*) FROM account.refresh_token WHERE expires < now()").fetchone()
    assert rows == (0,)


def test_one_worker_at_a_time_looks_after_the_house(app: FastAPI, ada: Person, upkeep: Upkeep) -> None:
    ended = ada.project()
    uploaded(app.state.services, ended, "a.txt", "It rains.")
    ok(ada.http.delete(f"/project/{ended}"))
    with app.state.services.postgres.connection() as connection:
        connection.execute("SELECT pg_advisory_lock(hashtext('palimpsest.upkeep'))")
        upkeep.run()
        assert connection.execute("SELECT count(*) FROM inline.source_document").fetchone() == (1,)
        connection.execute("SELECT pg_advisory_unlock(hashtext('palimpsest.upkeep'))")
    upkeep.run()
    with app.state.services.postgres.connection() as connection:
        assert connection.execute("SELECT count(*) FROM inline.source_document").fetchone() == (0,)


def test_jobs_of_dead_workers_are_put_back_one_by_one(connection: Connection, upkeep: Upkeep) -> None:
    defer(connection, TASK, work_on(1, [(5, 10), (6, 10)]))
    defer(connection, TASK, work_on(1, [(7, 10)]))
    assert requeue_stalled(connection, TASK, 1, after_a_death) == 0
    with connection.transaction():
        connection.execute("SET LOCAL search_path = jobs")
        connection.execute("UPDATE procrastinate_jobs SET status = 'doing' WHERE args->'sdoc_ids' @> '5'")
    upkeep.take_up_stalled(1)
    rows = connection.execute("SELECT args->'sdoc_ids', args->'tries', status::text FROM jobs.procrastinate_jobs")
    assert sorted(rows.fetchall()) == [([5], 1, "todo"), ([6], 1, "todo"), ([7], 0, "todo")]
