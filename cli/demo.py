"""`palimpsest demo`: a small corpus of fictional interviews, coded by two people, in a server to look around in."""

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated

import typer


def demo(
    url: Annotated[str, typer.Option(envvar="PALIMPSEST_URL", help="The server to use.")] = "http://127.0.0.1:8000",
    data_folder: Annotated[str, typer.Option(help="Where a server that is started here keeps its data.")] = "./var",
    stop: Annotated[
        bool, typer.Option("--stop", help="Stop a server that was started here when all is loaded.")
    ] = False,
) -> None:
    """Load the demonstration corpus; if no server answers at the URL, one is started and serves until Ctrl-C."""
    from cli._demo_corpus import load_demo

    with _server(url, data_folder) as started:
        typer.echo(load_demo(url))
        if started is not None and not stop:
            typer.echo("The server goes on until Ctrl-C.")
            try:
                started.wait()
            except KeyboardInterrupt:
                typer.echo("Stopping.")


@contextmanager
def _server(url: str, data_folder: str) -> Iterator["subprocess.Popen[bytes] | None"]:
    """None if a server answers already; else one of our own, stopped in the end."""
    if _answers(url):
        yield None
        return
    port = url.rstrip("/").rpartition(":")[2]
    command = [sys.executable, "-m", "cli.main", "serve", "--port", port, "--data-folder", data_folder]
    process = subprocess.Popen(command, start_new_session=True)
    try:
        deadline = time.monotonic() + 60
        while not _answers(url):
            if process.poll() is not None or time.monotonic() > deadline:
                typer.echo(f"palimpsest: no server could be started at {url}", err=True)
                raise typer.Exit(1)
            time.sleep(0.1)
        yield process
    finally:
        if process.poll() is None:
            process.terminate()
            process.wait(60)


def _answers(url: str) -> bool:
    import httpx2

    try:
        return httpx2.get(f"{url}/heartbeat", timeout=2).is_success
    except httpx2.TransportError:
        return False
