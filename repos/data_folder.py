"""The folder in which an installation keeps everything: database, blobs, logs and its signing key."""

import contextlib
import errno
import os
import secrets
import tempfile
from pathlib import Path
from types import TracebackType
from typing import Self

from filelock import FileLock, Timeout

from configs._secrets import read_secret
from repos._obstacle import Obstacle

_PRIVATE = 0o700
_KEY_BYTES = 48
_OUR_NAMES = {"postgres", "blobs", "log", "embedder", "signing_key", "instance.json", "lock", "bench.json"}


class DataFolderInUse(Obstacle):
    """The data folder is in use by another instance: stop that one, or choose another folder with --data-folder:"""


class DataFolderNotWritable(Obstacle):
    """The data folder cannot be written: choose another one with --data-folder, or mend its permissions:"""


class DataFolderOpenToOthers(Obstacle):
    """The data folder is open to other users, and its mode stays as it is because it holds files that are not ours.

    Choose another one with --data-folder:
    """


class DataFolder:
    """The places inside the folder, and the lock that keeps a second instance out of it.

    The operating system releases the lock when the process dies, however it dies.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.postgres = path / "postgres"
        self.blobs = path / "blobs"
        self.log = path / "log"
        self.signing_key = path / "signing_key"
        self.instance = path / "instance.json"
        self._lock = FileLock(path / "lock", mode=0o600)

    def lock(self) -> None:
        """Keep others out until `close`, or raise DataFolderInUse at once."""
        try:
            self._lock.acquire(timeout=0)
        except Timeout:
            raise DataFolderInUse(self.path) from None

    def close(self) -> None:
        self._lock.release()

    def own_signing_key(self) -> str:
        """The key this installation made for itself: made on first use, the same ever after."""
        if not self.signing_key.exists():
            handle, unfinished = tempfile.mkstemp(dir=self.path)
            with open(handle, "w", encoding="ascii") as file:
                file.write(secrets.token_urlsafe(_KEY_BYTES))
                file.flush()
                os.fsync(file.fileno())
            # Of two processes that start together, both use the key of the first.
            with contextlib.suppress(FileExistsError):
                os.link(unfinished, self.signing_key)
            os.unlink(unfinished)
        return read_secret(self.signing_key)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def open_data_folder(path: Path) -> DataFolder:
    """The folder with all its places, made if need be, for its owner only; not yet locked."""
    path = path.expanduser().absolute()
    try:
        path.mkdir(mode=_PRIVATE, parents=True, exist_ok=True)
        if path.stat().st_mode & 0o077:
            if {entry.name for entry in path.iterdir()} - _OUR_NAMES:
                raise DataFolderOpenToOthers(path)
            path.chmod(_PRIVATE)
        # Root may write where permissions forbid it, but not on a read-only file system: only a try tells.
        tempfile.TemporaryFile(dir=path).close()
        folder = DataFolder(path.resolve())
        for place in (folder.blobs, folder.log):
            place.mkdir(mode=_PRIVATE, exist_ok=True)
    except OSError as error:
        raise DataFolderNotWritable(f"{path} ({_reason(error)})") from None
    return folder


def is_data_folder(path: Path) -> bool:
    """Somebody has begun an installation there, or what is there cannot be seen, of which opening it will tell."""
    try:
        return (path.expanduser() / "lock").exists()
    except OSError:
        return True


def _reason(error: OSError) -> str:
    if error.errno in (errno.ENOTDIR, errno.EEXIST):
        return "part of the path is a file"
    return (error.strerror or str(error)).lower()
