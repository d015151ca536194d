"""`palimpsest demo`: a small corpus of fictional interviews, coded by two people, in a server to look around in."""

import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Annotated
from urllib.parse import urlsplit

import typer

from cli._settings import Choice, DataFolderOption, Environment, Overrides, choice
from repos._obstacle import Obstacle

_HERE = ("127.0.0.1", "localhost")
_PATIENCE = 60.0  # seconds for a server to start


class NoServer(Obstacle):
    """There is no server to load the demonstration into:"""


def demo(
    url: Annotated[
        str | None,
        typer.Option(envvar="PALIMPSEST_URL", help="The server to use; the one of the settings unless said otherwise."),
    ] = None,
    stop: Annotated[
        bool, typer.Option("--stop", help="Stop a server that was started here when all is loaded.")
    ] = False,
    data_folder: DataFolderOption = None,
    environment: Environment = "default",
    overrides: Overrides = None,
) -> None:
    """Load the demonstration corpus; if no server answers at the URL, one is started and serves until Ctrl-C."""
    from cli._listening import address

    chosen = choice(environment, overrides, data_folder, None)
    config = chosen.config()
    url = (url or address(config.api.host, config.api.port)).rstrip("/")
    with _server(url, chosen, (*_HERE, config.api.host)) as started:
        typer.echo("\n".join(_loaded(url, config.data_folder)))
        if started is not None and not stop:
            typer.echo("\nThe server goes on until Ctrl-C.")
            with suppress(KeyboardInterrupt):
                started.wait()


def _loaded(url: str, data_folder: str) -> Iterator[str]:
    """Load what is not there yet; then what there is to see."""
    from cli._demo_corpus import PASSWORD, TITLE, DemoCorpus, email_of

    corpus = DemoCorpus(url)
    corpus.load()
    project = corpus.project_id
    yield f"\n“{TITLE}” is project {project}. Its people are {email_of('ada')} and {email_of('ben')},"
    yield f"password {PASSWORD}. Log in at {url}/docs (Authorize), or here:"
    login = f"-d username={email_of('ada')} -d password={PASSWORD} {url}/authentication/login"
    yield f'  token=$(curl -s {login} | sed \'s/.*"access_token":"\\([^"]*\\)".*/\\1/\')'
    for title, path in (
        ("What happened, in words", f"project/{project}/history"),
        ("The codebook", f"code/project/{project}"),
        ("The interviews", f"sdoc/project/{project}"),
        ("The tags", f"tag/project/{project}"),
    ):
        yield f"{title}:"
        yield f'  curl -s -H "Authorization: Bearer $token" {url}/{path}'
    if (Path(data_folder) / "instance.json").exists():
        yield "The log itself, and whether the tables say what it says:"
        where = "" if data_folder == "./var" else f" --data-folder {data_folder}"
        yield f"  .venv/bin/palimpsest log {project}{where}"
        yield f"  .venv/bin/palimpsest verify {project}{where}"
    yield "The last things that happened:"
    yield from (f"  {sentence}" for sentence in corpus.last_sentences(8))


@contextmanager
def _server(url: str, chosen: Choice, here: Sequence[str]) -> Iterator["subprocess.Popen[bytes] | None"]:
    """None if a server answers already; else one of our own, stopped in the end. Raises NoServer."""
    if _answers(url):
        yield None
        return
    place = urlsplit(url)
    if place.scheme != "http" or not place.hostname or place.hostname not in here or not place.port:
        raise NoServer(f"nobody answers at {url}, and one can be started only at http://127.0.0.1:PORT.")
    command = [sys.executable, "-m", "cli.main", "serve", *chosen.arguments()]
    command += ["--host", place.hostname, "--port", str(place.port)]
    with TemporaryFile("w+") as lines, _interruptible():
        # Its lines are in its log; here they would be in the way.
        process = subprocess.Popen(command, start_new_session=True, stderr=lines)
        try:
            _wait(process, url, lines)
            yield process
        finally:
            if process.poll() is None:
                process.terminate()
                process.wait(_PATIENCE)


def _wait(process: "subprocess.Popen[bytes]", url: str, lines: IO[str]) -> None:
    deadline = time.monotonic() + _PATIENCE
    while not _answers(url):
        if process.poll() is not None or time.monotonic() > deadline:
            lines.seek(0)
            raise NoServer(lines.read().removeprefix("palimpsest: ").strip() or f"nobody answers at {url}.")
        time.sleep(0.1)


@contextmanager
def _interruptible() -> Iterator[None]:
    """SIGTERM and hang-up end what is under way in as good order as Ctrl-C."""

    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    before = {number: signal.signal(number, interrupt) for number in (signal.SIGTERM, signal.SIGHUP)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _answers(url: str) -> bool:
    import httpx2

    try:
        return httpx2.get(f"{url}/heartbeat", timeout=2).is_success
    except (httpx2.TransportError, httpx2.InvalidURL):
        return False
