"""The options that every command shares, and the settings that follow from them."""

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from configs.schema import Config

Environment = Annotated[
    str, typer.Option("--env", envvar="PALIMPSEST_ENV", help="Which file of configs/ to lay over the defaults.")
]
Overrides = Annotated[
    list[str] | None, typer.Option("--set", metavar="KEY=VALUE", help="One setting, such as api.port=9000; repeatable.")
]
DataFolderOption = Annotated[
    str | None,
    typer.Option("--data-folder", metavar="FOLDER", help="Where everything is kept; ./var unless said otherwise."),
]
PostgresUrl = Annotated[
    str | None,
    typer.Option("--postgres-url", metavar="URL", help="A PostgreSQL 15+ of your own instead of the embedded one."),
]


@dataclass(frozen=True)
class Choice:
    """What was chosen on the command line, so that a child process can be given the same."""

    environment: str
    overrides: tuple[str, ...]

    def config(self) -> "Config":
        from configs.schema import load

        return load(self.environment, self.overrides, os.environ)

    def arguments(self) -> list[str]:
        return ["--env", self.environment, *(word for override in self.overrides for word in ("--set", override))]


def choice(
    environment: str, overrides: list[str] | None, data_folder: str | None, postgres_url: str | None, **settings: object
) -> Choice:
    """The shared options, and a command's own as `section__key=value`; an option that was not given says nothing."""
    named = {"data_folder": data_folder, "postgres.url": postgres_url}
    named |= {name.replace("__", "."): None if value is None else str(value) for name, value in settings.items()}
    given = [f"{key}={value}" for key, value in named.items() if value is not None]
    return Choice(environment, (*(overrides or ()), *given))
