"""`palimpsest openapi`: the contract of the API as JSON, without a server."""

import typer

from cli._settings import Environment, Overrides, choice


def openapi(environment: Environment = "default", overrides: Overrides = None) -> None:
    """Print the OpenAPI schema; neither a server nor a database is needed."""
    import json
    from pathlib import Path
    from tempfile import TemporaryDirectory

    from api.main import create_app
    from repos.data_folder import open_data_folder

    config = choice(environment, overrides, None, None).config()
    with TemporaryDirectory() as folder:
        app = create_app(config, "postgresql://", open_data_folder(Path(folder) / "none"))
        typer.echo(json.dumps(app.openapi(), indent=2))
