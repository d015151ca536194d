"""`palimpsest embedder`: makes vectors of texts. The server starts it and keeps it alive; it loads when it is asked."""

import os
import stat

from cli._settings import DataFolderOption, Environment, Overrides, PostgresUrl, choice


def embedder(
    data_folder: DataFolderOption = None,
    postgres_url: PostgresUrl = None,
    environment: Environment = "default",
    overrides: Overrides = None,
) -> None:
    """Answer on the embedder's socket until told to stop; if somebody else does already, wait for his end."""
    from pathlib import Path

    from cli._children import end_with_parent
    from cli._encoding import encode
    from repos.data_folder import open_data_folder
    from repos.embedder_socket import embedder_socket
    from systems import log_system

    config = choice(environment, overrides, data_folder, postgres_url).config()
    os.nice(_NICENESS)
    if stat.S_ISFIFO(os.fstat(0).st_mode):
        end_with_parent()
    folder = open_data_folder(Path(config.data_folder))
    log_system.set_up(
        level=config.log.level,
        form=config.log.format,
        folder=folder.log,
        rotation_mb=config.log.rotation_mb,
        kept_files=config.log.kept_files,
    )
    encode(embedder_socket(folder.path))


_NICENESS = 10
