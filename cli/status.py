"""`palimpsest status`: how far the read models behind the log have come."""

import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from itertools import islice
from typing import TYPE_CHECKING, Annotated

import typer

from cli._settings import DataFolderOption, Environment, Overrides, PostgresUrl, choice

if TYPE_CHECKING:
    from rich.console import Console, Group

    from queries.projection_dto import ProjectionRead

_PAUSE = 0.5


def status(
    watch: Annotated[bool, typer.Option("--watch", "-w", help="Go on showing it, until Ctrl-C.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One line of JSON for each version.")] = False,
    data_folder: DataFolderOption = None,
    postgres_url: PostgresUrl = None,
    environment: Environment = "default",
    overrides: Overrides = None,
) -> None:
    """Show every version of every read model: where it is kept, how far behind the log it is, and what is wrong.

    projects: those that are behind, of all; events and lag: how far; dead: streams that it could not take.
    """
    from contextlib import suppress

    from rich.console import Console
    from rich.live import Live
    from rich.text import Text

    from cli._read_models import read_models_of
    from projections._follow import TRANSIENT
    from queries.projection_service import projections

    with read_models_of(choice(environment, overrides, data_folder, postgres_url)) as places:
        console = Console()

        def told() -> "list[ProjectionRead]":
            with places.postgres.connection() as connection:
                return projections(connection, places.models)

        def shown() -> "Group | Text":
            try:
                return _fitting(told(), console)
            except TRANSIENT as error:
                said = " ".join(str(error).split())
                return Text(f"waiting for the database: {said}", no_wrap=True, overflow="ellipsis")

        if as_json:
            for one in told():
                typer.echo(one.model_dump_json())
            return
        if not watch:
            console.print(_shown(told()))
            return
        with suppress(KeyboardInterrupt), Live(shown(), console=console, auto_refresh=False) as live:
            while True:
                time.sleep(_PAUSE)
                live.update(shown(), refresh=True)


def _shown(versions: "Sequence[ProjectionRead]", left_out: int = 0, *, brief: bool = False) -> "Group":
    """A table that fits a narrow terminal, and below it what is wrong or asked for; exact numbers are in the JSON."""
    from rich.console import Group
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False, padding=(0, 1, 0, 0), header_style="bold")
    for name in ("projection", "state", "backend"):
        table.add_column(name, no_wrap=True)
    for name in ("projects", "events", "lag", "events/s", "dead"):
        table.add_column(name, no_wrap=True, justify="right")
    for one in versions:
        table.add_row(
            _name(one),
            one.state,
            one.backend,
            f"{_about(one.projects_waiting)}/{_about(one.projects)}",
            _about(one.events_waiting),
            _span(one.lag_seconds),
            _about(one.rate),
            _about(one.dead),
        )
    notes = [f"Kept, and not shown: {left_out}."] if left_out else []
    notes += [f"{_name(one)}: {note}" for one in versions for note in islice(_notes(one), 1 if brief else None)]
    return Group(table, *(Text(note, no_wrap=brief, overflow="ellipsis" if brief else None) for note in notes))


def _fitting(versions: "Sequence[ProjectionRead]", console: "Console") -> "Group":
    """The same on no more lines than a terminal has: first without what is kept, then with one line of what is said of
    each version, and with what is wrong at the top.
    """
    current = [one for one in versions if one.state != "kept"]
    kept = len(versions) - len(current)
    for shown in (_shown(versions), _shown(current, kept)):
        if len(console.render_lines(shown)) <= console.height:
            return shown
    return _shown(sorted(current, key=lambda one: one.error is None), kept, brief=True)


def _notes(one: "ProjectionRead") -> "Iterator[str]":
    if one.error:
        yield " ".join(one.error.split())
    if one.compared_again:
        seconds = (one.compared_again - datetime.now(UTC)).total_seconds()
        yield f"Compared with the log again in {_span(max(seconds, 0))}."
    if one.state == "building" and one.seconds_left:
        yield f"About {_span(one.seconds_left)} are left."
    if one.rewriting:
        yield f"Written anew: {', '.join(f'project {id}' for id in one.rewriting)}."


def _about(number: float) -> str:
    if number >= 1_000_000:
        return f"{number / 1_000_000:,.1f}M"
    return f"{number / 1_000:,.0f}k" if number >= 10_000 else f"{number:,.0f}"


def _span(seconds: float) -> str:
    for unit, size in (("d", 86_400), ("h", 3_600), ("min", 60)):
        if seconds >= 2 * size:
            return f"{seconds / size:,.0f} {unit}"
    return f"{seconds:.1f} s"


def _name(one: "ProjectionRead") -> str:
    return f"{one.name} {one.version}"
