"""What every test of the API leaves behind: tables and files that are what the log says."""

from pathlib import Path

from projections import INLINE
from projections._verify import Verification, snapshot
from repos.blob_repo import BlobRepo


def differences(url: str, data_folder: Path) -> list[str]:
    with snapshot(url) as connection:
        verification = Verification(connection, INLINE, BlobRepo(data_folder / "blobs"), deep=True)
        return [str(difference) for difference in verification.differences()]
