"""`palimpsest log`: the events of a project as they were recorded."""

from typing import Annotated

import typer

from cli._settings import DataFolderOption, Environment, Overrides, PostgresUrl, choice


def log(
    project: Annotated[int, typer.Argument(help="The id of the project; 0 is the house log of accounts.")],
    after: Annotated[int, typer.Option("--after", metavar="REVISION", help="Only what came after this revision.")] = 0,
    stream: Annotated[str | None, typer.Option("--stream", help="Only one entity, such as code-17.")] = None,
    backwards: Annotated[bool, typer.Option("--backwards", help="The latest event first.")] = False,
    limit: Annotated[int | None, typer.Option("--limit", min=1, help="As many events at most.")] = None,
    follow: Annotated[bool, typer.Option("--follow", "-f", help="Go on with what is recorded from now on.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Lines of JSON, as everywhere but on a terminal.")] = False,
    data_folder: DataFolderOption = None,
    postgres_url: PostgresUrl = None,
    environment: Environment = "default",
    overrides: Overrides = None,
) -> None:
    """Print the events of a project: a table on a terminal, lines of JSON otherwise. Ctrl-C ends --follow."""
    import sys
    from itertools import islice

    from cli._instance import opened
    from cli._log_lines import lines
    from cli._log_reading import Reading

    if follow and backwards:
        raise typer.BadParameter("--follow goes forwards, --backwards does not.")
    config = choice(environment, overrides, data_folder, postgres_url).config()
    with opened(config) as instance:
        reading = Reading(instance.url, project, after=after, stream_id=stream, backwards=backwards, follow=follow)
        printer = lines(as_json=as_json)
        try:
            for row in islice(reading, None if limit is None else min(limit, sys.maxsize)):
                printer.print(row)
        except KeyboardInterrupt:
            if not follow:
                raise
