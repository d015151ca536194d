"""What a document worker does when its database is gone."""

import asyncio
import gc
from pathlib import Path

import psycopg
import pytest
from procrastinate.exceptions import ConnectorException
from procrastinate.manager import JobManager

from api.processing_service import TASK, Processing
from cli._document_work import DocumentWork, NoJobs
from cli._instance import Instance
from configs.schema import load
from repos.data_folder import open_data_folder
from repos.postgres_repo import Postgres
from systems.jobs_system import defer


def test_it_ends_with_a_sentence(postgres: Postgres, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def lost(work: DocumentWork) -> None:
        await asyncio.to_thread(work._upkeep.take_up_stalled, 1)
        raise ConnectorException from psycopg.OperationalError("no connection after half a minute")

    monkeypatch.setattr(DocumentWork, "_work", lost)
    instance = Instance(load("test", [], {}), postgres.url, open_data_folder(tmp_path), None)
    with pytest.raises(NoJobs, match="cannot be worked off: no connection"):
        asyncio.run(DocumentWork(instance).run())


def test_it_ends_if_it_cannot_note_that_a_job_is_done(
    postgres: Postgres, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Otherwise it would be taken for being at that job, and nobody would do it again. That is all it says of it."""

    async def unnoted(*_: object, **__: object) -> None:
        raise ConnectorException from psycopg.OperationalError("connection refused")

    monkeypatch.setattr(JobManager, "finish_job", unnoted)
    monkeypatch.setattr(Processing, "work", lambda *_, **__: None)
    with postgres.connection() as connection:
        defer(connection, TASK, [{}])
    instance = Instance(load("test", [], {}), postgres.url, open_data_folder(tmp_path), None)
    with pytest.raises(NoJobs, match="cannot be worked off: connection refused"):
        asyncio.run(asyncio.wait_for(DocumentWork(instance).run(), 30))
    gc.collect()
    assert [record.getMessage() for record in caplog.records if record.exc_info] == []
