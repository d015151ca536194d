"""What holds of a project whatever happened: an orderly log that breaks no rule, and tables that say the same."""

from events._store import load, rows_of
from projections import INLINE
from projections._verify import Verification, snapshot
from repos.blob_repo import BlobRepo
from tests.reliability._referee import Referee


def faults(url: str, blobs: BlobRepo, project_id: int) -> list[str]:
    """All that is wrong with a project, as of one moment."""
    with snapshot(url) as connection:
        differences = Verification(connection, INLINE, blobs).differences(project_id)
        log = (load(row) for rows in rows_of(connection, project_id) for row in rows)
        return [*map(str, differences), *Referee().watch(log)]
