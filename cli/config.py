"""`palimpsest config`: what holds once all layers are laid over each other."""

import typer

from cli._settings import DataFolderOption, Environment, Overrides, PostgresUrl, choice


def config(
    environment: Environment = "default",
    overrides: Overrides = None,
    data_folder: DataFolderOption = None,
    postgres_url: PostgresUrl = None,
) -> None:
    """Print the effective configuration as YAML, secrets masked."""
    from configs.schema import shown

    typer.echo(shown(choice(environment, overrides, data_folder, postgres_url).config()), nl=False)
