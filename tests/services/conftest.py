"""Installed servers of these tests, apart from the real ones, and servers that do not outlive their test."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from services._server import Server
from services._service import Service
from tests.services._fake import FILES


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where servers are installed."""
    monkeypatch.setenv("PALIMPSEST_SERVICES", str(tmp_path / "cache"))
    return tmp_path / "cache"


@pytest.fixture
def files_server(tmp_path: Path, cache: Path) -> Iterator[Callable[..., Server]]:
    """Servers in one folder: whoever asks twice means the same one."""
    FILES.install()
    assert FILES.home.is_relative_to(cache)

    def of(service: Service = FILES) -> Server:
        return Server(service, tmp_path / "run")

    yield of
    of().stop()
