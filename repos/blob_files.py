"""Files that appear whole or not at all, last once they are there, and go only when they are old."""

import ctypes
import fcntl
import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Final
from uuid import uuid4

UNFINISHED: Final = ".unfinished"
_SMALL: Final = 64 * 1024
_LIBC: Final = ctypes.CDLL(None, use_errno=True)
# Where the system has no such call, each file is flushed by itself.
_MANY: Final = 12 if hasattr(_LIBC, "syncfs") else sys.maxsize


@contextmanager
def unfinished_file(folder: Path) -> Iterator[tuple[IO[bytes], Path]]:
    """A new file under a temporary name, only for this user, that is gone afterwards unless it was renamed."""
    path = folder / f"{uuid4().hex}{UNFINISHED}"
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    try:
        with open(descriptor, "wb") as file:
            yield file, path
    finally:
        path.unlink(missing_ok=True)


def read_whole(path: str) -> bytes:
    """A file that does not change: a small one for two thirds of what a file object costs."""
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        data = os.read(descriptor, _SMALL)
        # Only nothing more is the end: after a part of it a disk may have to say that it cannot read on.
        if not (more := os.read(descriptor, _SMALL)):
            return data
        with open(descriptor, "rb", buffering=0, closefd=False) as file:
            return data + more + file.readall()
    finally:
        os.close(descriptor)


def finish(file: IO[bytes], path: Path, place: Path) -> None:
    """Flushes the file to disk and gives it its name; `flush_folder` must follow."""
    file.flush()
    os.fsync(file.fileno())
    path.rename(place)


def write_together(folder: Path, contents: Mapping[str, bytes]) -> None:
    """Writes small files by name; many of them with one flush of the whole disk. `flush_folder` must follow."""
    flush = _flush_disk if len(contents) >= _MANY else None
    unfinished: dict[Path, str] = {}
    try:
        for name, data in contents.items():
            path = folder / f"{uuid4().hex}{UNFINISHED}"
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
            unfinished[path] = name
            with open(descriptor, "wb") as file:
                file.write(data)
                if flush is None:
                    file.flush()
                    os.fsync(file.fileno())
        if flush is not None:
            flush(folder)
        for path, name in unfinished.items():
            path.rename(folder / name)
    finally:
        for path in unfinished:
            path.unlink(missing_ok=True)


def touch(place: Path, length: int) -> bool:
    """Whether a file of this length is there; it counts as written now. Never at the same time as `remove_old`."""
    with _locked(place.parent, fcntl.LOCK_SH):
        try:
            if place.stat().st_size != length:
                return False
            os.utime(place)
        except FileNotFoundError:
            return False
    return True


def remove_old(place: Path, latest: float) -> int | None:
    """Removes a file that was last written before `latest` (seconds since 1970) and returns its length."""
    with _locked(place.parent, fcntl.LOCK_EX):
        try:
            status = place.stat()
        except FileNotFoundError:
            return None
        if status.st_mtime >= latest:
            return None
        place.unlink()
        return status.st_size


def flush_folder(folder: Path) -> None:
    """Makes the names in a folder survive a power loss."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _flush_disk(folder: Path) -> None:
    """Makes all that was written to the disk of this folder survive a power loss; a flush of each file takes longer
    from a dozen files on."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        if _LIBC.syncfs(descriptor) != 0:
            error = ctypes.get_errno()
            raise OSError(error, os.strerror(error), str(folder))
    finally:
        os.close(descriptor)


@contextmanager
def _locked(folder: Path, operation: int) -> Iterator[None]:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(descriptor, operation)
        yield
    finally:
        os.close(descriptor)
