"""The form of an upload: its files go to disk as they come in, and none is whole in memory."""

import errno
import io
import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from typing import IO, Any, BinaryIO

from fastapi import Request
from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header

from commands._refusal import Invalid

MAX_FILES = 100_000
_MAX_FIELD = 100_000
_MAX_FIELDS = 100
_CHUNK = 1024**2


class NotAForm(Invalid):
    """The request is no well-formed multipart/form-data with files in it."""


class TooManyFiles(Invalid):
    """One request takes 100,000 files at the most."""


@dataclass(frozen=True, slots=True)
class Part:
    """A file of the form: where its bytes lie on disk, and their SHA-256."""

    filename: str
    begin: int
    length: int
    digest: bytes


class _Window(io.RawIOBase):
    """A part of a file as a file of its own; the original's position stays untouched."""

    def __init__(self, descriptor: int, begin: int, length: int) -> None:
        self._descriptor, self._begin, self._length, self._at = descriptor, begin, length, 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        wanted = min(len(buffer), max(self._length - self._at, 0))
        data = os.pread(self._descriptor, wanted, self._begin + self._at)
        buffer[: len(data)] = data
        self._at += len(data)
        return len(data)

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        base = {os.SEEK_SET: 0, os.SEEK_CUR: self._at, os.SEEK_END: self._length}[whence]
        if base + offset < 0:
            raise OSError(errno.EINVAL, os.strerror(errno.EINVAL))
        self._at = base + offset
        return self._at

    def tell(self) -> int:
        return self._at


@dataclass(frozen=True, slots=True)
class Form:
    """The files of a form, one behind the other in `storage`, and its other fields."""

    storage: IO[bytes]
    files: list[Part] = field(default_factory=list)
    fields: dict[str, str] = field(default_factory=dict)

    def open(self, part: Part) -> BinaryIO:
        return io.BufferedReader(_Window(self.storage.fileno(), part.begin, part.length), _CHUNK)

    def chunks(self, part: Part) -> Iterator[bytes]:
        with self.open(part) as file:
            while chunk := file.read(_CHUNK):
                yield chunk

    def body_hash(self) -> bytes:
        """The same for the same files and fields, however the form was put together."""
        digest = sha256()
        for part in self.files:
            digest.update(sha256(part.filename.encode("utf-8", "surrogatepass")).digest() + part.digest)
        for name, value in sorted(self.fields.items()):
            digest.update(sha256(name.encode()).digest() + sha256(value.encode()).digest())
        return digest.digest()


async def receive(request: Request, storage: IO[bytes]) -> Form:
    """Read the whole request. Raises NotAForm, TooManyFiles, TooLarge."""
    kind, options = parse_options_header(request.headers.get("content-type", ""))
    if kind != b"multipart/form-data" or not options.get(b"boundary"):
        raise NotAForm
    form = Form(storage)
    reader = _Reader(form)
    try:
        parser = MultipartParser(options[b"boundary"], reader.callbacks())
        async for chunk in request.stream():
            parser.write(chunk)
        parser.finalize()
    except FormParserError:
        raise NotAForm from None
    if not reader.ended:
        raise NotAForm
    # Others read the bytes by their place in the file and not through this object.
    storage.flush()
    return form


class _Reader:
    """Sorts what the parser finds into files and fields."""

    def __init__(self, form: Form) -> None:
        self.ended = False
        self._form = form
        self._name, self._value = b"", b""
        self._disposition = b""
        self._field, self._filename = "", ""
        self._is_file = False
        self._digest = sha256()
        self._length = 0
        self._text = bytearray()

    def callbacks(self) -> Any:
        names = ["part_begin", "header_field", "header_value", "header_end", "headers_finished"]
        names += ["part_data", "part_end", "end"]
        return {f"on_{name}": getattr(self, f"on_{name}") for name in names}

    def on_part_begin(self) -> None:
        self._disposition = b""
        self._digest, self._length, self._text = sha256(), 0, bytearray()

    def on_header_field(self, data: bytes, start: int, end: int) -> None:
        self._name += data[start:end]

    def on_header_value(self, data: bytes, start: int, end: int) -> None:
        self._value += data[start:end]

    def on_header_end(self) -> None:
        if self._name.lower() == b"content-disposition":
            self._disposition = self._value
        self._name, self._value = b"", b""

    def on_headers_finished(self) -> None:
        _, options = parse_options_header(self._disposition)
        self._field = _text(options.get(b"name", b""))
        self._is_file = b"filename" in options
        self._filename = _text(options.get(b"filename", b""))

    def on_part_data(self, data: bytes, start: int, end: int) -> None:
        piece = data[start:end]
        self._length += len(piece)
        if self._is_file:
            self._digest.update(piece)
            self._form.storage.write(piece)
        elif self._length > _MAX_FIELD:
            raise NotAForm
        else:
            self._text += piece

    def on_part_end(self) -> None:
        if not self._is_file:
            if len(self._form.fields) == _MAX_FIELDS:
                raise NotAForm
            self._form.fields[self._field] = self._text.decode("utf-8", "replace")
            return
        if len(self._form.files) == MAX_FILES:
            raise TooManyFiles
        begin = self._form.files[-1].begin + self._form.files[-1].length if self._form.files else 0
        self._form.files.append(Part(self._filename, begin, self._length, self._digest.digest()))

    def on_end(self) -> None:
        self.ended = True


def _text(data: bytes) -> str:
    try:
        return data.decode()
    except UnicodeDecodeError:
        return data.decode("latin-1")
