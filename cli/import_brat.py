"""`palimpsest import brat`: texts, codes and spans from brat standoff, through the REST API."""

import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from repos._obstacle import Obstacle

app = typer.Typer(help="Bring texts and annotations of other tools into a project.", no_args_is_help=True)


class NoPassword(Obstacle):
    """A password is needed: put it into PALIMPSEST_PASSWORD, send it through a pipe, or type it on a terminal."""


@app.callback()
def imports() -> None:
    """Bring texts and annotations of other tools into a project."""


@app.command()
def brat(
    folder: Annotated[
        Path, typer.Argument(exists=True, file_okay=False, help="NAME.ann files, and NAME.txt where texts are new.")
    ],
    project: Annotated[str, typer.Option(help="Title of the project; it is founded if you are in none of this title.")],
    email: Annotated[str, typer.Option(envvar="PALIMPSEST_EMAIL", prompt=True, help="Your account.")],
    url: Annotated[str, typer.Option(envvar="PALIMPSEST_URL", help="Where the server is.")] = "http://127.0.0.1:8000",
    prefix: Annotated[
        list[str] | None,
        typer.Option(metavar="PREFIX", help="Labels like PREFIX_X become children of a code PREFIX; repeatable."),
    ] = None,
    json_report: Annotated[bool, typer.Option("--json", help="Print the report as JSON.")] = False,
) -> None:
    """Import a folder of brat standoff; annotations find texts that are in the project already by file name.

    The password is taken from PALIMPSEST_PASSWORD, or else asked for. What is there already is left alone, so an
    import that was interrupted is finished by running it again. The exit code is 1 if something was left out.
    """
    from cli._brat_import import BratImport
    from cli._client import Client
    from systems.brat_system import read_folder

    standoffs = read_folder(folder)
    with Client(url, email, _password()) as client:
        report = BratImport(client, project, prefix or []).run(standoffs)
    typer.echo(report.as_json() if json_report else report.as_text())
    if not report.complete:
        raise typer.Exit(1)


def _password() -> str:
    """Never an argument, because others on the machine can see those. Raises NoPassword."""
    if password := os.environ.get("PALIMPSEST_PASSWORD"):
        return password
    if sys.stdin.isatty():
        return str(typer.prompt("Password", hide_input=True))
    if password := sys.stdin.readline().rstrip("\r\n"):
        return password
    raise NoPassword
