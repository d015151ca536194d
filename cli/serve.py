"""`palimpsest serve`: the API, its database and its helpers as one thing that starts and stops together."""

import contextlib
import gc
import os
import signal
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Annotated

import typer

from cli._settings import Choice, DataFolderOption, Environment, Overrides, PostgresUrl, choice

if TYPE_CHECKING:
    import socket

    from cli._children import CommandChild
    from cli._instance import Instance
    from configs.schema import Config

Host = Annotated[str | None, typer.Option("--host", help="The address to listen on; 127.0.0.1 unless said otherwise.")]
Port = Annotated[int | None, typer.Option("--port", "-p", help="The port to listen on; 8000 unless said otherwise.")]


class _Stopped(BaseException):
    """Somebody asked the server to stop."""


def serve(
    host: Host = None,
    port: Port = None,
    data_folder: DataFolderOption = None,
    postgres_url: PostgresUrl = None,
    environment: Environment = "default",
    overrides: Overrides = None,
) -> None:
    """Start the server: database, API and workers, until Ctrl-C or SIGTERM."""
    # What is imported now stays as long as the process: the collector need not look at it, now or later.
    gc.disable()
    chosen = choice(environment, overrides, data_folder, postgres_url, api__host=host, api__port=port)
    with _until_stopped():
        _serve(chosen)
    with contextlib.suppress(OSError):  # the terminal may be gone
        typer.echo("Stopped.")


def _serve(chosen: Choice) -> None:
    from cli._children import kept_alive
    from cli._instance import opened
    from cli._listening import listen

    config = chosen.config()
    with ExitStack() as stack:
        listener = stack.enter_context(listen(config.api.host, config.api.port))
        instance = stack.enter_context(opened(config, alone=True, logged=True, begins=True))
        if instance.postgres is not None:
            stack.enter_context(kept_alive("PostgreSQL", instance.postgres, longest_delay=0.5))

        def started() -> None:
            _announce(instance, listener)
            # Only now: while they start they want the processor that the API needs to start.
            for name, command in _helpers(config):
                stack.enter_context(kept_alive(name, _child(command, chosen, instance)))

        _answer(instance, listener, started)


def _helpers(config: "Config") -> Iterator[tuple[str, str]]:
    """Processes beside the API: what each is called, and its command."""
    for number in range(config.documents.workers):
        yield f"document worker {number + 1}", "document-worker"
    for number in range(config.read_models.workers):
        yield f"worker {number + 1}", "worker"
    if config.embedder.runs_here:
        yield "embedder", "embedder"


def _child(command: str, chosen: Choice, instance: "Instance") -> "CommandChild":
    from cli._children import CommandChild

    arguments = [command, *chosen.arguments()]
    if instance.postgres is not None:
        arguments += ["--set", f"postgres.url={instance.url}"]
    if command == "worker":
        # The embedder is a child of ours; a worker by itself has its own.
        arguments += ["--set", "embedder.run=false"]
    return CommandChild(arguments)


def _answer(instance: "Instance", listener: "socket.socket", started: Callable[[], None]) -> None:
    """Run the API until it is told to stop and has finished what was under way; `started` is called once it answers."""
    import uvicorn
    from loguru import logger

    from api.main import create_app
    from cli._listening import ApiDidNotStart

    class Server(uvicorn.Server):
        async def startup(self, sockets: "list[socket.socket] | None" = None) -> None:
            await super().startup(sockets)
            if self.started:
                started()

    app = create_app(instance.config, instance.url, instance.data_folder)
    gc.freeze()
    gc.enable()
    server = Server(
        uvicorn.Config(
            app,
            loop="uvloop",
            http="httptools",
            ws="none",
            lifespan="on",
            access_log=False,
            log_config=None,
            server_header=False,
            forwarded_allow_ips=instance.config.api.proxies,
            timeout_graceful_shutdown=instance.config.api.shutdown_seconds,
        )
    )
    try:
        server.run(sockets=[listener])
    finally:
        logger.info("The server has finished what was under way and stops")
    if not server.started:
        raise ApiDidNotStart


def _announce(instance: "Instance", listener: "socket.socket") -> None:
    """Say where everything is."""
    from loguru import logger

    from cli._listening import address_of
    from systems.log_system import FILE_NAME

    address = address_of(listener)
    logger.info("The server has started as process {}", os.getpid())
    places = {
        "docs": f"{address}/docs",
        "data": str(instance.data_folder.path),
        "log": str(instance.data_folder.log / FILE_NAME),
        "stop": f"Ctrl-C, or kill {os.getpid()}",
    }
    typer.secho(f"Palimpsest answers at {address}", bold=True)
    for name, place in places.items():
        typer.echo(f"{typer.style(f'  {name:<4}', dim=True)}  {place}")


@contextmanager
def _until_stopped() -> Iterator[None]:
    """Turn the first Ctrl-C, SIGTERM or hang-up into an orderly end; later ones find it under way.

    While the API runs, uvicorn holds SIGINT and SIGTERM itself, and raises them again once its requests are done.
    """
    asked = False

    def stop(number: int, _: object) -> None:
        nonlocal asked
        if number == signal.SIGHUP:
            signal.raise_signal(signal.SIGTERM)
        elif not asked:
            asked = True
            raise _Stopped

    before = {number: signal.signal(number, stop) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
    try:
        yield
    except _Stopped:
        pass
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
