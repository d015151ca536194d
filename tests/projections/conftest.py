"""Logs, and what follows them."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from events._store import EventStore
from projections import INLINE
from projections._sink import RelationalSink
from projections.document_text import document_text
from repos.blob_repo import BlobRepo
from repos.postgres_repo import Postgres
from tests.projections.library import Library
from tests.projections.log import PROJECT, Log, quote
from tests.projections.texts import PLACE, Texts, opened
from tests.projections.vectors import Corpus


@pytest.fixture
def log(postgres: Postgres) -> Log:
    store = EventStore(postgres, RelationalSink(INLINE, quote))
    with postgres.transaction() as connection:
        store.begin(connection, PROJECT)
    return Log(postgres, store)


@pytest.fixture
def library(postgres: Postgres) -> Library:
    library = Library(postgres)
    library.begin(1, 2)
    return library


@pytest.fixture
def corpus(postgres: Postgres, tmp_path: Path) -> Corpus:
    return Corpus(postgres, BlobRepo(tmp_path / "blobs"))


@pytest.fixture(params=["postgres", "elasticsearch"])
def texts(request: pytest.FixtureRequest, postgres: Postgres, tmp_path: Path) -> Iterator[Texts]:
    blobs = BlobRepo(tmp_path / "blobs")
    model = document_text(blobs)
    texts = opened(request, PLACE, model, postgres, blobs)
    texts.index.create()
    yield texts
    texts.index.drop()
