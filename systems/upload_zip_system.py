"""Archives of documents, opened without trusting what they say: no path, bomb, link or archive inside gets through."""

import re
import stat
import unicodedata
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from typing import BinaryIO, Final

from systems.upload_filename_system import clean_filename
from systems.upload_kind_system import HEAD_SIZE, Kind, Refusal, Unreadable, inspect

_CHUNK: Final = 64 * 1024
_ENTRY_SIGNATURE: Final = b"PK\x01\x02"
_DRIVE: Final = re.compile(r"[A-Za-z]:")
_CLUTTER: Final = re.compile(r"(?:^|/)(?:__MACOSX/.*|\._[^/]*|\.DS_Store|Thumbs\.db|desktop\.ini)\Z", re.S)
_UTF8_NAME: Final = 0x800
_ENCRYPTED: Final = 0x1
_DAMAGE: Final = (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, RuntimeError)


@dataclass(frozen=True)
class ZipLimits:
    """What an archive may hold: entries, bytes in all, bytes in one file, and bytes per compressed byte of it."""

    entries: int = 100_000
    total: int = 2 * 1024**3
    file: int = 256 * 1024**2
    ratio: int = 200


@dataclass(frozen=True)
class Member:
    """A file in an archive that is fit to go in."""

    filename: str
    kind: Kind
    size: int
    archive: zipfile.ZipFile
    info: zipfile.ZipInfo

    def chunks(self) -> Iterator[bytes]:
        """The content piece by piece, only while its archive is being iterated; raises `Unreadable` at damage."""
        try:
            with self.archive.open(self.info) as file:
                while chunk := file.read(_CHUNK):
                    yield chunk
        except _DAMAGE as error:
            raise Unreadable("The file is damaged inside the archive.") from error


def read_archive(stream: BinaryIO, limits: ZipLimits) -> Iterator[Member | Refusal]:
    """The files of a ZIP archive under their own names, folders left out; where two folders have a file of the same
    name, the folders become part of the name. What may not or cannot go in is refused by name. Raises `Unreadable`
    before the first one when the archive as a whole is refused. The stream must be seekable and stay open; no more
    than a chunk is in memory."""
    _count_entries(stream, limits)
    try:
        archive = zipfile.ZipFile(stream)
    except (*_DAMAGE, NotImplementedError) as error:
        raise Unreadable("The archive is damaged.") from error
    with closing(archive):
        entries = [(_path(info), info) for info in archive.infolist() if not info.is_dir()]
        entries = [(path, info) for path, info in entries if not _CLUTTER.search(path)]
        if not entries:
            raise Unreadable("The archive has no files.")
        if sum(info.file_size for _, info in entries) > limits.total:
            raise Unreadable(f"The archive unpacks to more than {limits.total:,} bytes.")
        names = Counter(_key(path.rpartition("/")[2]) for path, _ in entries)
        taken: set[str] = set()
        for path, info in entries:
            name = path.rpartition("/")[2]
            found = _examined(path, name if names[_key(name)] == 1 else path.replace("/", "_"), archive, info, limits)
            if isinstance(found, Member):
                if _key(found.filename) in taken:
                    found = Refusal(found.filename, "The archive has another file of this name.")
                else:
                    taken.add(_key(found.filename))
            yield found


def _examined(
    path: str, name: str, archive: zipfile.ZipFile, info: zipfile.ZipInfo, limits: ZipLimits
) -> Member | Refusal:
    shown = " ".join(ascii(path).strip("'").split()) if not path.isprintable() else path
    if reason := _forbidden(path, info, limits):
        return Refusal(shown[-500:], reason)
    try:
        filename = clean_filename(name)
        with archive.open(info) as file:
            head = file.read(HEAD_SIZE)
    except Unreadable as error:
        return Refusal(shown[-500:], str(error))
    except (*_DAMAGE, NotImplementedError):
        return Refusal(filename, "The file is damaged inside the archive.")
    found = inspect(filename, head, info.file_size)
    if isinstance(found, Refusal):
        return found
    if found is Kind.ZIP:
        return Refusal(filename, "An archive inside an archive is not opened.")
    return Member(filename, found, info.file_size, archive, info)


def _forbidden(path: str, info: zipfile.ZipInfo, limits: ZipLimits) -> str | None:
    mode = info.external_attr >> 16
    if path.startswith("/") or _DRIVE.match(path) or ".." in path.split("/") or "\0" in info.orig_filename:
        return "The path of the file leads out of the archive."
    if stat.S_IFMT(mode) not in (0, stat.S_IFREG):
        return "Links and devices are not read."
    if info.flag_bits & _ENCRYPTED:
        return "The file is encrypted."
    if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        return "The file is compressed in a way that is not supported; use the standard one (deflate)."
    if info.file_size > limits.file:
        return f"The file has more than {limits.file:,} bytes."
    if info.file_size > 1024**2 and info.file_size > limits.ratio * info.compress_size:
        return f"The file unpacks to more than {limits.ratio} times its compressed size."
    return None


def _count_entries(stream: BinaryIO, limits: ZipLimits) -> None:
    """Counts what could be entries before `zipfile` builds an object for each; what the archive says is not
    believed."""
    stream.seek(0)
    count, rest = 0, b""
    while chunk := stream.read(1024**2):
        window = rest + chunk
        count += window.count(_ENTRY_SIGNATURE)
        rest = window[-len(_ENTRY_SIGNATURE) + 1 :]
        if count > limits.entries:
            raise Unreadable(f"The archive has more than {limits.entries:,} files.")
    stream.seek(0)


def _path(info: zipfile.ZipInfo) -> str:
    """The path with slashes. Names that are not marked as UTF-8 often are it all the same (macOS)."""
    name = info.filename
    if not info.flag_bits & _UTF8_NAME:
        try:
            name = name.encode("cp437").decode("utf-8")
        except UnicodeError:
            name = info.filename
    return name.replace("\\", "/")


def _key(name: str) -> str:
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold())
