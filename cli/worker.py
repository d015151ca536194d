"""`palimpsest worker`: follows the log for the read models behind it. The server starts one, and there may be more."""

import os
import signal
import stat

from cli._settings import DataFolderOption, Environment, Overrides, PostgresUrl, choice

_NICENESS = 5


def worker(
    data_folder: DataFolderOption = None,
    postgres_url: PostgresUrl = None,
    environment: Environment = "default",
    overrides: Overrides = None,
) -> None:
    """Retell the log to the read models behind it, and let rebuilt ones serve, until Ctrl-C or SIGTERM.

    Any number of workers share the work, on any number of machines; one may be killed at any time.
    """
    from contextlib import ExitStack

    from api._read_models import ReadModels
    from cli._children import CommandChild, end_with_parent, kept_alive
    from cli._instance import opened
    from cli._read_model_work import ReadModelWork
    from repos.blob_repo import BlobRepo
    from repos.postgres_repo import Postgres
    from systems.garbage_system import IN_BATCHES, collect_seldom

    chosen = choice(environment, overrides, data_folder, postgres_url)
    config = chosen.config()
    os.nice(_NICENESS)
    if stat.S_ISFIFO(os.fstat(0).st_mode):
        end_with_parent()
    with opened(config, logged=True) as instance, ExitStack() as stack:
        postgres = Postgres(instance.url)
        read_models = ReadModels(config, postgres, BlobRepo(instance.data_folder.blobs))
        work = ReadModelWork(read_models, instance.url, share=config.read_models.rebuild_share)
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: work.stop())
        if config.embedder.runs_here:
            stack.enter_context(kept_alive("embedder", CommandChild(["embedder", *chosen.arguments()])))
        # Each batch makes many objects.
        collect_seldom(IN_BATCHES)
        work.run()
        read_models.close()
        postgres.close()
