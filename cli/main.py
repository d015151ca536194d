"""The command `palimpsest`: one line for each command and group of commands."""

from typing import Any

import typer
from typer.core import TyperGroup

from cli.config import config
from cli.dead import app as dead
from cli.demo import demo
from cli.document_worker import document_worker
from cli.embedder import embedder
from cli.import_brat import app as imports
from cli.log import log
from cli.openapi import openapi
from cli.rebuild import rebuild, retire
from cli.serve import serve
from cli.status import status
from cli.user import app as user
from cli.verify import verify
from cli.worker import worker
from repos._obstacle import Obstacle
from repos._unavailable import Unavailable


class _Plain(TyperGroup):
    """Tells what keeps a command from its work in one sentence on stderr, with exit code 1."""

    def invoke(self, ctx: Any) -> Any:
        try:
            return super().invoke(ctx)
        except Exception as error:
            from configs.schema import ConfigError

            if not isinstance(error, ConfigError | Obstacle | Unavailable):
                raise
            typer.echo(f"palimpsest: {error}", err=True)
            raise typer.Exit(1) from None


app = typer.Typer(
    cls=_Plain,
    name="palimpsest",
    help="The backend of a qualitative-analysis suite whose every layer stays readable.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command()(serve)
app.command()(config)
app.command()(demo)
app.command()(openapi)
app.command()(log)
app.command()(verify)
app.command()(worker)
app.command()(status)
app.command()(rebuild)
app.command()(retire)
app.command(hidden=True)(document_worker)
app.add_typer(dead, name="dead")
app.command(hidden=True)(embedder)
app.add_typer(imports, name="import")
app.add_typer(user, name="user")

if __name__ == "__main__":
    app()
