"""`palimpsest dead`: streams that a read model could not take."""

from typing import TYPE_CHECKING, Annotated

import typer

from cli._settings import DataFolderOption, Environment, Overrides, PostgresUrl, choice
from repos._obstacle import Obstacle

if TYPE_CHECKING:
    from api._read_models import ReadModels
    from projections._dead_letter import DeadLetter
    from repos.postgres_repo import Connection

app = typer.Typer(help="Streams that a read model could not take, and that are parked.", no_args_is_help=True)

Model = Annotated[str | None, typer.Option("--model", metavar="MODEL", help="Only those of one read model.")]
Project = Annotated[int | None, typer.Option("--project", metavar="ID", help="Only those of one project.")]
Stream = Annotated[str | None, typer.Argument(metavar="STREAM", help="Only this one, such as sdoc-17.")]


class NoDeadLetters(Obstacle):
    """Nothing of this kind is parked."""


@app.command("list")
def list_(
    model: Model = None,
    project: Project = None,
    data_folder: DataFolderOption = None,
    postgres_url: PostgresUrl = None,
    environment: Environment = "default",
    overrides: Overrides = None,
) -> None:
    """Name the parked streams, the latest first."""
    from cli._printable import printable
    from cli._read_models import read_models_of

    with (
        read_models_of(choice(environment, overrides, data_folder, postgres_url)) as places,
        places.postgres.connection() as connection,
    ):
        found = _parked(places, connection, model, project)
        if not found:
            typer.echo("Nothing is parked." if model is None and project is None else str(NoDeadLetters()), err=True)
        for one in found:
            later = f", {one.later:,} later event{'' if one.later == 1 else 's'}" if one.later else ""
            typer.echo(
                printable(
                    f"{one.place.name} project {one.project_id} {one.stream_id} "
                    f"since revision {one.revision}{later}: {one.error}"
                )
            )


@app.command()
def show(
    stream: Annotated[str, typer.Argument(metavar="STREAM", help="Such as sdoc-17.")],
    model: Model = None,
    project: Project = None,
    data_folder: DataFolderOption = None,
    postgres_url: PostgresUrl = None,
    environment: Environment = "default",
    overrides: Overrides = None,
) -> None:
    """Show a parked stream with its events, as lines of JSON."""
    import orjson

    from cli._printable import printable
    from cli._read_models import read_models_of
    from events._store import rows_of
    from events._tables import EVENT_COLUMNS

    with (
        read_models_of(choice(environment, overrides, data_folder, postgres_url)) as places,
        places.postgres.connection() as connection,
    ):
        for letter in _found(places, connection, model, project, stream):
            typer.echo(f"{letter.place.name}, project {letter.project_id}, parked {letter.parked:%Y-%m-%d %H:%M:%S %Z}")
            typer.echo(printable(letter.error))
            for rows in rows_of(connection, letter.project_id, stream_id=letter.stream_id):
                for row in rows:
                    event = dict(zip(EVENT_COLUMNS, row, strict=True))
                    event["data"] = bytes(event["data"]).decode("utf-8", "replace")
                    typer.echo(orjson.dumps(event, default=str))


@app.command()
def retry(
    stream: Stream = None,
    model: Model = None,
    project: Project = None,
    data_folder: DataFolderOption = None,
    postgres_url: PostgresUrl = None,
    environment: Environment = "default",
    overrides: Overrides = None,
) -> None:
    """Retell parked streams from their beginning, all of them unless said otherwise. Exits with 1 if one still cannot
    be taken."""
    from cli._printable import printable
    from cli._read_models import read_models_of
    from projections._follow import Follower

    failed = False
    with read_models_of(choice(environment, overrides, data_folder, postgres_url)) as places:
        with places.postgres.connection() as connection:
            found = _found(places, connection, model, project, stream)
            versions = places.versions(connection)
        for letter in found:
            target = places.target(versions[letter.place])
            reason = Follower(places.postgres, places.model(letter.place.model), target).retry(letter)
            failed = failed or reason is not None
            name = f"{letter.place.name} project {letter.project_id} {letter.stream_id}"
            typer.echo(printable(f"{name}: {reason or 'retold'}"))
    if failed:
        raise typer.Exit(1)


@app.command()
def drop(
    stream: Stream = None,
    model: Model = None,
    project: Project = None,
    data_folder: DataFolderOption = None,
    postgres_url: PostgresUrl = None,
    environment: Environment = "default",
    overrides: Overrides = None,
) -> None:
    """Park streams no longer, without retelling them: what happens to them from now on is retold.

    Which ones must be said, by STREAM, --model or --project.
    """
    from cli._read_models import read_models_of
    from projections._dead_letter import drop

    if stream is None and model is None and project is None:
        raise typer.BadParameter("Say which: by STREAM, --model or --project.")
    with (
        read_models_of(choice(environment, overrides, data_folder, postgres_url)) as places,
        places.postgres.transaction() as connection,
    ):
        found = _found(places, connection, model, project, stream)
        drop(connection, found)
        for letter in found:
            typer.echo(f"{letter.place.name} project {letter.project_id} {letter.stream_id}: parked no longer")


def _found(
    places: "ReadModels", connection: "Connection", model: str | None, project: int | None, stream: str | None
) -> "list[DeadLetter]":
    if found := _parked(places, connection, model, project, stream):
        return found
    raise NoDeadLetters


def _parked(
    places: "ReadModels",
    connection: "Connection",
    model: str | None,
    project: int | None,
    stream: str | None = None,
) -> "list[DeadLetter]":
    from events._store import assert_log
    from projections._dead_letter import dead_letters

    if project is not None:
        assert_log(connection, project)
    return dead_letters(connection, None if model is None else places.model(model).name, project, stream)
