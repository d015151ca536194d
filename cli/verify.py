"""`palimpsest verify`: whether everything that readers see is what the log says."""

import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer

from cli._settings import DataFolderOption, Environment, Overrides, PostgresUrl, choice

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from events._integrity import Difference
    from projections._verify import Counts


def verify(
    project: Annotated[
        int | None, typer.Argument(help="The id of a project; all of them unless said otherwise.")
    ] = None,
    deep: Annotated[bool, typer.Option("--deep", help="Read every stored file, and check its content.")] = False,
    repair: Annotated[
        bool,
        typer.Option("--repair", help="Retell what differs or was removed; writes to its project wait meanwhile."),
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print differences and counts as lines of JSON.")] = False,
    data_folder: DataFolderOption = None,
    postgres_url: PostgresUrl = None,
    environment: Environment = "default",
    overrides: Overrides = None,
) -> None:
    """Fold the log again, and compare it with every table, index and file. Names each difference; then exits with 1.

    Tables are compared as of one moment, and read models behind the log as far as they have come: the server may go on
    writing. With --repair the exit code says whether something is left that cannot be retold.
    """
    import gc
    from collections import Counter
    from contextlib import closing
    from dataclasses import asdict

    import orjson

    from api._read_models import ReadModels
    from cli._instance import opened
    from cli._printable import printable
    from projections import INLINE
    from projections._repair import MENDABLE
    from projections._verify import Verification, snapshot
    from repos._unavailable import Unavailable
    from repos.blob_repo import BlobRepo
    from repos.postgres_repo import Postgres

    # Millions of short-lived objects without cycles: looking for cycles would take a quarter of the time.
    gc.disable()
    begun = time.monotonic()
    config = choice(environment, overrides, data_folder, postgres_url).config()

    def tell(difference: "Difference") -> None:
        typer.echo(orjson.dumps(asdict(difference), default=str) if as_json else printable(str(difference)))

    with opened(config) as instance:
        blobs = BlobRepo(instance.data_folder.blobs, cache_size=32 * 1024**2)
        wrong: Counter[int] = Counter()
        lasting = 0
        with snapshot(instance.url) as connection, _progress() as progress:
            verification = Verification(connection, INLINE, blobs, deep=deep, progress=progress)
            for difference in verification.differences(project):
                tell(difference)
                if difference.kind in MENDABLE:
                    wrong[difference.project_id] += 1
                else:
                    lasting += 1
        counts = verification.counts
        with (
            closing(Postgres(instance.url, pool_size=4)) as postgres,
            closing(ReadModels(config, postgres, blobs)) as read_models,
        ):
            if repair:
                for project_id, reason in read_models.mend_tables(wrong).items():
                    typer.echo(printable(f"palimpsest: {reason}"), err=True)
                    lasting += wrong[project_id]
            away: Unavailable | None = None
            try:
                for difference in read_models.differences_behind(counts, project, repair=repair):
                    tell(difference)
            except Unavailable as error:
                away = error
            lasting += counts.lasting
    seconds = time.monotonic() - begun
    if as_json:
        typer.echo(orjson.dumps({**asdict(counts), "seconds": round(seconds, 3)}))
    else:
        typer.echo(f"{_found(counts)}; it took {seconds:.1f} s.")
        if repair and counts.differences > lasting:
            typer.echo(f"{_of(counts.differences - lasting, 'difference')} mended.")
        if repair and lasting:
            typer.echo(f"{_of(lasting, 'difference')} cannot be mended.")
    if away is not None:
        raise away
    if lasting if repair else counts.differences:
        raise typer.Exit(1)


def _found(counts: "Counts") -> str:
    looked_at = {"project": counts.projects, "event": counts.events, "row": counts.rows, "file": counts.blobs}
    looked_at |= {"indexed entry": counts.entries} if counts.entries else {}
    found = _of(counts.differences, "difference") if counts.differences else "No difference"
    found += " in " + ", ".join(_of(n, what) for what, n in looked_at.items())
    waiting = _of(counts.waiting, "row")
    return found + (f", and {waiting} of deleted projects to be forgotten" if counts.waiting else "")


def _of(n: int, what: str) -> str:
    if n == 1:
        return f"{n:,} {what}"
    return f"{n:,} {what[:-1]}ies" if what.endswith("y") else f"{n:,} {what}s"


@contextmanager
def _progress() -> "Iterator[Callable[[int, int], None]]":
    """A bar on a terminal, nothing elsewhere."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    console = Console(stderr=True)
    columns = (TextColumn("Events"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task("events", total=None)
        yield lambda done, total: progress.update(task, completed=done, total=total)
