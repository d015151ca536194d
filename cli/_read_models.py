"""The read models of an installation, made ready for one command."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from api._read_models import ReadModels
    from cli._settings import Choice


@contextmanager
def read_models_of(chosen: "Choice") -> "Iterator[ReadModels]":
    from api._read_models import ReadModels
    from cli._instance import opened
    from repos.blob_repo import BlobRepo
    from repos.postgres_repo import Postgres

    with opened(chosen.config()) as instance:
        postgres = Postgres(instance.url, pool_size=8)
        found = ReadModels(instance.config, postgres, BlobRepo(instance.data_folder.blobs))
        try:
            found.ensure()
            yield found
        finally:
            found.close()
            postgres.close()
