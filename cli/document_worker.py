"""`palimpsest document-worker`: finds out what is in uploads. The server keeps as many alive as are set."""

import os
import stat

from cli._settings import DataFolderOption, Environment, Overrides, PostgresUrl, choice

_NICENESS = 10


def document_worker(
    data_folder: DataFolderOption = None,
    postgres_url: PostgresUrl = None,
    environment: Environment = "default",
    overrides: Overrides = None,
) -> None:
    """Find out what is in uploaded texts and images until told to stop."""
    import asyncio

    from cli._children import end_with_parent
    from cli._document_work import DocumentWork
    from cli._instance import opened

    config = choice(environment, overrides, data_folder, postgres_url).config()
    os.nice(_NICENESS)
    if stat.S_ISFIFO(os.fstat(0).st_mode):
        end_with_parent()
    with opened(config, logged=True) as instance:
        asyncio.run(DocumentWork(instance).run())
