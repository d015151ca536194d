"""Texts and media as files named by the hash of their content, a folder for each project."""

import hashlib
import os
import re
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from itertools import islice
from pathlib import Path
from typing import IO, BinaryIO, Final, TypeVar

from repos._unavailable import Unavailable
from repos.blob_cache import BlobCache
from repos.blob_files import (
    UNFINISHED,
    finish,
    flush_folder,
    read_whole,
    remove_old,
    touch,
    unfinished_file,
    write_together,
)
from repos.blob_offsets import decode_offsets

_CHUNK: Final = 1024**2
_BATCH: Final = 1_000
_SHA256: Final = re.compile(r"[0-9a-f]{64}")

T = TypeVar("T")


class BlobError(Exception):
    """A blob cannot be stored or read."""

    def __str__(self) -> str:
        return " ".join(filter(None, (self.__doc__, *map(str, self.args))))


class BlobMissing(BlobError):
    """The project has no blob with this hash."""


class BlobsAway(Unavailable, OSError):
    """The folder of texts and media cannot be read at the moment:"""

    def __str__(self) -> str:
        return " ".join((str(self.__doc__), *map(str, self.args)))


class NoBlobs(BlobsAway):
    """The folder of texts and media is empty, as it is where a disk is not mounted:"""


class BlobDamaged(BlobError):
    """The file of a blob has not the content that was stored."""


class BlobTooLarge(BlobError):
    """The content has more bytes than it may have."""


class BlobNameInvalid(BlobError, ValueError):
    """The name of a blob is 64 lower-case hexadecimal digits."""


@dataclass(frozen=True)
class Blob:
    """A stored content: its SHA-256 in hexadecimal and its length in bytes."""

    sha256: str
    length: int


class BlobRepo:
    """The files `folder/{project_id}/{sha256}`. What `write*` has returned is on disk and survives a power loss.

    One object serves a process: decoded texts and offsets are kept in its memory, `cache_size` bytes of them at
    most."""

    def __init__(self, folder: Path, cache_size: int = 64 * 1024**2) -> None:
        self._folder = folder
        self._cache = BlobCache(cache_size)

    @property
    def folder(self) -> Path:
        """Where the folders of the projects are."""
        return self._folder

    def write(self, project_id: int, data: bytes) -> Blob:
        """Stores the content unless it is there already."""
        return self.write_many(project_id, [data])[0]

    def write_many(self, project_id: int, contents: Iterable[bytes]) -> list[Blob]:
        """Stores many small contents, up to 1,000 in memory at a time, with few flushes of the disk."""
        folder = self._made(project_id)
        blobs: list[Blob] = []
        for batch in _batches(iter(contents)):
            new: dict[str, bytes] = {}
            for data in batch:
                blob = Blob(hashlib.sha256(data).hexdigest(), len(data))
                if blob.sha256 not in new and not touch(folder / blob.sha256, blob.length):
                    new[blob.sha256] = data
                blobs.append(blob)
            write_together(folder, new)
        flush_folder(folder)
        return blobs

    def write_stream(self, project_id: int, chunks: Iterable[bytes] | IO[bytes], limit: int | None = None) -> Blob:
        """Stores what a stream or an iterator yields, a chunk in memory at a time; more than `limit` bytes:
        `BlobTooLarge`."""
        folder = self._made(project_id)
        sha256, length = hashlib.sha256(), 0
        with unfinished_file(folder) as (file, path):
            for chunk in _pieces(chunks):
                length += len(chunk)
                if limit is not None and length > limit:
                    raise BlobTooLarge(f"Allowed are {limit:,}.")
                sha256.update(chunk)
                file.write(chunk)
            blob = Blob(sha256.hexdigest(), length)
            if not touch(folder / blob.sha256, length):
                finish(file, path, folder / blob.sha256)
        flush_folder(folder)
        return blob

    def scratch(self) -> IO[bytes]:
        """A file without a name on the same disk, gone when it is closed or the process dies."""
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        return tempfile.TemporaryFile(dir=self._folder)

    def path(self, project_id: int, sha256: str) -> Path:
        """Where the blob lies, if it does."""
        return Path(self._place(project_id, sha256))

    def exists(self, project_id: int, sha256: str) -> bool:
        """Whether the project has the blob."""
        return self.path(project_id, sha256).is_file()

    def size(self, project_id: int, sha256: str) -> int:
        """Its length in bytes; raises `BlobMissing` or `BlobsAway`, as all that follow."""
        with self._reading(sha256):
            return self.path(project_id, sha256).stat().st_size

    def open(self, project_id: int, sha256: str) -> BinaryIO:
        """The blob as a binary file to read."""
        with self._reading(sha256):
            return self.path(project_id, sha256).open("rb")

    def read_bytes(self, project_id: int, sha256: str) -> bytes:
        """All of it."""
        with self._reading(sha256):
            return read_whole(self._place(project_id, sha256))

    def read_text(self, project_id: int, sha256: str) -> str:
        """The UTF-8 text, cached; raises `BlobDamaged`, as all that follow, where it is none."""
        key = (project_id, sha256, "text")
        return self._cache.fetch(key, lambda: self.read_text_once(project_id, sha256), sys.getsizeof)

    def read_offsets(self, project_id: int, sha256: str) -> "memoryview[int]":
        """The offsets [b0, e0, b1, e1, ...] of tokens or sentences, read-only, cached."""
        key = (project_id, sha256, "offsets")
        return self._cache.fetch(
            key, lambda: self.read_offsets_once(project_id, sha256), lambda offsets: offsets.nbytes + 200
        )

    def read_text_once(self, project_id: int, sha256: str) -> str:
        """The same text for who will not read it again: the cache is left to the others."""
        try:
            return self.read_bytes(project_id, sha256).decode()
        except UnicodeDecodeError:
            raise BlobDamaged(sha256) from None

    def read_offsets_once(self, project_id: int, sha256: str) -> "memoryview[int]":
        """The same offsets for who will not read them again."""
        try:
            return decode_offsets(self.read_bytes(project_id, sha256))
        except ValueError:
            raise BlobDamaged(sha256) from None

    def collect(
        self,
        project_id: int,
        referenced: Collection[str] | Callable[[list[str]], Collection[str]],
        older_than: float = 24 * 3600,
    ) -> list[Blob]:
        """Deletes and returns the blobs that nothing refers to and that were last written more than `older_than`
        seconds ago. `referenced` is all hashes in use, or answers which of up to 1,000 are; ask it late: what is
        written again meanwhile is young and stays."""
        latest = time.time() - older_than
        collected: list[Blob] = []
        for batch in _batches(self._written_before(project_id, latest)):
            used = referenced(batch) if callable(referenced) else referenced
            unused = [sha256 for sha256 in batch if sha256 not in used]
            removed = ((sha256, remove_old(self.path(project_id, sha256), latest)) for sha256 in unused)
            collected += (Blob(sha256, length) for sha256, length in removed if length is not None)
        return collected

    def remove_project(self, project_id: int) -> None:
        """Deletes all blobs of the project; may be repeated."""
        with suppress(FileNotFoundError):
            shutil.rmtree(self._project(project_id))
        self._cache.forget_project(project_id)

    def _place(self, project_id: int, sha256: str) -> str:
        """The path for those who read so many that the object would cost more than the file."""
        if not _SHA256.fullmatch(sha256):
            raise BlobNameInvalid(repr(sha256[:80]))
        return f"{self._folder}/{project_id:d}/{sha256}"

    def _project(self, project_id: int) -> Path:
        return self._folder / f"{project_id:d}"

    @contextmanager
    def _reading(self, sha256: str) -> Iterator[None]:
        """Tells a file that is not there from a disk that is not."""
        try:
            yield
        except FileNotFoundError:
            if not self._holds_anything():
                raise NoBlobs(self._folder) from None
            raise BlobMissing(sha256) from None
        except OSError as error:
            raise BlobsAway(str(error)) from error

    def _holds_anything(self) -> bool:
        """Whoever asks for a blob was told of one, so there is none only where the disk is not mounted."""
        try:
            with os.scandir(self._folder) as entries:
                return next(entries, None) is not None
        except FileNotFoundError:
            return False

    def _made(self, project_id: int) -> Path:
        folder = self._project(project_id)
        if not folder.is_dir():
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            folder.mkdir(mode=0o700, exist_ok=True)
            flush_folder(self._folder)
        return folder

    def _written_before(self, project_id: int, latest: float) -> Iterator[str]:
        """The hashes of the old blobs; old files that were never finished are removed on the way."""
        with suppress(FileNotFoundError), os.scandir(self._project(project_id)) as entries:
            for entry in entries:
                if entry.name.endswith(UNFINISHED):
                    remove_old(Path(entry.path), latest)
                elif _SHA256.fullmatch(entry.name) and entry.stat().st_mtime < latest:
                    yield entry.name


def _pieces(chunks: Iterable[bytes] | IO[bytes]) -> Iterable[bytes]:
    """A stream as pieces of 1 MB: iterating over it would give lines."""
    if isinstance(chunks, Iterable) and not hasattr(chunks, "read"):
        return chunks
    return iter(partial(chunks.read, _CHUNK), b"")


def _batches(items: Iterator[T]) -> Iterator[list[T]]:
    while batch := list(islice(items, _BATCH)):
        yield batch
