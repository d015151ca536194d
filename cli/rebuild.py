"""`palimpsest rebuild` and `retire`: another version of a read model, and the end of the one before."""

import time
from datetime import timedelta
from typing import TYPE_CHECKING, Annotated

import typer

from cli._settings import DataFolderOption, Environment, Overrides, PostgresUrl, choice
from repos._obstacle import Obstacle

if TYPE_CHECKING:
    from collections.abc import Iterator

    from api._read_models import ReadModels
    from projections._model import Backend
    from projections._registry import Version

ModelArgument = Annotated[
    str, typer.Argument(metavar="MODEL", help="Which read model; `palimpsest status` names them.")
]
_REFRESH = 0.2


class BackendUnknown(Obstacle):
    """A read model can be kept in postgres, elasticsearch or weaviate, and not in"""


class NotOfOneProject(Obstacle):
    """A read model is moved with all its projects: leave out --project, or --to and --back."""


class StillDiffers(Obstacle):
    """The new version does not serve, and stays as it is; mend what is wrong and call this again, or with --abandon:"""


def rebuild(
    model: ModelArgument,
    to: Annotated[
        str | None, typer.Option("--to", metavar="BACKEND", help="Keep it somewhere else from now on.")
    ] = None,
    project: Annotated[
        int | None, typer.Option("--project", help="Only write anew what the serving version holds of one project.")
    ] = None,
    back: Annotated[
        bool, typer.Option("--back", help="Go on with the version that served before, instead of a new one.")
    ] = False,
    abandon: Annotated[
        bool, typer.Option("--abandon", help="Give up the version that is being built, or keep it if it served.")
    ] = False,
    data_folder: DataFolderOption = None,
    postgres_url: PostgresUrl = None,
    environment: Environment = "default",
    overrides: Overrides = None,
) -> None:
    """Make a read model anew from the log, beside the one that serves, and switch to it once it is its equal.

    Nothing stops meanwhile, and killing this harms nothing: workers go on with it, and so does calling it again.
    """
    from cli._read_models import read_models_of
    from projections import _rebuild
    from projections._model import Backend

    if to is not None and to not in [one.value for one in Backend]:
        raise BackendUnknown(f"{to}.")
    if project is not None and (back or to is not None):
        raise NotOfOneProject
    with read_models_of(choice(environment, overrides, data_folder, postgres_url)) as places:
        places.model(model)
        if abandon:
            for version in _rebuild.abandon(places.postgres, places, model):
                what = "kept, as it was before" if version.served else "given up"
                typer.echo(f"Version {version.place.version} of {model} is {what}.")
            return
        if project is not None:
            places.write_anew(model, project)
            typer.echo(f"What {model} holds of project {project} is written anew.")
            return
        version = _begun(places, model, Backend(to) if to else None, back=back)
        _see_through(places, version)
        for line in _said(places, version):
            typer.echo(line)


def retire(
    model: ModelArgument,
    data_folder: DataFolderOption = None,
    postgres_url: PostgresUrl = None,
    environment: Environment = "default",
    overrides: Overrides = None,
) -> None:
    """Remove what is kept of earlier versions of a read model."""
    from cli._read_models import read_models_of
    from projections import _rebuild

    with read_models_of(choice(environment, overrides, data_folder, postgres_url)) as places:
        for version in _rebuild.retire(places.postgres, places, model):
            typer.echo(f"Version {version.place.version} of {model} is removed from {version.backend.value}.")


def _begun(places: "ReadModels", model: str, to: "Backend | None", *, back: bool) -> "Version":
    """What is being built of this kind already, or else a new one. Raises AlreadyBuilding where it is of another."""
    from projections import _rebuild
    from projections._registry import AlreadyBuilding

    begun = _rebuild.building(places.postgres, model)
    if begun is None or begun.served != back:
        begin = _rebuild.resume if back else _rebuild.request
        return begin(places.postgres, places, model, to)
    if to is not None and begun.backend is not to:
        raise AlreadyBuilding(f"{model}, in {begun.backend.value}.")
    return begun


def _said(places: "ReadModels", version: "Version") -> "Iterator[str]":
    """That it serves, and what can be done with the one before."""
    from projections import _registry as registry

    model = version.place.model
    with places.postgres.connection() as connection:
        kept = [one for one in registry.versions(connection, model) if one.state == "kept"]
    until = f" The one before is kept until: palimpsest retire {model}" if kept else ""
    yield f"Version {version.place.version} of {model} serves, in {version.backend.value}.{until}"
    if not places.model(model).inline and any(places.has(model, one.backend) for one in kept):
        yield f"It goes on and serves again with: palimpsest rebuild {model} --back"


def _see_through(places: "ReadModels", version: "Version") -> None:
    """Follow the log for this version, beside the workers that do so too, until it serves. Raises StillDiffers."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    from cli._following import Following
    from projections import _registry as registry
    from projections._follow import TRANSIENT, UNREAD_SECONDS, Follower
    from projections._progress import progress

    model = places.model(version.place.model)
    follower = Follower(places.postgres, model, places.target(version), seconds=UNREAD_SECONDS)
    following = Following(places.postgres, follower)
    console = Console(stderr=True)
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[pace]}"),
    )
    begun: tuple[float, int] | None = None
    following.start()
    try:
        with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
            task = bar.add_task(version.place.name, total=None, pace="")
            while True:
                try:
                    with places.postgres.connection() as connection:
                        come = progress(connection, version.place, model)
                        now = {one.place: one for one in registry.versions(connection, model.name)}.get(version.place)
                    if now is None:
                        raise StillDiffers("somebody has given it up.")
                    begun = begun or (time.monotonic(), come.done)
                    pace = _pace(come.done - begun[1], time.monotonic() - begun[0], come.events_waiting)
                    bar.update(task, completed=come.done, total=come.events, pace=pace)
                    if now.state != "building":
                        return
                    if not come.projects_waiting:
                        bar.update(task, description=f"{version.place.name}: comparing")
                        if _finished(places, version):
                            return
                except TRANSIENT as error:
                    bar.update(task, description=f"{version.place.name}: waiting, {error}")
                time.sleep(_REFRESH)
    finally:
        following.stop()
        following.join()


def _pace(done: int, seconds: float, left: int) -> str:
    """How fast it has come forward so far, and how long it takes yet; nothing where nobody knows.

    What is slow to make comes in large steps, so the last few seconds say little.
    """
    if done <= 0:
        return ""
    rate = done / seconds
    return f"{rate:,.{0 if rate >= 10 else 1}f} events/s {timedelta(seconds=round(left / rate))}"


def _finished(places: "ReadModels", version: "Version") -> bool:
    from projections import _rebuild

    try:
        return _rebuild.finish(places.postgres, places, version, places.refusals)
    except _rebuild.Differs as differs:
        raise StillDiffers(differs) from None
